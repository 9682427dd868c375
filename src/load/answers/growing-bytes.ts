/**
 * Bytes of an answer that have to wait for more: the beginning of a line or an element, or a whole body. Memory is taken when the first
 * byte comes and grows by doubling; how much may be held is its owner's to judge, before it appends.
 */

const FIRST_BYTES = 1024;
/** What an emptied one keeps. Thousands of streams hold one each, and a long line is rare. */
const KEPT_BYTES_MAX = 16 * 1024;
const NOTHING = Buffer.alloc(0);

export class GrowingBytes {
  #bytes: Buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends source[start, end), which may be overwritten afterwards. */
  append(source: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) this.#grow(needed);
    source.copy(this.#bytes, this.#length, start, end);
    this.#length = needed;
  }

  /** What is held: a view that holds until the next call of another method. */
  get view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = NOTHING;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
