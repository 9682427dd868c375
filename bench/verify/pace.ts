/**
 * Whether the server's time runs as fast as it should, from all replies of a stage together, disturbed ones included. It sees an error of a
 * few percent on a machine that is too busy for anything else: a stall meets a reply's first token as often as its last, and an early reply
 * as often as a late one, so medians stay where they are, while a wrong pace moves every one of them.
 *
 *   replies  median of measured / planned time from the first token to the last, less one
 *   TTFT     median slope of measured over planned TTFT, less one, from pairs of requests that have nothing to do with each other
 *            (P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968), 1379-1389)
 */
import type { ModelSamples } from './samples.js';
import { percentile, percentileInterval, sorted } from './statistics.js';

export interface PaceEstimate {
  readonly of: 'replies' | 'TTFT';
  readonly error: number;
  /** Where the error lies but for a chance of SIGNIFICANCE. */
  readonly low: number;
  readonly high: number;
  readonly verdict: 'holds' | 'broken' | 'not judged';
}

export const PACE_ERROR_MAX = 0.01;
const SIGNIFICANCE = 1e-3;
/** Replies that ran at the same time were stalled together: so many count as one. */
const REPLIES_PER_OBSERVATION = 4;
/** Of the difference between the two planned TTFTs of a pair; less says more about noise than about pace. */
const PAIR_DISTANCE_MS_MIN = 100;

export function paceEstimates(samples: readonly ModelSamples[]): PaceEstimate[] {
  const spans = samples.flatMap(({ spans: { measured, planned } }) =>
    measured.map((ms, index) => ms / planned[index]! - 1),
  );
  return [estimate('replies', spans), estimate('TTFT', ttftSlopes(samples))];
}

function estimate(of: PaceEstimate['of'], errors: readonly number[]): PaceEstimate {
  const ascending = sorted(errors);
  const observations = Math.max(1, Math.floor(errors.length / REPLIES_PER_OBSERVATION));
  const [from, to] = percentileInterval(observations, 0.5, SIGNIFICANCE);
  const [error, low, high] = [0.5, from, to].map((p) => percentile(ascending, p)) as [number, number, number];
  const isBroken = low > PACE_ERROR_MAX || high < -PACE_ERROR_MAX;
  const holds = Math.abs(error) <= PACE_ERROR_MAX;
  return { of, error, low, high, verdict: isBroken ? 'broken' : holds ? 'holds' : 'not judged' };
}

/** Each request is paired with the one half of all further on, which is another model's on another stream at another time. */
function ttftSlopes(samples: readonly ModelSamples[]): number[] {
  const measured = samples.flatMap(({ ttft }) => ttft.measured);
  const planned = samples.flatMap(({ ttft }) => ttft.planned);
  const half = Math.floor(measured.length / 2);
  const slopes: number[] = [];
  for (let index = 0; index < half; index++) {
    const distance = planned[index + half]! - planned[index]!;
    if (Math.abs(distance) < PAIR_DISTANCE_MS_MIN) continue;
    slopes.push((measured[index + half]! - measured[index]!) / distance - 1);
  }
  return slopes;
}
