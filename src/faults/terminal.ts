/** The event of a stream that tells its client that the reply is complete. */
import type { ReplyEvents } from '../providers/contract.js';
import type { FinishedReply } from '../runtime/finished-reply.js';
import { textOf } from './event-bytes.js';

/** The frame's index; -1 where there is none, as in a whole reply. */
export function terminalOf({ frames, kind }: FinishedReply, events: ReplyEvents): number {
  if (kind === 'whole') return -1;
  return frames.findLastIndex(({ bytes }) => events.isTerminal(textOf(bytes)));
}
