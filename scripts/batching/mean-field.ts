/**
 * The curve that the equation of a step gives without any simulation: what a closed loop of so many clients gets when every step holds what
 * it holds on average. Requests end and begin at their mean rate, the number of prompts in a step is Poisson distributed around it, and
 * waiting is left out but for the limits of the batch and of the cache.
 */
import type { BatchingParameters } from '../../src/config/batching-parameters.js';
import { stepMs } from '../../src/engine/batching/step-time.js';
import type { Lengths } from './closed-loop.js';

/** Beyond this many standard deviations the number of prompts in a step counts for nothing. */
const DEVIATIONS = 8;

export interface MeanStep {
  readonly stepMs: number;
  readonly tokensPerSecond: number;
  /** Requests that run at a time. */
  readonly running: number;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param requests lengths of so many requests that their means are those of all */
export function meanStep(
  { maxBatchSize, kvBlocks, blockTokens, stepTime }: BatchingParameters,
  requests: readonly Lengths[],
  concurrency: number,
): MeanStep {
  const prompt = average(requests.map(({ promptTokens }) => promptTokens));
  const output = average(requests.map(({ outputTokens }) => outputTokens));
  const pairs = average(requests.map(({ promptTokens }) => (promptTokens * (promptTokens + 1)) / 2));
  const context =
    average(requests.map(({ promptTokens: p, outputTokens: o }) => (o - 1) * (p + o / 2))) / Math.max(1, output - 1);
  const running = Math.min(concurrency, maxBatchSize, (kvBlocks * blockTokens) / (context + blockTokens / 2));
  const begun = running / output;
  const decoding = running - begun;
  let milliseconds = 0;
  let probability = Math.exp(-begun);
  for (let prompts = 0; prompts <= begun + DEVIATIONS * Math.sqrt(begun) + DEVIATIONS; prompts++) {
    const load = {
      tokens: decoding + prompts * prompt,
      sequences: decoding,
      contextTokens: decoding * context,
      attentionPairs: prompts * pairs,
    };
    milliseconds += probability * stepMs(stepTime, load);
    probability *= begun / (prompts + 1);
  }
  return { stepMs: milliseconds, tokensPerSecond: (running / milliseconds) * 1e3, running };
}
