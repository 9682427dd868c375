/** event_split: every event comes in several writes. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ReplyFrame } from '../../runtime/finished-reply.js';
import type { StreamFault } from '../contract.js';
import { gapSchema } from '../gaps.js';
import { pieces, placeByTokens, placeProperties } from '../places.js';

/** The events of a reply that has very many come in fewer pieces each. */
const PIECES_MAX = 200_000;

const schema = {
  type: 'object',
  properties: {
    writes: {
      type: 'integer',
      minimum: 2,
      maximum: 64,
      default: 3,
      description: 'In how many writes of equal size an event comes.',
    },
    gap_ms: gapSchema,
    after_tokens: {
      ...placeProperties.after_tokens,
      default: 0,
      description: 'How many tokens the client is shown before the first event that is split.',
    },
  },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const eventSplit = {
  name: 'event_split',
  summary: 'Every event comes in several writes with a gap between them, and so does the body of a whole reply.',
  stage: 'stream',
  schema,
  breaks: false,
  rewrite(parameters, reply, { timeScale }) {
    const from = parameters.after_tokens === 0 ? 0 : placeByTokens(reply, parameters.after_tokens).frames;
    const { frames } = reply;
    const writes = Math.min(parameters.writes, Math.floor(PIECES_MAX / frames.length));
    const gapUs = parameters.gap_ms * 1_000 * timeScale;
    reply.frames = frames.flatMap((frame, index) =>
      index < from ? frame : pieces(frame, evenCuts(frame, writes), gapUs),
    );
    return reply.frames.length > frames.length;
  },
} as const satisfies StreamFault<Parameters>;

/** No piece is empty. */
function evenCuts({ bytes: { length } }: ReplyFrame, writes: number): number[] {
  const parts = Math.max(1, Math.min(writes, length));
  return Array.from({ length: parts - 1 }, (_, cut) => Math.floor((length * (cut + 1)) / parts));
}
