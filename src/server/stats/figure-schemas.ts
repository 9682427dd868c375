/**
 * What schemas of the figures that a node has about itself are put together from: counts, durations, lists, and records of which every key is
 * always there, and no other.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';

export type Properties = { readonly [key: string]: JsonSchema };

export const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });
export const number = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description });
export const ms = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description, 'x-unit': 'ms' });
export const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description });
export const orNull = (schema: JsonSchema, description: string): JsonSchema => ({
  anyOf: [schema, { type: 'null' }],
  description,
});

/** Every key is there, and no other. */
export const record = (properties: Properties, description = ''): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
  ...(description === '' ? {} : { description }),
});
