/** missing_terminal: the stream ends without the event that says so. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { StreamFault } from '../contract.js';
import { terminalOf } from '../terminal.js';

const schema = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const missingTerminal = {
  name: 'missing_terminal',
  summary:
    "The stream ends without the event that says so, though HTTP says that it is complete: without `[DONE]`, `message_stop`, `response.completed`, or Gemini's last chunk. Whole replies are left alone.",
  stage: 'stream',
  schema,
  breaks: true,
  rewrite(_, reply, { events }) {
    const at = terminalOf(reply, events);
    if (at < 0) return false;
    reply.frames.splice(at, 1);
    return true;
  },
} as const satisfies StreamFault<Parameters>;
