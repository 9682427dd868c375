/**
 * When tokens are due: TTFT and the gaps after it, drawn from the model's distributions and multiplied by simulation.time_scale.
 * Draws are in token order from the request's own timing stream, so the delays of a prefix do not depend on the reply's length.
 */
import type { RandomSource } from '../kernel/random-source.js';
import type { Sampler } from '../latency/contract.js';

export interface Timing {
  /** From the request's arrival to the first token, µs. */
  readonly ttftUs: number;
  /** The gap before each further token, µs. */
  readonly itlUs: Float64Array;
}

/** @param steps the number of tokens of the longest choice, at least one */
export function sampleTiming(
  ttft: Sampler,
  itl: Sampler,
  random: RandomSource,
  steps: number,
  timeScale: number,
): Timing {
  const scaleUs = 1_000 * timeScale;
  const ttftUs = ttft.sampleMs(random) * scaleUs;
  const itlUs = new Float64Array(Math.max(0, steps - 1));
  for (let step = 0; step < itlUs.length; step++) itlUs[step] = itl.sampleMs(random) * scaleUs;
  return { ttftUs, itlUs };
}
