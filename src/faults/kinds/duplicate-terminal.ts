/** duplicate_terminal: the event that ends the stream comes twice. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { bytesOf, textOf } from '../event-bytes.js';
import { terminalOf } from '../terminal.js';

const schema = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const duplicateTerminal = {
  name: 'duplicate_terminal',
  summary:
    "The event that ends the stream comes twice: `[DONE]`, `message_stop`, `response.completed`, or Gemini's last chunk. Whole replies are left alone.",
  stage: 'stream',
  schema,
  breaks: true,
  rewrite(_, reply, { events }) {
    const at = terminalOf(reply, events);
    if (at < 0) return false;
    const event = reply.frames[at];
    const [first, second] = events.repeated(textOf(event.bytes)).map(bytesOf);
    reply.frames.splice(at, 1, { ...event, bytes: first }, { ...event, bytes: second, delayUs: 0 });
    return true;
  },
} as const satisfies StreamFault<Parameters>;
