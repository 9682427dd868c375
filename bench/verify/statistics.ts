/**
 * The statistics of the verification: percentiles of samples, the distance of Kolmogorov and Smirnov with and without an allowance for
 * delays, and how far chance alone may take either from the truth. docs/latency-verification.md derives every bound.
 *
 * Samples are sorted ascending. A distribution is given as its cumulative function, which may have jumps.
 */
export type Cumulative = (ms: number) => number;

/** How far a measured time may be from what it should be: relative x + absoluteMs. */
export interface Tolerance {
  readonly relative: number;
  readonly absoluteMs: number;
}

export function allowanceMs({ relative, absoluteMs }: Tolerance, ms: number): number {
  return relative * Math.abs(ms) + absoluteMs;
}

/** The smallest value that a share p of the sample does not exceed: number ⌈n p⌉ of the order. NaN for an empty sample. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  return sorted.length === 0 ? Number.NaN : sorted[rankOf(sorted.length, p) - 1]!;
}

function rankOf(n: number, p: number): number {
  // The product of a whole number and a decimal fraction may lie a rounding error above a whole number.
  return Math.min(n, Math.max(1, Math.ceil(n * p - 1e-9)));
}

/** sup |F_n(x) - F(x)|. */
export function ksDistance(sorted: ArrayLike<number>, cumulative: Cumulative): number {
  return ksDistanceBeyond(sorted, cumulative, { relative: 0, absoluteMs: 0 });
}

/**
 * The distance that is left when every value may be moved by up to the tolerance, so that delays within it cost nothing:
 * sup max(F_n(x) - F(x + t), F(x - t) - F_n(x)), at least 0, with t the allowance at the true value.
 */
export function ksDistanceBeyond(sorted: ArrayLike<number>, cumulative: Cumulative, tolerance: Tolerance): number {
  const n = sorted.length;
  const { relative, absoluteMs } = tolerance;
  let distance = 0;
  for (let index = 0; index < n; index++) {
    const value = sorted[index]!;
    // A true value y may be measured from y - (r y + a) to y + (r y + a); what is measured as `value` was at most / least this.
    const most = (value + absoluteMs) / (1 - relative);
    const least = (value - absoluteMs) / (1 + relative);
    const above = (index + 1) / n - cumulative(most);
    const below = justBelow(cumulative, least) - index / n;
    distance = Math.max(distance, above, below);
  }
  return distance;
}

/** P(X < ms), which a jump at ms makes different from P(X <= ms). */
function justBelow(cumulative: Cumulative, ms: number): number {
  return cumulative(ms - Math.abs(ms) * Number.EPSILON);
}

/**
 * What sup |F_n - F| exceeds with a probability of at most `significance`, for every n and every F, with or without jumps:
 * sqrt(ln(2 / significance) / 2n).
 * Source: P. Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of Probability 18 (1990), 1269-1283.
 */
export function ksBound(n: number, significance: number): number {
  return Math.sqrt(Math.log(2 / significance) / (2 * n));
}

/**
 * The probabilities between which F of the sample's percentile lies but for a chance of `significance`: the percentile is the value
 * number k = ⌈n p⌉ of the order, and by Chernoff's bound P(F(X_k) > x) = P(Binomial(n, x) < k) <= exp(-n KL(k/n, x)) for x > k/n, and
 * likewise below with k - 1.
 */
export function percentileInterval(n: number, p: number, significance: number): readonly [number, number] {
  const rank = rankOf(n, p);
  const divergence = Math.log(2 / significance) / n;
  const high = edge(rank / n, 1, divergence);
  const low = edge((rank - 1) / n, 0, divergence);
  return [low, high];
}

/** Where between `from` and `to` the divergence from `from` reaches the limit; `to` when it does not. */
function edge(from: number, to: number, limit: number): number {
  let near = from;
  let far = to;
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (divergenceOf(from, middle) < limit) near = middle;
    else far = middle;
  }
  return far;
}

/** Kullback and Leibler's, of Bernoulli(a) from Bernoulli(b). */
function divergenceOf(a: number, b: number): number {
  const term = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(x / y));
  return term(a, b) + term(1 - a, 1 - b);
}

/** The values in ascending order, in an array of their own. */
export function sorted(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}
