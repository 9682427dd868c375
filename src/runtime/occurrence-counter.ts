/**
 * Counts how often an identical request has been seen, for all worker threads of a process: the request key of a request
 * that brings none. Lock-free open addressing on one SharedArrayBuffer.
 *
 *   ┌───────┬── … ──┬─────┬───────┬───────┬─────┬───────┬───────┬── … ──┐
 *   │ clock │       │ tag │ count │ stamp │ tag │ count │ stamp │       │   u32 words; tag 0 is a free entry
 *   └───────┴── … ──┴─────┴───────┴───────┴─────┴───────┴───────┴── … ──┘
 *    a cache line    entry 0               entry 1
 *
 * The hash (well mixed in all bits) gives the tag by its high word and up to 8 entries by its low word (double hashing).
 * Entries are never freed, so all threads find the same entry for a key, and counts are exact for as long as one of its 8
 * entries was free at its first occurrence: the chance that none was is (used / entries)^8, 1.5e-5 at a quarter and 0.4 % at
 * half of the table. Then the entry of the 8 that was touched longest ago is taken over and the new key starts at 0; calls
 * that race with a take-over may be counted for the other key. Two requests are taken for the same by mistake with a chance
 * of about 8 x 2^-32 = 1.9e-9 per lookup; the only harm is that the later one does not start at 0.
 */
import { Failure } from '../kernel/failure.js';

const ENTRIES_DEFAULT = 65_536;
const ENTRIES_MIN = 64;
/** 48 MiB, and probing uses the low 22 bits of the hash at most. */
const ENTRIES_MAX = 2 ** 22;
const PROBES = 8;

/** The clock stands alone in its cache line: every call writes to it. */
const CLOCK = 0;
const HEADER_INTS = 16;
const TAG = 0;
const COUNT = 1;
const STAMP = 2;
const INTS_PER_ENTRY = 3;

export class OccurrenceCounter {
  readonly #words: Int32Array;
  readonly #entryMask: number;

  /** @param entries a power of two from 64 to 2^22; anything else is a Failure. 12 bytes each. */
  static allocate(entries: number = ENTRIES_DEFAULT): SharedArrayBuffer {
    if (!Number.isInteger(Math.log2(entries)) || entries < ENTRIES_MIN || entries > ENTRIES_MAX) {
      throw new Failure('INTERNAL', `an occurrence counter cannot have ${entries} entries`, {
        hint: `The number must be a power of two from ${ENTRIES_MIN} to ${ENTRIES_MAX}.`,
      });
    }
    return new SharedArrayBuffer((HEADER_INTS + entries * INTS_PER_ENTRY) * Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * Has every key start at 0 again. A call that is under way in another thread counts before or after; one that falls between the two
   * words of its entry leaves a count of 1 there, with which another key may begin.
   * @param buffer from allocate()
   */
  static clear(buffer: SharedArrayBuffer): void {
    const words = new Int32Array(buffer);
    for (let index = 0; index < words.length; index++) Atomics.store(words, index, 0);
  }

  /** @param buffer from allocate(); any number of threads may have a counter on it */
  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.#entryMask = (this.#words.length - HEADER_INTS) / INTS_PER_ENTRY - 1;
  }

  /** How often this hash (two uint32) was asked for before: 0 for the first time, then 1, 2, … modulo 2^32. */
  next(hashHigh: number, hashLow: number): number {
    const words = this.#words;
    const tag = hashHigh | 0 || 1;
    const entry = this.#findOrClaim(tag, hashLow);
    Atomics.store(words, entry + STAMP, Atomics.add(words, CLOCK, 1));
    return Atomics.add(words, entry + COUNT, 1) >>> 0;
  }

  /** Index of the first word of the key's entry. All threads probe in the same order and take the first free entry. */
  #findOrClaim(tag: number, hashLow: number): number {
    const words = this.#words;
    const stride = (hashLow >>> 15) | 1;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const entry = this.#entryAt(hashLow + probe * stride);
      let found = Atomics.load(words, entry + TAG);
      if (found === 0) found = Atomics.compareExchange(words, entry + TAG, 0, tag);
      if (found === 0 || found === tag) return entry;
    }
    return this.#takeOver(tag, hashLow, stride);
  }

  #takeOver(tag: number, hashLow: number, stride: number): number {
    const words = this.#words;
    const clock = Atomics.load(words, CLOCK);
    let victim = this.#entryAt(hashLow);
    let victimAge = -1;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const entry = this.#entryAt(hashLow + probe * stride);
      const age = (clock - Atomics.load(words, entry + STAMP)) >>> 0;
      if (age > victimAge) {
        victim = entry;
        victimAge = age;
      }
    }
    Atomics.store(words, victim + COUNT, 0);
    Atomics.store(words, victim + TAG, tag);
    return victim;
  }

  #entryAt(position: number): number {
    return HEADER_INTS + (position & this.#entryMask) * INTS_PER_ENTRY;
  }
}
