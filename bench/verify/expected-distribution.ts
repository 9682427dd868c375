/**
 * What a configured distribution means, from the textbook's cumulative functions alone: nothing of src/latency is used, so that the
 * simulator is held against the mathematics and not against itself. Quantiles are found by bisection of the cumulative function, and
 * percentiles given as parameters by a search for the family's member that has them.
 */
import { type Family, families } from './families.js';

export interface ExpectedDistribution {
  /** P(X <= ms). */
  cumulative(ms: number): number;
  /** The least value with cumulative(value) >= p. */
  quantile(p: number): number;
}

/** The parameters as they stand in a configuration. */
export type Parameters = { readonly distribution: string; readonly [key: string]: unknown };

/** Longest delay that a configuration can name; the simulator truncates there. */
const LONGEST_MS = 3_600_000;
const BISECTIONS = 100;

/** @throws Error when the verification does not know the distribution: then it belongs into families.ts */
export function expectedDistribution(parameters: Parameters): ExpectedDistribution {
  const family = families[parameters.distribution];
  if (family === undefined) throw new Error(`bench/verify/families.ts does not know "${parameters.distribution}" yet`);
  return withQuantiles(truncated(family, parameters));
}

/** The distribution of X + shiftMs. */
export function shifted(distribution: ExpectedDistribution, shiftMs: number): ExpectedDistribution {
  return {
    cumulative: (ms) => distribution.cumulative(ms - shiftMs),
    quantile: (p) => distribution.quantile(p) + shiftMs,
  };
}

/** The conditional distribution within [min_ms, max_ms], both included. */
function truncated(family: Family, parameters: Parameters): (ms: number) => number {
  const cumulative = family(parameters, expectedDistribution);
  const { min_ms: minMs = 0, max_ms: maxMs = LONGEST_MS } = parameters as { min_ms?: number; max_ms?: number };
  const below = cumulative(minMs - Math.max(minMs, 1e-9) * 1e-12);
  const within = cumulative(maxMs) - below;
  return (ms) => (ms < minMs ? 0 : Math.min(1, (cumulative(Math.min(ms, maxMs)) - below) / within));
}

function withQuantiles(cumulative: (ms: number) => number): ExpectedDistribution {
  const quantile = (p: number): number => {
    let low = 0;
    let high = LONGEST_MS;
    if (cumulative(0) >= p) return 0;
    for (let step = 0; step < BISECTIONS && high - low > low * 1e-13; step++) {
      const middle = low > 1e-3 ? Math.sqrt(low * high) : (low + high) / 2;
      if (cumulative(middle) >= p) high = middle;
      else low = middle;
    }
    return high;
  };
  return { cumulative, quantile };
}
