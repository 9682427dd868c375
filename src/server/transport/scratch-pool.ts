/**
 * Buffers in which frames are assembled. One is current; when a socket could not send a frame at once it keeps the buffer until
 * the kernel has taken the bytes, and another one becomes current. Buffers that come back are reused.
 *
 *   current ──write fell short──▶ kept by one connection ──drained──▶ spare ──▶ current
 *
 * A connection keeps at most one buffer, so the number of buffers is bounded by the number of connections.
 */

/** Spare buffers kept for reuse; enough for the sockets that block between two ticks, small enough to forget about. */
const SPARE_BUFFERS_MAX = 32;

export class ScratchPool {
  current: Buffer;
  private readonly bufferBytes: number;
  private readonly spare: Buffer[] = [];

  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
    this.current = Buffer.allocUnsafeSlow(bufferBytes);
  }

  /** Hands the current buffer to the caller, who gives it back by recycle() or drops it, and takes another one. */
  detachCurrent(): Buffer {
    const detached = this.current;
    this.current = this.spare.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
    return detached;
  }

  recycle(buffer: Buffer): void {
    if (this.spare.length < SPARE_BUFFERS_MAX) this.spare.push(buffer);
  }
}
