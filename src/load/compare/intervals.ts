/**
 * Estimates with intervals that hold whatever the values' distribution is: the interval of a quantile lies between two values of the ordered
 * sample, chosen by the binomial distribution of how many of them lie below the true quantile. Nothing is assumed but that the values are
 * independent draws of one distribution, so a few that are far out (a collection of garbage, a busy core) move neither estimate nor interval.
 * Source: W. J. Conover, "Practical Nonparametric Statistics", 3rd edition (1999), section 3.2.
 */

export const CONFIDENCE = 0.95;

export interface QuantileInterval {
  /** NaN of an empty sample. */
  readonly value: number;
  /** Undefined where the sample is too small for the bound to hold with the confidence. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * @param sorted ascending
 * @param p in (0, 1)
 * @param confidence in (0, 1): the true quantile lies in [low, high] with at least this probability
 */
export function quantileInterval(sorted: ArrayLike<number>, p: number, confidence = CONFIDENCE): QuantileInterval {
  const n = sorted.length;
  const value = quantileOf(sorted, p);
  const [lowRank, highRank] = intervalRanks(n, p, (1 - confidence) / 2);
  return {
    value,
    ...(lowRank >= 1 && { low: sorted[lowRank - 1]! }),
    ...(highRank <= n && { high: sorted[highRank - 1]! }),
  };
}

/** The value that a share p of the sample does not exceed; of an even number of values their median is between the middle two. */
export function quantileOf(sorted: ArrayLike<number>, p: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const place = n * p;
  const rank = Math.min(n, Math.max(1, Math.ceil(place - 1e-9)));
  if (Number.isInteger(place) && place >= 1 && place < n) return (sorted[rank - 1]! + sorted[rank]!) / 2;
  return sorted[rank - 1]!;
}

/**
 * The largest rank l with P(B < l) <= tail and the smallest rank u with P(B >= u) <= tail, for B binomial of n draws with p; 0 and n + 1
 * where there is none. The terms are summed by their logarithms, since the first of them underflows from some 1,000 draws on.
 */
function intervalRanks(n: number, p: number, tail: number): readonly [number, number] {
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = n * Math.log1p(-p);
  let below = 0;
  let low = 0;
  let high = n + 1;
  for (let count = 0; count <= n; count++) {
    // `below` is P(B < count).
    if (below <= tail) low = count;
    if (1 - below <= tail) {
      high = count;
      break;
    }
    below += Math.exp(logTerm);
    logTerm += Math.log((n - count) / (count + 1)) + logOdds;
  }
  return [low, high];
}
