/**
 * The random streams of one request, one per purpose, so that asking for one thing never changes another. Purposes are small numbers for
 * the engine's own and names for a provider's.
 */
import type { ContentHash } from '../kernel/content-hash.js';
import { Murmur3Words } from '../kernel/murmur3.js';
import type { RandomSource } from '../kernel/random-source.js';
import { seededRandom } from './rng.js';

export const STREAM_IDENTITY = 1;
export const STREAM_TIMING = 2;
export const STREAM_LENGTH = 3;
export const STREAM_RULES = 4;
export const STREAM_CHUNKS = 5;
export const STREAM_BURSTS = 6;
export const STREAM_TRACE = 7;
/** One per choice from here on: there are fewer choices than numbers up to the next, see the providers' own limits. */
export const STREAM_CONTENT = 16;
export const STREAM_REASONING = 0x1000;
export const STREAM_TOOLS = 0x2000;
export const STREAM_DOCUMENT = 0x3000;
/** The purposes that providers name are hashed into the numbers above. */
const STREAM_NAMED = 0x8000_0000;

export class RandomStreams {
  readonly #seed: number;
  readonly #key: ContentHash;

  constructor(seed: number, key: ContentHash) {
    this.#seed = seed;
    this.#key = key;
  }

  /** The stream from its beginning. */
  open(stream: number): RandomSource {
    return seededRandom(this.#seed, this.#key, stream);
  }

  named(purpose: string): RandomSource {
    hash.reset(0);
    hash.addString(purpose);
    hash.finish(words);
    return this.open((words[0] | STREAM_NAMED) >>> 0);
  }
}

const hash = new Murmur3Words();
const words = new Uint32Array(4);
