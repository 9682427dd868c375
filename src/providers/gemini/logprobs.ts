/** Log probabilities of a candidate's tokens. Shape: LogprobsResult of generative_service.proto. */
import type { TokenProbability } from '../contract.js';

export interface LogprobsFields {
  readonly avgLogprobs: number;
  readonly logprobsResult?: object;
}

/** @param top how many alternatives each token lists; undefined: only the average was asked for */
export function logprobsFields(
  probabilities: readonly TokenProbability[],
  top: number | undefined,
): LogprobsFields | undefined {
  if (probabilities.length === 0) return undefined;
  const sum = probabilities.reduce((total, { logprob }) => total + logprob, 0);
  const avgLogprobs = sum / probabilities.length;
  return top === undefined ? { avgLogprobs } : { avgLogprobs, logprobsResult: logprobsResult(probabilities, top) };
}

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
