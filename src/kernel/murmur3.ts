/**
 * MurmurHash3_x86_128 (Austin Appleby, public domain, github.com/aappleby/smhasher) over a sequence of 32-bit words, fed one
 * word at a time: the result is that of the published function over the words' little-endian bytes. Every input bit affects
 * every output bit with a probability near one half, which both the content hash and the seeding of random streams rest on.
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** Two characters to a word, four words to a block. */
const BLOCK_CHARS = 8;
/** From here on encoding a text pays. */
const LONG_TEXT_CHARS = 128;
/** A multiple of BLOCK_CHARS. */
const WINDOW_CHARS = 8_192;

const encoder = new TextEncoder();
const windowBytes = new Uint8Array(WINDOW_CHARS);

export class Murmur3Words {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  #k1 = 0;
  #k2 = 0;
  #k3 = 0;
  #words = 0;

  /** Starts again; `seed` is the published function's (uint32). */
  reset(seed: number): void {
    this.#h1 = this.#h2 = this.#h3 = this.#h4 = seed | 0;
    this.#words = 0;
  }

  /** Appends one word, of which the low 32 bits count. */
  add(word: number): void {
    switch (this.#words++ & 3) {
      case 0:
        this.#k1 = word | 0;
        break;
      case 1:
        this.#k2 = word | 0;
        break;
      case 2:
        this.#k3 = word | 0;
        break;
      default:
        this.#mixBlock(this.#k1, this.#k2, this.#k3, word | 0);
    }
  }

  addAll(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) this.add(words[i]);
  }

  /** Appends the length in UTF-16 code units, then the units, two to a word, an odd last one alone. */
  addString(text: string): void {
    const length = text.length;
    this.add(length);
    const paired = length & ~1;
    let at = 0;
    if (length >= LONG_TEXT_CHARS) {
      // To the next block of four words.
      for (; (this.#words & 3) !== 0; at += 2) this.add(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
      at = this.#addAsciiBlocks(text, at);
    }
    for (; at < paired; at += 2) this.add(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
    if (paired < length) this.add(text.charCodeAt(paired));
  }

  /** Adds blocks of the text as long as it is ASCII, from bytes, which cost a fraction of a character's look-up; returns where it stopped. */
  #addAsciiBlocks(text: string, from: number): number {
    let at = from;
    while (at + BLOCK_CHARS <= text.length) {
      const window = text.slice(at, at + WINDOW_CHARS);
      const blocksEnd = window.length - (window.length % BLOCK_CHARS);
      const { read, written } = encoder.encodeInto(window, windowBytes);
      // A byte for each character, and no character left out.
      if (read !== window.length || written !== read) return at;
      this.#mixBytes(blocksEnd);
      at += blocksEnd;
    }
    return at;
  }

  /** Each byte is a unit of UTF-16. */
  #mixBytes(length: number): void {
    const bytes = windowBytes;
    for (let at = 0; at < length; at += BLOCK_CHARS) {
      this.#mixBlock(
        bytes[at] | (bytes[at + 1] << 16),
        bytes[at + 2] | (bytes[at + 3] << 16),
        bytes[at + 4] | (bytes[at + 5] << 16),
        bytes[at + 6] | (bytes[at + 7] << 16),
      );
    }
    this.#words += length / 2;
  }

  /** Writes the hash of all words since the last reset; only reset() may follow. */
  finish(into: Uint32Array): void {
    this.#mixTail();
    const bytes = this.#words << 2;
    let h1 = this.#h1 ^ bytes;
    let h2 = this.#h2 ^ bytes;
    let h3 = this.#h3 ^ bytes;
    let h4 = this.#h4 ^ bytes;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = avalanche((h2 + h1) | 0);
    h3 = avalanche((h3 + h1) | 0);
    h4 = avalanche((h4 + h1) | 0);
    h1 = (avalanche(h1) + h2 + h3 + h4) | 0;
    into[0] = h1;
    into[1] = h2 + h1;
    into[2] = h3 + h1;
    into[3] = h4 + h1;
  }

  #mixBlock(k1: number, k2: number, k3: number, k4: number): void {
    let h1 = this.#h1 ^ Math.imul(rotl(Math.imul(k1, C1), 15), C2);
    h1 = (Math.imul((rotl(h1, 19) + this.#h2) | 0, 5) + 0x561ccd1b) | 0;
    const h2 = this.#h2 ^ Math.imul(rotl(Math.imul(k2, C2), 16), C3);
    this.#h2 = (Math.imul((rotl(h2, 17) + this.#h3) | 0, 5) + 0x0bcaa747) | 0;
    const h3 = this.#h3 ^ Math.imul(rotl(Math.imul(k3, C3), 17), C4);
    this.#h3 = (Math.imul((rotl(h3, 15) + this.#h4) | 0, 5) + 0x96cd1c35) | 0;
    const h4 = this.#h4 ^ Math.imul(rotl(Math.imul(k4, C4), 18), C1);
    this.#h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
    this.#h1 = h1;
  }

  #mixTail(): void {
    const rest = this.#words & 3;
    if (rest === 3) this.#h3 ^= Math.imul(rotl(Math.imul(this.#k3, C3), 17), C4);
    if (rest >= 2) this.#h2 ^= Math.imul(rotl(Math.imul(this.#k2, C2), 16), C3);
    if (rest >= 1) this.#h1 ^= Math.imul(rotl(Math.imul(this.#k1, C1), 15), C2);
  }
}

function rotl(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * MurmurHash3's fmix32: a bijection of 32-bit words in which every input bit flips every output bit about half of the time. Of a counter
 * it makes a cheap sequence of random-looking words.
 */
export function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
