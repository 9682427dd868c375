/** drip: the answer comes a few bytes at a time. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { FinishedReply, ReplyFrame } from '../../runtime/finished-reply.js';
import type { StreamFault } from '../contract.js';
import { pieces } from '../places.js';

/** Of a larger reply the pieces are larger. */
const PIECES_MAX = 100_000;

const schema = {
  type: 'object',
  properties: {
    bytes: {
      type: 'integer',
      minimum: 1,
      maximum: 65_536,
      default: 16,
      description: 'How many bytes come at a time; more of a reply that would come in over 100000 pieces.',
      'x-unit': 'bytes',
    },
    interval_ms: {
      type: 'number',
      minimum: 0,
      maximum: 60_000,
      default: 50,
      description: 'How far apart they are at least, multiplied by `simulation.time_scale`.',
      'x-unit': 'ms',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const drip = {
  name: 'drip',
  summary: 'The answer comes a few bytes at a time, none before it is due, whole or streamed.',
  stage: 'stream',
  schema,
  breaks: false,
  rewrite({ bytes, interval_ms }, reply, { timeScale }) {
    const size = Math.max(bytes, Math.ceil(bytesIn(reply) / PIECES_MAX));
    const drops = reply.frames.flatMap((frame) => pieces(frame, cutsOf(frame, size)));
    if (drops.length === reply.frames.length) return false;
    reply.frames = spread(drops, interval_ms * 1_000 * timeScale);
    return true;
  },
} as const satisfies StreamFault<Parameters>;

function bytesIn({ frames }: FinishedReply): number {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function cutsOf({ bytes }: ReplyFrame, size: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil(bytes.length / size) - 1) }, (_, index) => (index + 1) * size);
}

/** None comes before it is due, nor within the interval after the one before it. */
function spread(drops: readonly ReplyFrame[], intervalUs: number): ReplyFrame[] {
  let dueUs = 0;
  let sentUs = Number.NEGATIVE_INFINITY;
  return drops.map((drop) => {
    dueUs += drop.delayUs;
    const atUs = Math.max(dueUs, sentUs + intervalUs);
    const delayUs = atUs - Math.max(0, sentUs);
    sentUs = atUs;
    return { ...drop, delayUs, held: drop.held || atUs > dueUs };
  });
}
