/**
 * A growing byte buffer that a worker fills once per request and empties for the next one. It grows by doubling up to a stated
 * bound and then fails, so that no request can make a thread eat the machine's memory.
 */
import { Failure } from '../kernel/failure.js';

const FIRST_BYTES = 64 * 1024;
/** A text up to here is not measured before it is written. */
const GUESSED_CHARS_MAX = 16 * 1024;
/** Up to here a loop is faster than TextEncoder, whose call alone takes some 200 ns: tokens, names and values of headers. */
const LOOP_CHARS_MAX = 64;
/** Memory that a builder keeps from one record to the next: many times what the usual one needs. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
const encoder = new TextEncoder();

export class ByteBuilder {
  readonly #bytesMax: number;
  #bytes: Uint8Array;
  #length = 0;

  /** @param bytesMax the most it will ever hold; a further byte is a Failure INTERNAL */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, bytesMax));
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far: a view that the next write may invalidate. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Cuts back to the given length, for a builder used again or a part written anew. What an unusually large record took is given back. */
  truncate(length: number): void {
    this.#length = length;
    if (length === 0 && this.#bytes.length > KEPT_BYTES_MAX)
      this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, this.#bytesMax));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = value >>> 8;
    this.#bytes[this.#length++] = value >>> 16;
    this.#bytes[this.#length++] = value >>> 24;
  }

  /** LEB128: seven bits a byte, the lowest first. Any integer in [0, 2^53). */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends the text as UTF-8 and returns how many bytes that took. */
  text(text: string): number {
    // Three bytes a character are always enough; a long text is measured instead, lest a batch of vectors take three times its size.
    const most = text.length * 3;
    const measured = text.length > GUESSED_CHARS_MAX || this.#length + most > this.#bytesMax;
    this.#reserve(measured ? Buffer.byteLength(text) : most);
    if (text.length <= LOOP_CHARS_MAX && this.#ascii(text)) return text.length;
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
    return written;
  }

  /** The text as UTF-8 with its length in bytes before it. */
  prefixedText(text: string): void {
    const at = this.#length;
    this.varint(text.length);
    const start = this.#length;
    if (this.text(text) === text.length) return;
    // Not ASCII: the length guessed from the characters was too small, and its varint may be too short.
    const bytes = this.#bytes.slice(start, this.#length);
    this.#length = at;
    this.varint(bytes.length);
    this.raw(bytes);
  }

  patchUint32(offset: number, value: number): void {
    this.#bytes[offset] = value;
    this.#bytes[offset + 1] = value >>> 8;
    this.#bytes[offset + 2] = value >>> 16;
    this.#bytes[offset + 3] = value >>> 24;
  }

  /** Appends a text that is ASCII; nothing of any other, which it returns false for. The room is reserved. */
  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    const start = this.#length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[start + index] = code;
    }
    this.#length = start + text.length;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#bytesMax) {
      throw new Failure('INTERNAL', `a record of over ${this.#bytesMax} bytes`, {
        hint: 'ask for fewer choices or tokens in one request',
      });
    }
    const grown = new Uint8Array(Math.min(this.#bytesMax, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
