/**
 * Delays as a plan gives them: milliseconds, or any distribution of the latency registry with its own checks. Lengths have a schema of
 * their own (src/latency/lengths.ts).
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { delayMsMax } from '../../latency/contract.js';
import { distributionSchema } from '../../latency/registry.js';

/** What TypeScript needs to know of a delay's schema to put Delay in its place. */
export interface DelaySchemaMark {
  readonly type: readonly ['number', 'object'];
  readonly 'x-unit': 'ms';
}

const schema: JsonSchema & DelaySchemaMark = {
  type: ['number', 'object'],
  title: `a number of milliseconds from 0 to ${delayMsMax}, or a distribution`,
  minimum: 0,
  maximum: delayMsMax,
  'x-unit': 'ms',
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: distributionSchema as JsonSchema,
};

/** Accepts a number of milliseconds or the parameters of exactly one distribution. */
export const delaySchema: DelaySchemaMark = schema;
