/**
 * What Azure's content filter reports beside a reply: on each prompt (`prompt_filter_results`) and on each choice
 * (`content_filter_results`), category by category. Shape: contentFilterPromptResults and contentFilterChoiceResults of the service's
 * published description of its inference API. Nothing is found unless the reply ended for it.
 */
const SAFE = { filtered: false, severity: 'safe' };
const NOT_DETECTED = { filtered: false, detected: false };

const CATEGORIES = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };
/** What the filter is said to have found where it ended a reply. */
const VIOLENT = { ...CATEGORIES, violence: { filtered: true, severity: 'medium' } };

const PROMPT_RESULTS = inOrder({ ...CATEGORIES, jailbreak: NOT_DETECTED });

/** On the prompts of a request, one by one. */
export function promptFilterResults(prompts: number): object[] {
  return Array.from({ length: prompts }, (_, index) => ({
    prompt_index: index,
    content_filter_results: PROMPT_RESULTS,
  }));
}

/** On a prompt that the filter does not let through. */
export const BLOCKED_PROMPT_RESULTS = inOrder({ ...VIOLENT, jailbreak: NOT_DETECTED });

/** On a streamed piece of text, on a piece of anything else, and on the end of a choice that the filter ended; as JSON. */
export const PIECE_RESULTS = JSON.stringify(CATEGORIES);
export const NO_RESULTS = '{}';
export const FILTERED_RESULTS = JSON.stringify(VIOLENT);

const WHOLE_RESULTS = inOrder({
  ...CATEGORIES,
  protected_material_code: NOT_DETECTED,
  protected_material_text: NOT_DETECTED,
});

/** A completion's JSON text with what the filter found in it. */
export function annotatedReply(body: string, prompts: number): string {
  const { choices, ...reply }: { choices: { finish_reason: string }[] } = JSON.parse(body);
  return JSON.stringify({
    ...reply,
    choices: choices.map((choice) => ({
      ...choice,
      content_filter_results: choice.finish_reason === 'content_filter' ? VIOLENT : WHOLE_RESULTS,
    })),
    prompt_filter_results: promptFilterResults(prompts),
  });
}

/** The service lists categories by name. */
function inOrder(results: { readonly [category: string]: object }): object {
  return Object.fromEntries(Object.entries(results).sort(([left], [right]) => (left < right ? -1 : 1)));
}
