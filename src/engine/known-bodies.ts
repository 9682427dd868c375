/**
 * What is known of bodies that came before: clients of a load test send the same one again and again. What depends on nothing but a
 * request's bytes (and on the configuration, of which each renderer has one) is found out once: the parsed document, the hash of its
 * content, what its endpoint reads in it, the measure of its prompt. What tells a request from its equals, its number or key, is no part of it.
 *
 *   first time   its place in `seen` notes that it came, and nothing is kept: a body that comes once costs a hash and 4 bytes
 *   second time  it is kept, with what is found out about it from then on
 *   from then on found by its bytes, all of which are compared
 *
 * Invariants: at most ENTRIES_MAX bodies and BYTES_MAX of their bytes are kept, those that have been there longest give way; what is kept
 * of one is never changed.
 */
import type { RenderRequest } from '../runtime/render-request.js';

/** A load test has one body or some dozens. */
const ENTRIES_MAX = 256;
/** Of the bodies; what was parsed of them takes several times as much. */
const BYTES_MAX = 2 * 1024 * 1024;
/** A larger one is not looked up: it has a thread of its own, and rarely comes again. */
const BODY_BYTES_MAX = 64 * 1024;
/** No more than are kept: a body that comes again after more others than that would not be found either. */
const SEEN_PLACES = ENTRIES_MAX;

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** What of a request's head an answer's beginnings may depend on. */
type Head = Pick<RenderRequest, 'endpoint' | 'parameters' | 'query' | 'headers'>;

const UNKNOWN = Symbol('not found out yet');

/** What is known of a body that comes with a head. */
export class KnownRequest {
  readonly head: Head;
  #content: Uint32Array | undefined;
  #reading: unknown = UNKNOWN;
  #measure: unknown = UNKNOWN;
  #measuredBy = '';

  constructor({ endpoint, parameters, query, headers }: Head) {
    this.head = { endpoint, parameters, query, headers };
  }

  /** The hash of what it asks for. */
  content(hash: () => Uint32Array): Uint32Array {
    // A copy: what hashes has one place for all requests.
    this.#content ??= hash().slice();
    return this.#content;
  }

  /** What its endpoint makes of it, checked and taken apart. */
  reading<Reading>(read: () => Reading): Reading {
    if (this.#reading === UNKNOWN) this.#reading = read();
    return this.#reading as Reading;
  }

  /** What its prompt measures. @param by the name and number of the model: the last one's alone is kept */
  measure<Measured>(by: string, measure: () => Measured): Measured {
    if (this.#measure === UNKNOWN || this.#measuredBy !== by) {
      this.#measure = measure();
      this.#measuredBy = by;
    }
    return this.#measure as Measured;
  }
}

export class KnownBody {
  readonly bytes: Uint8Array;
  #document: unknown = UNKNOWN;
  /** With the head that it came with last: equal bodies mostly come with equal heads. */
  #request: KnownRequest | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** As it was parsed. */
  document(parse: () => unknown): unknown {
    if (this.#document === UNKNOWN) this.#document = parse();
    return this.#document;
  }

  with(head: Head): KnownRequest {
    if (this.#request === undefined || !isSameHead(this.#request.head, head)) this.#request = new KnownRequest(head);
    return this.#request;
  }
}

export class KnownBodies {
  readonly #seen = new Int32Array(SEEN_PLACES);
  /** By hash; those that have been there longest first. */
  readonly #known = new Map<number, KnownBody>();
  #bytes = 0;
  /** The one that was found last, which is mostly found next. */
  #last: KnownBody | undefined;

  /** The body, if it came before. */
  find(bytes: Uint8Array): KnownBody | undefined {
    if (bytes.length === 0 || bytes.length > BODY_BYTES_MAX) return undefined;
    if (this.#last === undefined || !isEqual(this.#last.bytes, bytes)) this.#last = this.#lookUp(bytes);
    return this.#last;
  }

  #lookUp(bytes: Uint8Array): KnownBody | undefined {
    const hash = hashOf(bytes);
    const known = this.#known.get(hash);
    if (known !== undefined && isEqual(known.bytes, bytes)) return known;
    const place = (hash ^ (hash >>> 15)) & (SEEN_PLACES - 1);
    if (this.#seen[place] === hash) return this.#keep(hash, bytes);
    this.#seen[place] = hash;
    return undefined;
  }

  #keep(hash: number, bytes: Uint8Array): KnownBody {
    // A copy whatever the bytes are: a Buffer's slice() would be a view of memory that the next request takes.
    const known = new KnownBody(Uint8Array.from(bytes));
    this.#drop(hash);
    while (this.#known.size >= ENTRIES_MAX || this.#bytes + bytes.length > BYTES_MAX) {
      for (const oldest of this.#known.keys()) {
        this.#drop(oldest);
        break;
      }
    }
    this.#known.set(hash, known);
    this.#bytes += bytes.length;
    return known;
  }

  #drop(hash: number): void {
    const known = this.#known.get(hash);
    if (known === undefined) return;
    this.#known.delete(hash);
    this.#bytes -= known.bytes.length;
  }
}

/** FNV over words of four bytes: which bodies it takes for one, the comparison tells apart. */
function hashOf(bytes: Uint8Array): number {
  let hash = Math.imul(FNV_OFFSET ^ bytes.length, FNV_PRIME);
  const wordsEnd = bytes.length & ~3;
  for (let at = 0; at < wordsEnd; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash = Math.imul(hash ^ word, FNV_PRIME);
    hash ^= hash >>> 15;
  }
  for (let at = wordsEnd; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
  return hash;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0;
}

function isSameHead(one: Head, other: Head): boolean {
  return (
    one.endpoint === other.endpoint &&
    one.query === other.query &&
    areSame(one.parameters, other.parameters) &&
    areSame(one.headers, other.headers)
  );
}

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
