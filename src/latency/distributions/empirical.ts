/**
 * empirical: what was measured, as quantiles or as a histogram; truncated to [min_ms, max_ms] when given.
 *
 *   quantiles   the quantile function is a straight line between two points that follow each other. Below the first p every draw is
 *               the first delay, above the last p the last one; points with p 0 and 1 say where the measurement began and ended.
 *   histogram   within a bin every delay is equally likely, a bin's share is its count's share of all: the straight line through the
 *               points (counts up to the edge / all counts, edge).
 *
 * Both are one polyline. An upright piece (two points of one p) is a gap that no draw falls in, a level one (two of one delay) a delay that
 * has a probability of its own.
 * Source: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), 361-365 (linear
 * interpolation of the quantile function).
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ReadonlyDeep } from '../../kernel/readonly-deep.js';
import {
  type Distribution,
  type DistributionPlugin,
  delayMsMax,
  MS,
  P,
  type ParameterProblem,
  Q,
} from '../contract.js';
import { TruncatedDistribution, truncationProblems, truncationProperties } from '../truncation.js';

/** A draw looks its piece up in ten halvings; more detail than this is beyond any measurement of delays. */
const pointsMax = 1_000;

const delay = { type: 'number', minimum: 0, maximum: delayMsMax, 'x-unit': 'ms' } as const;

const schema = {
  type: 'object',
  description: 'What was measured on a real provider, as quantiles or as a histogram.',
  properties: {
    distribution: { const: 'empirical' },
    quantiles: {
      type: 'array',
      minItems: 2,
      maxItems: pointsMax,
      description: 'Points of the quantile function, p rising and ms never falling; straight lines between them.',
      items: {
        type: 'object',
        properties: {
          p: { type: 'number', minimum: 0, maximum: 1, description: 'The share of delays that are at most `ms`.' },
          ms: { ...delay, description: 'The delay that a share `p` does not exceed.' },
        },
        required: ['p', 'ms'],
        additionalProperties: false,
      },
    },
    histogram: {
      type: 'object',
      description: 'Counts of delays by bins, instead of quantiles; within a bin every delay is equally likely.',
      properties: {
        edges_ms: {
          type: 'array',
          minItems: 2,
          maxItems: pointsMax,
          items: delay,
          description: 'Where the bins begin and end, rising: one more than there are bins.',
          'x-unit': 'ms',
        },
        counts: {
          type: 'array',
          minItems: 1,
          maxItems: pointsMax - 1,
          items: { type: 'number', minimum: 0, maximum: 1e15 },
          description: 'How many delays fell in each bin; not cumulative, at least one of them above 0.',
        },
      },
      required: ['edges_ms', 'counts'],
      additionalProperties: false,
    },
    ...truncationProperties,
  },
  required: ['distribution'],
  additionalProperties: false,
  examples: [
    {
      distribution: 'empirical',
      quantiles: [
        { p: 0, ms: 180 },
        { p: 0.5, ms: 420 },
        { p: 0.95, ms: 1100 },
        { p: 0.99, ms: 2300 },
        { p: 1, ms: 9000 },
      ],
    },
    { distribution: 'empirical', histogram: { edges_ms: [0, 10, 20, 50, 200], counts: [120, 610, 240, 30] } },
  ],
} as const satisfies JsonSchema;

type Parameters = ReadonlyDeep<FromSchema<typeof schema>>;

/** A quantile function of straight pieces: at points of rising shares the delays, never falling. */
class Polyline implements Distribution {
  /** From 0 to 1; the upper shares are their complements, summed up from the other end. */
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #ms: Float64Array;

  constructor(lower: readonly number[], upper: readonly number[], ms: readonly number[]) {
    this.#lower = Float64Array.from(lower);
    this.#upper = Float64Array.from(upper);
    this.#ms = Float64Array.from(ms);
  }

  invert(inversion: Float64Array): void {
    const lower = this.#lower;
    const upper = this.#upper;
    const ms = this.#ms;
    const p = inversion[P]!;
    const q = inversion[Q]!;
    let left = 0;
    let right = ms.length - 1;
    while (right - left > 1) {
      const middle = (left + right) >>> 1;
      if (p < 0.5 ? lower[middle]! <= p : upper[middle]! > q) left = middle;
      else right = middle;
    }
    const width = p < 0.5 ? lower[right]! - lower[left]! : upper[left]! - upper[right]!;
    const place = width > 0 ? (p < 0.5 ? p - lower[left]! : upper[left]! - q) / width : 0;
    inversion[MS] = ms[left]! + (ms[right]! - ms[left]!) * Math.min(1, Math.max(0, place));
  }

