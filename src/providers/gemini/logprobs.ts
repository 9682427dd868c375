/** Log probabilities of a candidate's tokens. Shape: LogprobsResult of generative_service.proto. */
import type { TokenProbability } from '../contract.js';

/** Nothing for a candidate without text. */
export function averageLogprobs(probabilities: readonly TokenProbability[]): { readonly avgLogprobs?: number } {
  if (probabilities.length === 0) return {};
  const sum = probabilities.reduce((total, { logprob }) => total + logprob, 0);
  return { avgLogprobs: sum / probabilities.length };
}

/** @param top how many alternatives each token lists */
export function logprobsResult(probabilities: readonly TokenProbability[], top: number): object {
  return {
    ...(top > 0 && {
      topCandidates: probabilities.map((probability) => ({
        candidates: probability.top.map(({ token, logprob }) => ({ token, logProbability: logprob })),
      })),
    }),
    chosenCandidates: probabilities.map(({ token, logprob }) => ({ token, logProbability: logprob })),
  };
}
