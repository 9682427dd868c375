/**
 * What client and model said, as far as telemetry.journal.record_bodies asks for it: the first bytes of every request and reply, kept as
 * long as the journal's entry. A reply is taken out of its plan when its books are closed: what was written of it by then.
 */
import { FrameCursor, planFirstFrame, planFrameCount } from '../../runtime/plan-reader.js';

export class BodyRecorder {
  readonly #bytesMax: number;
  readonly #pending: (Buffer | undefined)[];
  readonly #requests: (Buffer | undefined)[];
  readonly #replies: (Buffer | undefined)[];
  readonly #cursor = new FrameCursor();

  /** @param bytesMax of each body */
  constructor(slots: number, entries: number, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#pending = new Array<undefined>(slots).fill(undefined);
    this.#requests = new Array<undefined>(entries).fill(undefined);
    this.#replies = new Array<undefined>(entries).fill(undefined);
  }

  /** The slot's request, whose bytes are lent. */
  request(slot: number, body: readonly Uint8Array[]): void {
    this.#pending[slot] = this.#beginning(body);
  }

  /** The slot's request has ended, and goes to the entry's row. @param sentBytes of the body, of which those come from the plan */
  close(slot: number, row: number, plan: Uint8Array | undefined, sentBytes: number): void {
    this.#requests[row] = this.#pending[slot];
    this.#pending[slot] = undefined;
    this.#replies[row] = plan === undefined ? undefined : this.#written(plan, sentBytes);
  }

  /** A request that got no slot. */
  refuse(row: number, body: readonly Uint8Array[]): void {
    this.#requests[row] = this.#beginning(body);
    this.#replies[row] = undefined;
  }

  /** What is not UTF-8 comes as U+FFFD. */
  read(row: number): { readonly request: string; readonly reply: string } {
    return { request: this.#requests[row]?.toString() ?? '', reply: this.#replies[row]?.toString() ?? '' };
  }

  clear(): void {
    this.#requests.fill(undefined);
    this.#replies.fill(undefined);
  }

  /** A copy of its own, so that a short beginning does not hold a long body. */
  #beginning(pieces: readonly Uint8Array[]): Buffer {
    const kept: Uint8Array[] = [];
    let left = this.#bytesMax;
    for (const piece of pieces) {
      if (left <= 0) break;
      kept.push(piece.subarray(0, left));
      left -= piece.byteLength;
    }
    return Buffer.concat(kept);
  }

  /** What is sent behind a plan's frames, when a reply is cut short, is not in it. */
  #written(view: Uint8Array, sentBytes: number): Buffer {
    const plan = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    const frames = planFrameCount(plan);
    const pieces: Buffer[] = [];
    let left = Math.min(this.#bytesMax, sentBytes);
    this.#cursor.position = planFirstFrame(plan);
    for (let frame = 0; frame < frames && left > 0; frame++) {
      this.#cursor.varint(plan);
      const piece = Buffer.allocUnsafe(this.#cursor.readFrame(plan));
      this.#cursor.copyFrame(plan, piece, 0);
      pieces.push(piece.subarray(0, left));
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }
}
