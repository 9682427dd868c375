/**
 * What a finished plan comes to: when the first and the last of it are due, and two digests that tell whether two plans are the same.
 *
 *   digest   SHA-256 of: status LF, then for each frame: µs after the request's arrival SP bytes LF, and the frame's bytes
 *   content  SHA-256 of the frames' bytes one after another, which is what a client receives as the body
 *
 * Both as their first 32 hexadecimal digits; numbers in decimal. Anyone can compute them from a printed plan, and `content` from a body.
 */
import { createHash } from 'node:crypto';
import { FrameCursor, planFirstFrame, planFrameCount, planOvertureFrames, planStatus } from './plan-reader.js';

/** 128 bits: two plans that differ have the same digest with a chance of 3e-39. */
const DIGEST_CHARS = 32;

export interface PlanSummary {
  /** When the first frame with something that the model says is due after the request's arrival, µs; a whole reply has one frame. */
  readonly ttftUs: number;
  /** When the last frame is due, µs. */
  readonly e2eUs: number;
  readonly digest: string;
  readonly content: string;
}

export interface PlannedFrame {
  /** After the request's arrival, µs. */
  readonly atUs: number;
  readonly bytes: Buffer;
}

/** The frames in order, each with bytes of its own. */
export function* framesOf(plan: Uint8Array): Generator<PlannedFrame> {
  const bytes = Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength);
  const cursor = new FrameCursor();
  cursor.position = planFirstFrame(plan);
  let atUs = 0;
  for (let left = planFrameCount(plan); left > 0; left--) {
    atUs += cursor.varint(bytes);
    const frame = Buffer.allocUnsafe(cursor.readFrame(bytes));
    cursor.copyFrame(bytes, frame, 0);
    yield { atUs, bytes: frame };
  }
}

/** @param frames the plan's; read anew from it unless given */
export function summarizePlan(plan: Uint8Array, frames: Iterable<PlannedFrame> = framesOf(plan)): PlanSummary {
  const digest = createHash('sha256').update(`${planStatus(plan)}\n`);
  const content = createHash('sha256');
  let toFirst = planOvertureFrames(plan);
  let ttftUs = 0;
  let e2eUs = 0;
  for (const { atUs, bytes } of frames) {
    digest.update(`${atUs} ${bytes.length}\n`).update(bytes);
    content.update(bytes);
    e2eUs = atUs;
    if (toFirst >= 0) ttftUs = atUs;
    toFirst--;
  }
  return { ttftUs, e2eUs, digest: shortened(digest.digest('hex')), content: shortened(content.digest('hex')) };
}

const shortened = (digest: string): string => digest.slice(0, DIGEST_CHARS);
