/** burst: many conversations at once, and again after a while: a timer that fires on all clients, a queue that is emptied. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ParameterProblem } from '../../../latency/contract.js';
import { type ArrivalPattern, type ListedCourse, STAGE_SECS_MAX } from '../contract.js';
import { durationSecs, shownNumber } from '../parameters.js';

/** More than a process can have open at once. */
const SIZE_MAX = 1_000_000;
/** A length divided by its interval misses a whole number by some units in the last place. */
const ROUNDING = 1e-9;

const schema = {
  type: 'object',
  description: 'Many conversations at once, again and again; the first burst comes at the start.',
  properties: {
    pattern: { const: 'burst' },
    size: {
      type: 'integer',
      minimum: 1,
      maximum: SIZE_MAX,
      description: 'How many conversations start in a burst.',
      'x-unit': 'conversations',
    },
    interval_secs: {
      type: 'number',
      minimum: 0.001,
      maximum: STAGE_SECS_MAX,
      description: "From a burst's beginning to the next one's.",
      'x-unit': 's',
    },
    width_secs: {
      type: 'number',
      minimum: 0,
      maximum: STAGE_SECS_MAX,
      default: 0,
      description: 'Over which a burst is spread evenly; 0 for all at one moment.',
      'x-unit': 's',
    },
    duration_secs: durationSecs,
  },
  required: ['pattern', 'size', 'interval_secs', 'duration_secs'],
  additionalProperties: false,
  examples: [
    { pattern: 'burst', size: 200, interval_secs: 10, duration_secs: 60 },
    { pattern: 'burst', size: 200, interval_secs: 10, width_secs: 0.5, duration_secs: 60 },
  ],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

function problems({ interval_secs: interval, width_secs: width }: Parameters): ParameterProblem[] {
  if (width === undefined || width <= interval) return [];
  const message = `must be <= interval_secs (${shownNumber(interval)}): bursts do not overlap`;
  return [{ path: ['width_secs'], message, related: ['interval_secs'] }];
}

function create({
  size,
  interval_secs: interval,
  width_secs: width = 0,
  duration_secs: secs,
}: Parameters): ListedCourse {
  const secsAt = (index: number) => Math.floor(index / size) * interval + ((index % size) / size) * width;
  const wholeBursts = Math.ceil(secs / interval - ROUNDING) - 1;
  const lastSecs = secs - wholeBursts * interval;
  const inLast = width <= lastSecs ? size : Math.ceil((size * lastSecs) / width);
  return { kind: 'listed', durationSecs: secs, expected: wholeBursts * size + inLast, secsAt };
}

export const burst = {
  name: 'burst',
  schema,
  problems,
  create,
  describe: ({ size, interval_secs: interval, width_secs: width = 0 }) =>
    `${size} every ${shownNumber(interval)} s${width > 0 ? ` within ${shownNumber(width)} s` : ''}`,
} as const satisfies ArrivalPattern<Parameters>;
