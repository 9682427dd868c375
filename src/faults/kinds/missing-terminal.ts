/** missing_terminal: the stream ends without the event that says so. */
import type { StreamFault } from '../contract.js';
import { type NoParameters, noParameters } from '../parameters.js';
import { terminalOf } from '../terminal.js';

export const missingTerminal = {
  name: 'missing_terminal',
  summary:
    "The stream ends without the event that says so, though HTTP says that it is complete: without `[DONE]`, `message_stop`, `response.completed`, or Gemini's last chunk. Whole replies are left alone.",
  stage: 'stream',
  schema: noParameters,
  breaks: true,
  rewrite(_, reply, { events }) {
    const at = terminalOf(reply, events);
    if (at < 0) return false;
    reply.frames.splice(at, 1);
    return true;
  },
} as const satisfies StreamFault<NoParameters>;