  cumulative(delayMs: number): number {
    return delayMs < this.#ms[0]! ? 0 : this.#shareAt(delayMs, this.#lower);
  }

  survival(delayMs: number): number {
    return delayMs < this.#ms[0]! ? 1 : this.#shareAt(delayMs, this.#upper);
  }

  /** The share at a delay from the first point on: that at the last point not above it, and what the piece from there adds. */
  #shareAt(delayMs: number, shares: Float64Array): number {
    const ms = this.#ms;
    const last = ms.length - 1;
    if (delayMs >= ms[last]!) return shares[last]!;
    let [left, right] = [0, last];
    while (right - left > 1) {
      const middle = (left + right) >>> 1;
      if (ms[middle]! <= delayMs) left = middle;
      else right = middle;
    }
    const place = (delayMs - ms[left]!) / (ms[right]! - ms[left]!);
    return shares[left]! + (shares[right]! - shares[left]!) * place;
  }
}

function fromQuantiles(quantiles: NonNullable<Parameters['quantiles']>): Polyline {
  const [first, last] = [quantiles[0]!, quantiles.at(-1)!];
  const points = [{ p: 0, ms: first.ms }, ...quantiles, { p: 1, ms: last.ms }];
  return new Polyline(
    points.map(({ p }) => p),
    points.map(({ p }) => 1 - p),
    points.map(({ ms }) => ms),
  );
}

function fromHistogram({ edges_ms: edges, counts }: NonNullable<Parameters['histogram']>): Polyline {
  const below = [0];
  for (const count of counts) below.push(below.at(-1)! + count);
  const above = [0];
  for (const count of [...counts].reverse()) above.push(above.at(-1)! + count);
  const total = below.at(-1)!;
  return new Polyline(
    below.map((count) => count / total),
    above.reverse().map((count) => count / above[0]!),
    edges,
  );
}

function member({ quantiles, histogram }: Parameters): Polyline {
  if (quantiles !== undefined) return fromQuantiles(quantiles);
  if (histogram !== undefined) return fromHistogram(histogram);
  throw new RangeError('an empirical distribution needs quantiles or a histogram');
}

function quantileProblems(quantiles: NonNullable<Parameters['quantiles']>): ParameterProblem[] {
  return quantiles.slice(1).flatMap(({ p, ms }, index) => {
    const before = quantiles[index]!;
    const at = ['quantiles', String(index + 1)];
    const problems: ParameterProblem[] = [];
    if (p <= before.p) problems.push({ path: [...at, 'p'], message: `must be > the p before it (${before.p})` });
    if (ms < before.ms) problems.push({ path: [...at, 'ms'], message: `must be >= the ms before it (${before.ms})` });
    return problems;
  });
}

function histogramProblems({ edges_ms: edges, counts }: NonNullable<Parameters['histogram']>): ParameterProblem[] {
  const problems: ParameterProblem[] = edges.slice(1).flatMap((edge, index) => {
    const before = edges[index]!;
    if (edge > before) return [];
    return [
      { path: ['histogram', 'edges_ms', String(index + 1)], message: `must be > the edge before it (${before})` },
    ];
  });
  const path = ['histogram', 'counts'];
  if (counts.length !== edges.length - 1) {
    const message = `must have one entry per bin: ${edges.length - 1} for ${edges.length} edges, not ${counts.length}`;
    problems.push({ path, message });
  }
  if (counts.every((count) => count === 0)) problems.push({ path, message: 'must have an entry above 0' });
  return problems;
}

function problems(parameters: Parameters): ParameterProblem[] {
  const { quantiles, histogram } = parameters;
  if (quantiles === undefined && histogram === undefined) {
    return [{ path: ['quantiles'], message: 'is required (or histogram)' }];
  }
  if (quantiles !== undefined && histogram !== undefined) {
    return [{ path: ['histogram'], message: 'must not be combined with quantiles' }];
  }
  const found = [
    ...(quantiles === undefined ? [] : quantileProblems(quantiles)),
    ...(histogram === undefined ? [] : histogramProblems(histogram)),
  ];
  return found.length > 0 ? found : truncationProblems(member(parameters), parameters);
}

export const empirical = {
  name: 'empirical',
  schema,
  problems,
  create: (parameters) => new TruncatedDistribution(member(parameters), parameters),
} as const satisfies DistributionPlugin<Parameters>;
