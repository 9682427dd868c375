/**
 * Puts frames on the wire: reads a stream's next frame from its plan, lays it out in the transport's scratch buffer and has the exchange send
 * it. A frame larger than FRAME_BYTES_MAX goes out in pieces, each a chunk of its own.
 */
import type { FrameFeed } from '../../runtime/frame-feed.js';
import { type Exchange, FRAME_HEAD_BYTES, type Transport } from '../transport/contract.js';

/** The largest frame that goes out in one write; a larger one is cut into several. */
export const FRAME_BYTES_MAX = 256 * 1024;

export class FrameWriter {
  readonly #feed: FrameFeed;
  readonly #transport: Transport;

  constructor(feed: FrameFeed, transport: Transport) {
    this.#feed = feed;
    this.#transport = transport;
  }

  /** Writes the slot's next frame, whose delay was read; false when the exchange takes no more. */
  write(slot: number, exchange: Exchange): boolean {
    const length = this.#feed.read(slot);
    if (length > FRAME_BYTES_MAX) return this.#writePieces(slot, exchange, length);
    this.#feed.copy(slot, this.#transport.scratch, FRAME_HEAD_BYTES);
    return exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
  }

  #writePieces(slot: number, exchange: Exchange, length: number): boolean {
    const frame = Buffer.allocUnsafe(length);
    this.#feed.copy(slot, frame, 0);
    this.#feed.forget();
    let writable = true;
    for (let at = 0; at < length; at += FRAME_BYTES_MAX) {
      const piece = frame.subarray(at, at + FRAME_BYTES_MAX);
      this.#transport.scratch.set(piece, FRAME_HEAD_BYTES);
      writable = exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + piece.length);
    }
    return writable;
  }
}
