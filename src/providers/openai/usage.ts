/** The usage object of completions. Shape: CompletionUsage of OpenAI's published OpenAPI document. */

export interface TokenUsage {
  readonly promptTokens: number;
  /** Those of the prompt that the prefix cache had. */
  readonly cachedTokens: number;
  /** Everything that was generated, reasoning and rejected prediction included. */
  readonly completionTokens: number;
  readonly reasoningTokens?: number;
  /** Audio among the prompt's tokens, and among the completion's. */
  readonly promptAudioTokens?: number;
  readonly completionAudioTokens?: number;
  /** Tokens of a predicted output that the completion has, and has not. */
  readonly acceptedPredictionTokens?: number;
  readonly rejectedPredictionTokens?: number;
}

export function usageOf(usage: TokenUsage): object {
  const { promptTokens, completionTokens } = usage;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: usage.promptAudioTokens ?? 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: usage.completionAudioTokens ?? 0,
      accepted_prediction_tokens: usage.acceptedPredictionTokens ?? 0,
      rejected_prediction_tokens: usage.rejectedPredictionTokens ?? 0,
    },
  };
}
