/** coalesce: many events come in one write. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ReplyFrame } from '../../runtime/finished-reply.js';
import type { StreamFault } from '../contract.js';

const schema = {
  type: 'object',
  properties: {
    events: {
      type: 'integer',
      minimum: 2,
      maximum: 10_000,
      default: 10,
      description: 'How many events come in one write, which is due when the last of them is.',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const coalesce = {
  name: 'coalesce',
  summary: 'Several events come in one write, as from a proxy that buffers. Whole replies are left alone.',
  stage: 'stream',
  schema,
  breaks: false,
  rewrite({ events }, reply) {
    const { frames, kind } = reply;
    if (kind === 'whole' || frames.length < 2) return false;
    reply.frames = [];
    for (let start = 0; start < frames.length; start += events) {
      reply.frames.push(joined(frames.slice(start, start + events)));
    }
    return true;
  },
} as const satisfies StreamFault<Parameters>;

function joined(frames: readonly ReplyFrame[]): ReplyFrame {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.bytes.length, 0));
  let at = 0;
  let delayUs = 0;
  for (const frame of frames) {
    bytes.set(frame.bytes, at);
    at += frame.bytes.length;
    delayUs += frame.delayUs;
  }
  return {
    delayUs,
    bytes,
    tokens: frames[frames.length - 1].tokens,
    overture: frames.every(({ overture }) => overture),
    held: frames.some(({ held }) => held),
  };
}
