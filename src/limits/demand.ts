/**
 * What a request takes from its budgets when it is admitted, and what is set right when it is over. The estimate of its tokens is made by
 * the worker that renders it and travels in the plan's head; the rest is read off the plan.
 */
import {
  planCachedTokens,
  planCompletionTokens,
  planOutputTokensDemanded,
  planPromptTokens,
  planTokensDemanded,
} from '../runtime/plan-reader.js';
import type { LimitAmounts, TokenCounting, TokenDemand } from './contract.js';

/** How the configuration overrules what the providers document. */
export interface EstimateSettings {
  readonly output_estimate: 'provider' | 'max_tokens' | 'none';
  readonly correction: 'provider' | 'always' | 'never';
}

/** A request that is about to be answered, as far as an estimate needs it. */
export interface EstimatedRequest {
  readonly promptTokens: number;
  /** Those of the prompt's that a cache had. */
  readonly cachedTokens: number;
  /** Undefined for a request whose answer is not generated, such as an embedding. */
  readonly generated?: {
    readonly choices: number;
    /** The most tokens a choice may have. */
    readonly maxTokens: number;
    /** Whether the request itself says so. */
    readonly maxTokensGiven: boolean;
  };
}

/** What a request without max_tokens is taken to ask for, as the example in OpenAI's rate limits guide has it. */
const OUTPUT_TOKENS_ASSUMED = 16;
/** An answer that is counted while it is written needs a budget that is not used up. */
const OUTPUT_TOKENS_LEAST = 1;

const NO_TOKENS: TokenDemand = { tokens: 0, inputTokens: 0, outputTokens: 0 };

/** What the request is estimated at: the two numbers of the plan's head. */
export function estimateTokens(
  request: EstimatedRequest,
  counting: TokenCounting,
  { output_estimate: setting }: Pick<EstimateSettings, 'output_estimate'>,
): Pick<TokenDemand, 'tokens' | 'outputTokens'> {
  const input = inputOf(request.promptTokens, request.cachedTokens, counting);
  const outputTokens = estimatedOutput(request.generated, counting, setting);
  switch (counting.total) {
    case 'input':
      return { tokens: input, outputTokens };
    case 'greater':
      return { tokens: Math.max(input, outputTokens), outputTokens };
    case 'sum':
      return { tokens: input + outputTokens, outputTokens };
  }
}

function estimatedOutput(
  generated: EstimatedRequest['generated'],
  { outputEstimate }: TokenCounting,
  setting: EstimateSettings['output_estimate'],
): number {
  if (generated === undefined) return 0;
  const { choices, maxTokens, maxTokensGiven } = generated;
  if (setting === 'max_tokens') return choices * maxTokens;
  if (setting === 'none' || outputEstimate === 'as_written') return OUTPUT_TOKENS_LEAST;
  return choices * (maxTokensGiven ? maxTokens : OUTPUT_TOKENS_ASSUMED);
}

function inputOf(promptTokens: number, cachedTokens: number, { cachedInputCounts }: TokenCounting): number {
  return cachedInputCounts ? promptTokens : promptTokens - cachedTokens;
}

/** The tokens that a plan demands when it is admitted. An error demands none. */
export function demandedTokens(plan: Uint8Array, counting: TokenCounting): TokenDemand {
  const tokens = planTokensDemanded(plan);
  if (tokens === 0) return NO_TOKENS;
  return { tokens, inputTokens: inputOfPlan(plan, counting), outputTokens: planOutputTokensDemanded(plan) };
}

/**
 * The tokens that a plan has used when its request is over.
 * @param written how many tokens of the answer were written: all of them unless it was cut short
 */
export function usedTokens(
  plan: Uint8Array,
  counting: TokenCounting,
  written: number = planCompletionTokens(plan),
): TokenDemand {
  if (planTokensDemanded(plan) === 0) return NO_TOKENS;
  const inputTokens = inputOfPlan(plan, counting);
  return {
    tokens: counting.total === 'input' ? inputTokens : inputTokens + written,
    inputTokens,
    outputTokens: written,
  };
}

function inputOfPlan(plan: Uint8Array, counting: TokenCounting): number {
  return inputOf(planPromptTokens(plan), planCachedTokens(plan), counting);
}

/** Whether the tokens really used replace the estimate. */
export function correctsEstimate(
  { correctsEstimate: documented }: TokenCounting,
  { correction }: Pick<EstimateSettings, 'correction'>,
): boolean {
  return correction === 'provider' ? documented : correction === 'always';
}

/** One request that runs, and its tokens. */
export function demandOf({ tokens, inputTokens, outputTokens }: TokenDemand = NO_TOKENS): LimitAmounts {
  return {
    requests_per_minute: 1,
    requests_per_day: 1,
    tokens_per_minute: tokens,
    input_tokens_per_minute: inputTokens,
    output_tokens_per_minute: outputTokens,
    concurrent_requests: 1,
  };
}

/** What LimitKeeper.correct is given when the request is over: it runs no more, and its tokens are those that were used. */
export function settlementOf(demanded: TokenDemand, used: TokenDemand): LimitAmounts {
  return {
    tokens_per_minute: used.tokens - demanded.tokens,
    input_tokens_per_minute: used.inputTokens - demanded.inputTokens,
    output_tokens_per_minute: used.outputTokens - demanded.outputTokens,
    concurrent_requests: -1,
  };
}
