/**
 * What the chunks of a streamed chat say of one choice, as JSON text: its opening, the introduction of a call, and what stands around a
 * chunk's text. Shape: ChatCompletionStreamResponseDelta of OpenAI's published OpenAPI document, and ChatCompletionChunk of the official SDK for calls
 * of custom tools and for audio.
 */
import type { ChatCall, ChatChoice } from './answer.js';
import type { Speech } from './audio.js';

/** Which call the part is the input of; -1 for text. */
export function callAt({ calls }: ChatChoice, part: number): number {
  return calls.findIndex((call) => call.part === part);
}

/** Whether it has a text, be it one of no tokens. */
export function hasText({ parts }: ChatChoice): boolean {
  return parts.some(({ kind }) => kind === 'text');
}

/** Whether the first delta names the role and a call at once, as it does for a lone call. */
export function opensWithCall({ calls, parts }: ChatChoice): boolean {
  return calls.length === 1 && parts.every(({ kind, tokens }) => kind !== 'text' || tokens.length === 0);
}

/** The first delta. */
export function openingOf(choice: ChatChoice, speech: Speech | undefined): string {
  const { calls } = choice;
  if (speech !== undefined) return `{"role":"assistant","content":null,"audio":{"id":"${speech.id}"},"refusal":null}`;
  if (choice.refused) return '{"role":"assistant","content":null,"refusal":""}';
  const content = hasText(choice) || calls.length === 0 ? '""' : 'null';
  const call = opensWithCall(choice) ? `,${callHead(calls[0], 0).slice(1, -1)}` : '';
  return `{"role":"assistant","content":${content}${call},"refusal":null}`;
}

/** The delta that introduces a call; its input follows. */
export function callHead({ id, name, form }: ChatCall, index: number): string {
  const named = JSON.stringify(name);
  if (form === 'legacy') return `{"function_call":{"name":${named},"arguments":""}}`;
  const called =
    form === 'custom' ? `"custom":{"name":${named},"input":""}` : `"function":{"name":${named},"arguments":""}`;
  return `{"tool_calls":[{"index":${index},"id":${JSON.stringify(id)},"type":"${form}",${called}}]}`;
}

/**
 * What stands before the text of a chunk, behind the head.
 * @param call whose input the text belongs to; -1 for text
 */
export function openOf(choice: ChatChoice, index: number, call: number, spoken: boolean): string {
  const text = spoken ? '{"audio":{"transcript":"' : choice.refused ? '{"refusal":"' : '{"content":"';
  return `{"index":${index},"delta":${call < 0 ? text : inputOpen(choice.calls[call], call)}`;
}

function inputOpen({ form }: ChatCall, index: number): string {
  if (form === 'legacy') return '{"function_call":{"arguments":"';
  const field = form === 'custom' ? '"custom":{"input":"' : '"function":{"arguments":"';
  return `{"tool_calls":[{"index":${index},${field}`;
}

/** What a chunk has beside its text, as JSON text. */
export interface ChunkExtras {
  /** Of its tokens. */
  readonly logprobs?: string | undefined;
  /** Base64 of how it sounds. */
  readonly sound?: string | undefined;
}

/**
 * What stands behind the text, up to the end of the choice.
 * @param call whose input the text belongs to; -1 for text
 */
export function closeOf(choice: ChatChoice, call: number, { logprobs, sound }: ChunkExtras): string {
  const delta = call < 0 ? textClose(sound) : choice.calls[call].form === 'legacy' ? '"}}' : '"}}]}';
  const probabilities = logprobs === undefined ? 'null' : logprobsOf(choice, logprobs);
  return `${delta},"logprobs":${probabilities},"finish_reason":null}`;
}

function textClose(sound: string | undefined): string {
  return sound === undefined ? '"}' : `","data":"${sound}"}}`;
}

/** @param logprobs of the tokens that a chunk says, as JSON text; empty for a chunk that says none */
export function logprobsOf({ refused }: ChatChoice, logprobs: string): string {
  return refused ? `{"content":null,"refusal":[${logprobs}]}` : `{"content":[${logprobs}],"refusal":null}`;
}
