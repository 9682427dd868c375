/**
 * How a plan's reply is delivered where that is not what its kind says: the fields of the head that say how it ends, which length it announces
 * and which of its frames wait for no step. For the layout see plan-layout.ts.
 */
import { putUint32 } from './byte-order.js';
import type { FinishedReply, ReplyEnding, ReplyFrame } from './finished-reply.js';

/** How a stream ends: as HTTP has it, by closing the connection (FIN), or by resetting it (RST). */
export const ENDING_COMPLETE = 0;
export const ENDING_CLOSE = 1;
export const ENDING_RESET = 2;

const ENDINGS: { readonly [ending in ReplyEnding]: number } = {
  complete: ENDING_COMPLETE,
  close: ENDING_CLOSE,
  reset: ENDING_RESET,
};

/** What a plan has room for: an hour and eleven minutes. */
export const TIME_US_MAX = 0xffff_ffff;

/** Writes the fields into a finished plan. */
export function writeDelivery(plan: Uint8Array, reply: FinishedReply): void {
  const { announcedBytes, endHoldUs, ending, frames, kind } = reply;
  const sentBytes = kind === 'whole' ? frames.reduce((sum, { bytes }) => sum + bytes.length, 0) : undefined;
  const announced = announcedBytes ?? sentBytes;
  putUint32(plan, 64, Math.min(TIME_US_MAX, Math.round(endHoldUs)));
  plan[70] = ENDINGS[ending];
  putUint32(plan, 80, announced === undefined ? 0 : announced + 1);
  putUint32(plan, 92, frames.length - leading(frames, ({ held }) => !held));
}

/** How many of the first frames are so. */
export function leading(frames: readonly ReplyFrame[], isSo: (frame: ReplyFrame) => boolean): number {
  const end = frames.findIndex((frame) => !isSo(frame));
  return end < 0 ? frames.length : end;
}
