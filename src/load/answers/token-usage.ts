/**
 * Usage as each dialect counts it, made comparable: the input is all of the prompt, cached parts included, and the output is all that was
 * generated, reasoning included. A usage that cannot be right is null: see FlawWord `usage_inconsistent`.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { TokenUsage } from '../contract.js';

/** A count that is there; NaN for anything but a natural number. */
function required(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : Number.NaN;
}

/** As `required`, but 0 where there is none. */
function optional(value: unknown): number {
  return value === undefined || value === null ? 0 : required(value);
}

/** Null unless all are counts and neither part is more than its whole. */
function consistent(usage: TokenUsage): TokenUsage | null {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  // Comparisons with NaN are false.
  return cachedInputTokens <= inputTokens && reasoningTokens <= outputTokens ? usage : null;
}

/** Of chats, completions and embeddings. Shape: CompletionUsage of OpenAI's published OpenAPI document. */
export function completionUsage(value: unknown): TokenUsage | null {
  if (!isObject(value)) return null;
  const usage = {
    inputTokens: required(value.prompt_tokens),
    cachedInputTokens: optional(part(value, 'prompt_tokens_details').cached_tokens),
    outputTokens: optional(value.completion_tokens),
    reasoningTokens: optional(part(value, 'completion_tokens_details').reasoning_tokens),
  };
  return summed(usage, value.total_tokens);
}

/** Shape: ResponseUsage of OpenAI's published OpenAPI document. */
export function responseUsage(value: unknown): TokenUsage | null {
  if (!isObject(value)) return null;
  const usage = {
    inputTokens: required(value.input_tokens),
    cachedInputTokens: optional(part(value, 'input_tokens_details').cached_tokens),
    outputTokens: required(value.output_tokens),
    reasoningTokens: optional(part(value, 'output_tokens_details').reasoning_tokens),
  };
  return summed(usage, value.total_tokens);
}

/** What was read from the cache or written to it is counted beside `input_tokens`. Shape: Usage of Anthropic's SDK. */
export function messageUsage(value: unknown): TokenUsage | null {
  if (!isObject(value)) return null;
  const cachedInputTokens = optional(value.cache_read_input_tokens);
  return consistent({
    inputTokens: required(value.input_tokens) + optional(value.cache_creation_input_tokens) + cachedInputTokens,
    cachedInputTokens,
    outputTokens: required(value.output_tokens),
    reasoningTokens: optional(part(value, 'output_tokens_details').thinking_tokens),
  });
}

/** Counts of 0 are left out, and thoughts are counted beside the candidates. Shape: GenerateContentResponse.UsageMetadata. */
export function usageMetadata(value: unknown): TokenUsage | null {
  if (!isObject(value)) return null;
  const reasoningTokens = optional(value.thoughtsTokenCount);
  const usage = {
    inputTokens: optional(value.promptTokenCount) + optional(value.toolUsePromptTokenCount),
    cachedInputTokens: optional(value.cachedContentTokenCount),
    outputTokens: optional(value.candidatesTokenCount) + reasoningTokens,
    reasoningTokens,
  };
  return summed(usage, value.totalTokenCount);
}

function summed(usage: TokenUsage, total: unknown): TokenUsage | null {
  return usage.inputTokens + usage.outputTokens === required(total) ? consistent(usage) : null;
}

function part(usage: JsonObject, name: string): JsonObject {
  const value = usage[name];
  return isObject(value) ? value : {};
}
