/** Why an answer ended, in one vocabulary for all dialects: a gateway that changes the dialect has to change the word, not the reason. */

const KINDS: Readonly<Record<string, string>> = {
  // OpenAI's chat and text completions, and Azure's
  stop: 'stop',
  length: 'length',
  tool_calls: 'tools',
  function_call: 'tools',
  content_filter: 'filter',
  // OpenAI's responses
  completed: 'stop',
  max_output_tokens: 'length',
  // Anthropic's
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tools',
  refusal: 'filter',
  // Gemini's
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'filter',
};

/** A word that no dialect has stands for itself. */
export function finishKind(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : Object.hasOwn(KINDS, reason) ? KINDS[reason] : reason;
}
