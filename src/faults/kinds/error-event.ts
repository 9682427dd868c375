/** error_event: the provider's own error in the middle of a stream. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { HttpProblem } from '../../providers/contract.js';
import type { StreamFault } from '../contract.js';
import { bytesOf } from '../event-bytes.js';
import { placeIn, placeProperties } from '../places.js';

const schema = {
  type: 'object',
  properties: {
    problem: {
      type: 'string',
      enum: ['overloaded', 'rate_limited', 'internal', 'timeout'],
      default: 'overloaded',
      description: 'What the provider says is wrong.',
    },
    ...placeProperties,
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

/** What a rate limit's sentence says. */
const RETRY_AFTER_SECS = 60;

const PROBLEMS: { readonly [problem in Parameters['problem']]: HttpProblem } = {
  overloaded: { kind: 'overloaded' },
  rate_limited: { kind: 'rate_limited', retryAfterSecs: RETRY_AFTER_SECS },
  internal: { kind: 'internal' },
  timeout: { kind: 'timeout' },
};

export const errorEvent = {
  name: 'error_event',
  summary: "A stream ends with the provider's own error event instead of the rest. Whole replies are left alone.",
  stage: 'stream',
  schema,
  breaks: true,
  rewrite(parameters, reply, { errorEvent: write, timeScale }) {
    const place = reply.kind === 'stream' ? placeIn(reply, parameters, timeScale) : undefined;
    if (place === undefined) return false;
    const { frames, waitUs } = place;
    const bytes = bytesOf(write(PROBLEMS[parameters.problem], { events: frames }));
    const tokens = reply.frames[frames - 1]?.tokens ?? 0;
    const event = { delayUs: waitUs, bytes, tokens, overture: false, held: waitUs > 0 };
    reply.frames = [...reply.frames.slice(0, frames), event];
    return true;
  },
} as const satisfies StreamFault<Parameters>;
