/**
 * Numbers of tokens as a configuration gives them: a number, {p50, p95} (log-normal through both), or any of the latency distributions
 * with tokens in the place of milliseconds. Which distributions there are, their parameters and their checks follow from the registry by
 * a change of unit, so a new one draws lengths from the moment it stands there.
 *
 *   { distribution: gamma, shape: 2, scale_tokens: 80 }   ⇄   { distribution: gamma, shape: 2, scale_ms: 80 }
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { ParameterProblem, Sampler } from './contract.js';
import { createSampler, type DistributionParameters, distributionProblems, distributions } from './registry.js';

/** A length as a configuration that passed the schema has it. */
export type Length =
  | number
  | { readonly p50: number; readonly p95: number }
  | { readonly distribution: string; readonly [parameter: string]: unknown };

/** What TypeScript needs to know of a length's schema to put Length in its place. */
export interface LengthSchemaMark {
  readonly type: readonly ['integer', 'object'];
  readonly 'x-unit': 'tokens';
}

/** The same text, name or number with tokens in the place of milliseconds. */
function inTokens(text: string): string {
  return text
    .replace(/_ms\b/g, '_tokens')
    .replace(/\bmilliseconds\b|\bms\b/g, 'tokens')
    .replace(/\bdelays?\b/g, (word) => (word === 'delay' ? 'length' : 'lengths'))
    .replace(/\bOne hour\b/g, '3,600,000');
}

/** A copy of plain data with every key, and every text, put through the function. Schemas and parameters are a few levels deep. */
function renamed(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}

/** The schemas of the distributions, in tokens. */
export const lengthDistributions = distributions.map(
  (plugin): { readonly name: string; readonly schema: JsonSchema } => ({
    name: plugin.name,
    schema: renamed(plugin.schema, inTokens) as JsonSchema,
  }),
);

/** Accepts the parameters of exactly one of the distributions, in tokens. */
export const lengthDistributionSchema: JsonSchema = {
  type: 'object',
  required: ['distribution'],
  discriminator: { propertyName: 'distribution' },
  oneOf: lengthDistributions.map(({ schema }) => schema),
};

/**
 * Accepts a length: a number from 1 to max, percentiles up to max, or a distribution. Percentiles that a mapping leaves out have the
 * defaults, if there are any.
 */
export function lengthSchema(max: number, defaults?: { readonly p50: number; readonly p95: number }): LengthSchemaMark {
  const percentile = (name: 'p50' | 'p95', description: string): JsonSchema => ({
    type: 'integer',
    minimum: 1,
    maximum: max,
    ...(defaults !== undefined && { default: defaults[name] }),
    description,
    'x-unit': 'tokens',
  });
  const schema: JsonSchema & LengthSchemaMark = {
    type: ['integer', 'object'],
    title: `an integer from 1 to ${max}, {p50, p95}, or a distribution of tokens`,
    minimum: 1,
    maximum: max,
    'x-unit': 'tokens',
    if: { type: 'object', required: ['distribution'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: lengthDistributionSchema,
    else: {
      required: ['p50', 'p95'],
      additionalProperties: false,
      properties: {
        p50: percentile('p50', 'Median.'),
        p95: percentile('p95', '95th percentile, at least p50.'),
      },
    },
  };
  return schema;
}

export type LengthDistribution = Extract<Length, { readonly distribution: string }>;

function isDistribution(length: Length): length is LengthDistribution {
  return typeof length === 'object' && 'distribution' in length;
}

/** The same distribution of delays. */
export function inMilliseconds(length: LengthDistribution): DistributionParameters {
  return renamed(length, (text) =>
    text.replace(/_tokens\b/g, '_ms').replace(/^tokens$/, 'ms'),
  ) as DistributionParameters;
}

/** The parameters that are themselves lengths which are drawn. */
const lengthKey = /^(?:value|mean|min|max|edges|p\d\d)_tokens$|^tokens$/;

/** Where a distribution plainly says more than there can be: its draws would be cut. */
function excessProblems(value: unknown, max: number, path: readonly string[] = []): ParameterProblem[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => excessProblems(item, max, [...path, key]));
  }
  if (typeof value !== 'number' || value <= max) return [];
  const key = path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  return lengthKey.test(key) ? [{ path, message: `must be <= ${max}, the most that there can be` }] : [];
}

/**
 * What the schema cannot say about a length that passed it; empty when all is well.
 * @param max the longest that there can be, as in its schema
 */
export function lengthProblems(length: Length, max: number): ParameterProblem[] {
  if (typeof length === 'number') return [];
  if (!isDistribution(length)) {
    if (length.p95 >= length.p50) return [];
    return [{ path: ['p95'], message: `must be >= p50 (${length.p50})`, related: ['p50'] }];
  }
  const problems = distributionProblems(inMilliseconds(length));
  return [...excessProblems(length, max), ...(renamed(problems, inTokens) as ParameterProblem[])];
}

/** A sampler of "milliseconds" that are tokens, for a length that passed the schema and lengthProblems(). Draws are to be rounded. */
export function createLengthSampler(length: Length): Sampler {
  if (typeof length === 'number') return createSampler({ distribution: 'constant', value_ms: length });
  if (isDistribution(length)) return createSampler(inMilliseconds(length));
  return createSampler({ distribution: 'log_normal', p50_ms: length.p50, p95_ms: length.p95 });
}
