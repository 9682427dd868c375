/** Chat completions as tests read them, and the sum of a stream's deltas, which has to be the whole reply. */
import { chunksOf, type Json } from '../chat-client.js';

export interface Call {
  readonly index?: number;
  readonly id: string;
  readonly type: string;
  readonly function?: { readonly name: string; readonly arguments: string };
  readonly custom?: { readonly name: string; readonly input: string };
}

export interface Logprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
  readonly top_logprobs: readonly Omit<Logprob, 'top_logprobs'>[];
}

export interface Message {
  readonly role: string;
  readonly content: string | null;
  readonly refusal: string | null;
  readonly annotations?: readonly unknown[];
  readonly tool_calls?: readonly Call[];
  readonly function_call?: { readonly name: string; readonly arguments: string };
  readonly audio?: {
    readonly id: string;
    readonly data: string;
    readonly expires_at: number;
    readonly transcript: string;
  };
}

export interface Choice {
  readonly index: number;
  readonly message: Message;
  readonly finish_reason: string;
  readonly logprobs: {
    readonly content: readonly Logprob[] | null;
    readonly refusal: readonly Logprob[] | null;
  } | null;
}

export interface Reply {
  readonly choices: readonly Choice[];
  readonly service_tier: string;
  readonly moderation?: unknown;
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly prompt_tokens_details: { readonly audio_tokens: number };
    readonly completion_tokens_details: {
      readonly reasoning_tokens: number;
      readonly audio_tokens: number;
      readonly accepted_prediction_tokens: number;
      readonly rejected_prediction_tokens: number;
    };
  };
}

/** What a stream's deltas add up to, by choice; everything but what only a whole reply has. */
export function addUp(text: string): Reply {
  const chunks = chunksOf(text) as unknown as readonly Json[];
  const choices: { readonly index: number; message: Json; finish_reason: string; logprobs: Choice['logprobs'] }[] = [];
  for (const chunk of chunks) {
    for (const { index, delta, logprobs, finish_reason } of chunk.choices as StreamedChoice[]) {
      choices[index] ??= { index, message: {}, finish_reason: '', logprobs: null };
      const choice = choices[index];
      choice.message = merge(choice.message, delta) as Json;
      if (logprobs !== null) {
        choice.logprobs = {
          content: appended(choice.logprobs?.content, logprobs.content),
          refusal: appended(choice.logprobs?.refusal, logprobs.refusal),
        };
      }
      choice.finish_reason = finish_reason ?? choice.finish_reason;
    }
  }
  const last = chunks.at(-1) as Json;
  const moderation = chunks.find((chunk) => chunk.moderation !== undefined)?.moderation;
  return {
    choices: choices as unknown as readonly Choice[],
    usage: last.usage as Reply['usage'],
    service_tier: last.service_tier as string,
    ...(moderation !== undefined && { moderation }),
  };
}

export interface StreamedChoice {
  readonly index: number;
  readonly delta: Json;
  readonly logprobs: Choice['logprobs'];
  readonly finish_reason: string | null;
}

function appended(
  before: readonly Logprob[] | null | undefined,
  more: readonly Logprob[] | null,
): readonly Logprob[] | null {
  return more === null ? (before ?? null) : [...(before ?? []), ...more];
}

/** Texts go one behind the other, objects are merged, and what has an index goes to its place. */
function merge(before: unknown, delta: unknown, field = ''): unknown {
  if (typeof before === 'string' && typeof delta === 'string' && !['id', 'type', 'role'].includes(field))
    return before + delta;
  if (Array.isArray(delta)) {
    const list = [...((before ?? []) as unknown[])];
    for (const { index, ...rest } of delta as Call[]) list[index ?? 0] = merge(list[index ?? 0], rest);
    return list;
  }
  if (typeof delta !== 'object' || delta === null) return delta ?? before ?? null;
  const merged = { ...(before as Json | undefined) } as Record<string, unknown>;
  for (const [key, value] of Object.entries(delta)) merged[key] = merge(merged[key], value, key);
  return merged;
}
