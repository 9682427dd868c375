/** What a request takes from its budgets when it is admitted, and what is set right when it is over. */
import type { LimitAmounts, TokenDemand } from './contract.js';

const NO_TOKENS: TokenDemand = { tokens: 0, inputTokens: 0, outputTokens: 0 };

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
