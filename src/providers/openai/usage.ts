/** The usage object of completions. */
import type { Generation } from '../generation.js';

/** Shape: CompletionUsage of OpenAI's published OpenAPI document. */
export function usageOf(promptTokens: number, { completionTokens, reasoningTokens }: Generation): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
