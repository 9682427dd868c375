/** missing_usage: the counts of tokens are missing. */
import type { StreamFault } from '../contract.js';
import { bytesOf, textOf } from '../event-bytes.js';
import { type NoParameters, noParameters } from '../parameters.js';

export const missingUsage = {
  name: 'missing_usage',
  summary: 'The counts of tokens are missing from a stream or a whole reply that would have them.',
  stage: 'stream',
  schema: noParameters,
  breaks: true,
  rewrite(_, reply, { events }) {
    let isChanged = false;
    reply.frames = reply.frames.flatMap((frame) => {
      const text = textOf(frame.bytes);
      const rest = events.withoutUsage(text);
      if (rest === text) return frame;
      isChanged = true;
      return rest === '' ? [] : { ...frame, bytes: bytesOf(rest) };
    });
    return isChanged;
  },
} as const satisfies StreamFault<NoParameters>;
