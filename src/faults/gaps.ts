/** How far apart the writes of one event are. */
import type { JsonSchema } from '../kernel/json-schema.js';

const GAP_MS_MAX = 60_000;

export const gapSchema = {
  type: 'number',
  minimum: 0,
  maximum: GAP_MS_MAX,
  default: 20,
  description: 'How long a write is behind the one before, multiplied by `simulation.time_scale`.',
  'x-unit': 'ms',
} as const satisfies JsonSchema;
