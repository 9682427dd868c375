/** duplicate_terminal: the event that ends the stream comes twice. */
import type { StreamFault } from '../contract.js';
import { bytesOf, textOf } from '../event-bytes.js';
import { type NoParameters, noParameters } from '../parameters.js';
import { terminalOf } from '../terminal.js';

export const duplicateTerminal = {
  name: 'duplicate_terminal',
  summary:
    "The event that ends the stream comes twice: `[DONE]`, `message_stop`, `response.completed`, or Gemini's last chunk. Whole replies are left alone.",
  stage: 'stream',
  schema: noParameters,
  breaks: true,
  rewrite(_, reply, { events }) {
    const at = terminalOf(reply, events);
    if (at < 0) return false;
    const event = reply.frames[at];
    const [first, second] = events.repeated(textOf(event.bytes)).map(bytesOf);
    reply.frames.splice(at, 1, { ...event, bytes: first }, { ...event, bytes: second, delayUs: 0 });
    return true;
  },
} as const satisfies StreamFault<NoParameters>;
