/** slow_headers: status and headers come late, and everything behind them as well. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { WAIT_MS_MAX } from '../parameters.js';
import { hold } from '../places.js';

const schema = {
  type: 'object',
  properties: {
    delay_ms: {
      type: 'number',
      minimum: 0,
      maximum: WAIT_MS_MAX,
      default: 5_000,
      description:
        'How much later the headers come, and with them all the rest; multiplied by `simulation.time_scale`. An answer that begins after `server.request_timeout_secs` is a timeout.',
      'x-unit': 'ms',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

const NOTHING = new Uint8Array(0);

export const slowHeaders = {
  name: 'slow_headers',
  summary: 'Status and headers come late, and the rest of the answer as much later, whole or streamed.',
  stage: 'stream',
  schema,
  breaks: false,
  rewrite({ delay_ms }, reply, { timeScale }) {
    const delayUs = delay_ms * 1_000 * timeScale;
    // A stream's headers go out with a first frame that is empty.
    if (reply.kind === 'stream') {
      reply.frames.unshift({ delayUs, bytes: NOTHING, tokens: 0, overture: true, held: true });
      reply.opening = 'first_frame';
    } else reply.frames = [hold(reply.frames[0], delayUs)];
    return true;
  },
} as const satisfies StreamFault<Parameters>;
