/**
 * When tokens are due: TTFT and the gaps after it, drawn from the model's distributions and multiplied by simulation.time_scale.
 * Draws are in token order from the request's own timing stream, so the delays of a prefix do not depend on the reply's length.
 *
 *   TTFT = draw of the model's ttft + (prompt tokens - cached tokens) / prefill rate
 */
import type { RandomSource } from '../kernel/random-source.js';
import { delayMsMax, type Sampler } from '../latency/contract.js';
import type { Generation } from '../providers/generation.js';

/** See Generation. */
export type Timing = Pick<Generation, 'ttftUs' | 'itlUs' | 'stepTokens'>;

/** What a prompt adds to the time to first token. */
export interface Prefill {
  readonly promptTokens: number;
  /** How many of them a cache holds. */
  readonly cachedTokens?: number | undefined;
  /** 0 where prompts add nothing. */
  readonly msPerToken: number;
}

/**
 * The time to first token, or of a whole answer that is not generated token by token, µs. Takes the stream's first draw. No prompt brings
 * it above an hour of simulated time, the bound of every delay.
 */
export function sampleTtftUs(ttft: Sampler, random: RandomSource, prefill: Prefill, timeScale: number): number {
  const { promptTokens, cachedTokens = 0, msPerToken } = prefill;
  const prefillMs = Math.max(0, promptTokens - cachedTokens) * msPerToken;
  return Math.min(delayMsMax, ttft.sampleMs(random) + prefillMs) * 1_000 * timeScale;
}

/** The gaps behind the first token. @param steps the number of tokens of the longest choice, at least one */
export function sampleItlUs(itl: Sampler, random: RandomSource, steps: number, timeScale: number): Float64Array {
  const scaleUs = 1_000 * timeScale;
  const gaps = Math.max(0, steps - 1);
  // Nothing else draws from the stream behind them, and no gap times nothing is anything.
  if (scaleUs === 0) return noGaps(gaps);
  const itlUs = new Float64Array(gaps);
  for (let step = 0; step < itlUs.length; step++) itlUs[step] = itl.sampleMs(random) * scaleUs;
  return itlUs;
}

/** Zeros, which nobody writes to: one array for all replies of a length, which in a load test have mostly one. */
function noGaps(count: number): Float64Array {
  if (zeros.length !== count) zeros = new Float64Array(count);
  return zeros;
}

let zeros = new Float64Array(0);
