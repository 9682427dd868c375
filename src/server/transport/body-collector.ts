/**
 * The body of one request while it arrives, and the memory in which large ones lie. A body that comes in one piece is kept as it came; one
 * that comes in several is copied into blocks that are used again and again: a megabyte of fresh buffers per request would have V8 collect
 * the whole heap several times a second, and every stream of the process wait for it.
 *
 *   spare blocks ──add()──▶ a body ──recycle(), nobody reads it any more──▶ spare blocks
 *                              └────drop(), somebody may still read it────▶ left to the garbage collector
 */

/** As much as one read of a socket brings at most. */
const BLOCK_BYTES = 64 * 1024;
/** What is kept of blocks that are not in use: as much as may wait for a worker thread. */
const SPARE_BYTES_MAX = 64 * 1024 * 1024;

const NO_PARTS: readonly Uint8Array[] = [];

export class BodyBlocks {
  readonly #spare: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#spare.pop() ?? new Uint8Array(BLOCK_BYTES);
  }

  giveBack(block: Uint8Array): void {
    if (this.#spare.length * BLOCK_BYTES < SPARE_BYTES_MAX) this.#spare.push(block);
  }
}

export class BodyCollector {
  readonly #pool: BodyBlocks;
  /** The first piece, while it is all there is. */
  #only: Uint8Array | undefined;
  #blocks: Uint8Array[] | undefined;
  /** How much of the last block is in use. */
  #lastBytes = 0;
  byteLength = 0;

  constructor(pool: BodyBlocks) {
    this.#pool = pool;
  }

  /** Takes the next piece; it is kept by reference unless `isBorrowed` says that its bytes are only valid during the call. */
  add(piece: Uint8Array, isBorrowed: boolean): void {
    if (piece.byteLength === 0) return;
    if (this.byteLength === 0) this.#only = isBorrowed ? piece.slice() : piece;
    else {
      if (this.#only !== undefined) this.#copy(this.#only);
      this.#only = undefined;
      this.#copy(piece);
    }
    this.byteLength += piece.byteLength;
  }

  /** The body in its order; valid until recycle() or drop(). */
  get parts(): readonly Uint8Array[] {
    if (this.#only !== undefined) return [this.#only];
    const blocks = this.#blocks;
    if (blocks === undefined) return NO_PARTS;
    return blocks.map((block, index) => (index < blocks.length - 1 ? block : block.subarray(0, this.#lastBytes)));
  }

  /** The body has been read for the last time. */
  recycle(): void {
    for (const block of this.#blocks ?? []) this.#pool.giveBack(block);
    this.drop();
  }

  /** The body is not wanted here any more; whoever got hold of it may read on. */
  drop(): void {
    this.#only = undefined;
    this.#blocks = undefined;
    this.byteLength = 0;
  }

  #copy(piece: Uint8Array): void {
    this.#blocks ??= [];
    let from = 0;
    while (from < piece.byteLength) {
      if (this.#blocks.length === 0 || this.#lastBytes === BLOCK_BYTES) {
        this.#blocks.push(this.#pool.take());
        this.#lastBytes = 0;
      }
      const taken = piece.subarray(from, from + BLOCK_BYTES - this.#lastBytes);
      this.#blocks.at(-1)!.set(taken, this.#lastBytes);
      this.#lastBytes += taken.byteLength;
      from += taken.byteLength;
    }
  }
}
