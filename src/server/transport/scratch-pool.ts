/**
 * Buffers in which frames are assembled, and views of the frames in them. One is current; when a socket could not send a frame at once it
 * keeps the buffer until the kernel has taken the bytes, and another one becomes current. Buffers that come back are reused.
 *
 *   current ──write fell short──▶ kept by one connection ──drained──▶ spare ──▶ current
 *
 * A connection keeps at most one buffer, so the number of buffers is bounded by the number of connections.
 */

/** Spare buffers kept for reuse; enough for the sockets that block between two ticks, small enough to forget about. */
const SPARE_BUFFERS_MAX = 32;
/** Frames that end before have their views kept: all but rare ones, at 0.1 KB for each length that occurs. */
const VIEWED_BYTES_MAX = 1_024;

/** A buffer for frames. Most frames begin at the same place, so a length's view is made once instead of once per frame. */
export class Scratch {
  readonly bytes: Buffer;
  /** By the frame's end. */
  readonly #views = new Array<Buffer | undefined>(VIEWED_BYTES_MAX).fill(undefined);
  readonly #starts = new Uint16Array(VIEWED_BYTES_MAX);

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes);
  }

  /** bytes[start, end) */
  view(start: number, end: number): Buffer {
    if (end >= VIEWED_BYTES_MAX) return this.bytes.subarray(start, end);
    const known = this.#views[end];
    if (known !== undefined && this.#starts[end] === start) return known;
    const view = this.bytes.subarray(start, end);
    this.#views[end] = view;
    this.#starts[end] = start;
    return view;
  }
}

export class ScratchPool {
  current: Scratch;
  private readonly bufferBytes: number;
  private readonly spare: Scratch[] = [];

  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
    this.current = new Scratch(bufferBytes);
  }

  /** Hands the current buffer to the caller, who gives it back by recycle() or drops it, and takes another one. */
  detachCurrent(): Scratch {
    const detached = this.current;
    this.current = this.spare.pop() ?? new Scratch(this.bufferBytes);
    return detached;
  }

  recycle(scratch: Scratch): void {
    if (this.spare.length < SPARE_BUFFERS_MAX) this.spare.push(scratch);
  }
}
