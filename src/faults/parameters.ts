/** Parameters that many kinds of faults have. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../kernel/json-schema.js';

/** How long a fault can make a client wait: as long as the longest delay that there is. */
export const WAIT_MS_MAX = 3_600_000;

export const afterMs = {
  type: 'number',
  minimum: 0,
  maximum: WAIT_MS_MAX,
  default: 0,
  description: 'How long the client waits for the error, multiplied by `simulation.time_scale`.',
  'x-unit': 'ms',
} as const satisfies JsonSchema;

/** Of a fault before the answer that has nothing else to say. */
export const waitSchema = {
  type: 'object',
  properties: { after_ms: afterMs },
  additionalProperties: false,
} as const satisfies JsonSchema;

export type WaitParameters = FromSchema<typeof waitSchema, { keepDefaultedPropertiesOptional: false }>;

export const noParameters = {
  type: 'object',
  properties: {},
  additionalProperties: false,
} as const satisfies JsonSchema;

export type NoParameters = FromSchema<typeof noParameters>;
