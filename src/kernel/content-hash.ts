/**
 * A 128-bit hash of a parsed JSON value, equal exactly for values that mean the same JSON: the order of object keys and
 * whitespace do not matter, the order of arrays and the types do. It is built bottom-up, without recursion and without an
 * intermediate string: every value has a four-word digest, and a container's digest is made of its children's.
 *
 *   string, number, true …  murmur(tag, payload words)
 *   array                   murmur(tag, digest of each element …)
 *   object                  murmur(tag, number of entries, sum of murmur(tag, key, digest of the value))
 *
 * Entries are added lane by lane (mod 2^32), which no order can change and which costs O(entries) where sorting keys would
 * cost O(entries × log entries × key length). Not cryptographic: whoever wants two requests to collide can make them.
 */
import { Murmur3Words } from './murmur3.js';

/** Four 32-bit words. */
export type ContentHash = Uint32Array;

/** Tags keep values of different types, and a container's parts, apart. */
const TAG_NULL = 1;
const TAG_TRUE = 2;
const TAG_FALSE = 3;
const TAG_NUMBER = 4;
const TAG_STRING = 5;
const TAG_ARRAY = 6;
const TAG_OBJECT = 7;
const TAG_ENTRY = 8;

const NO_KEYS: ReadonlySet<string> = new Set();

/** The hash as 32 hexadecimal digits. */
export function hexOf(hash: ContentHash): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}

/**
 * The hash of a value as JSON.parse returns it, of any depth.
 * @param skipTopLevelKeys keys of the outermost object that do not count (what identifies a request, not what it asks for)
 * @param into receives the four words; a fresh array unless given
 * @throws TypeError for what JSON cannot hold (undefined, a bigint, a function, a symbol)
 */
export function hashValue(
  value: unknown,
  skipTopLevelKeys: ReadonlySet<string> = NO_KEYS,
  into: ContentHash = new Uint32Array(4),
): ContentHash {
  if (!isContainer(value)) {
    digestPrimitive(value, into);
    return into;
  }
  const ancestors: Container[] = [];
  let current = open(value, skipTopLevelKeys);
  for (;;) {
    if (current.hasNext()) {
      const child = current.child();
      if (isContainer(child)) {
        ancestors.push(current);
        current = open(child, NO_KEYS);
        continue;
      }
      digestPrimitive(child, into);
    } else {
      current.digest(into);
      const parent = ancestors.pop();
      if (parent === undefined) return into;
      current = parent;
    }
    current.absorb(into);
  }
}

/** A container on its way to a digest: children are handed out one at a time and each digest is absorbed before the next. */
interface Container {
  hasNext(): boolean;
  child(): unknown;
  absorb(digest: ContentHash): void;
  digest(into: ContentHash): void;
}

class ArrayContainer implements Container {
  readonly #elements: readonly unknown[];
  readonly #state = new Murmur3Words();
  #index = 0;

  constructor(elements: readonly unknown[]) {
    this.#elements = elements;
    this.#state.add(TAG_ARRAY);
  }

  hasNext(): boolean {
    return this.#index < this.#elements.length;
  }

  child(): unknown {
    return this.#elements[this.#index];
  }

  absorb(digest: ContentHash): void {
    this.#state.addAll(digest);
    this.#index++;
  }

  digest(into: ContentHash): void {
    this.#state.finish(into);
  }
}

class ObjectContainer implements Container {
  readonly #object: Record<string, unknown>;
  readonly #keys: string[];
  readonly #sum = new Uint32Array(4);
  #index = 0;

  constructor(object: Record<string, unknown>, skippedKeys: ReadonlySet<string>) {
    this.#object = object;
    const keys = Object.keys(object);
    this.#keys = skippedKeys.size === 0 ? keys : keys.filter((key) => !skippedKeys.has(key));
  }

  hasNext(): boolean {
    return this.#index < this.#keys.length;
  }

  child(): unknown {
    return this.#object[this.#keys[this.#index]];
  }

  absorb(digest: ContentHash): void {
    scratch.reset(0);
    scratch.add(TAG_ENTRY);
    scratch.addString(this.#keys[this.#index]);
    scratch.addAll(digest);
    scratch.finish(digest);
    const sum = this.#sum;
    for (let lane = 0; lane < 4; lane++) sum[lane] = sum[lane] + digest[lane];
    this.#index++;
  }

  digest(into: ContentHash): void {
    scratch.reset(0);
    scratch.add(TAG_OBJECT);
    scratch.add(this.#keys.length);
    scratch.addAll(this.#sum);
    scratch.finish(into);
  }
}

const scratch = new Murmur3Words();
const doubleBits = new DataView(new ArrayBuffer(8));

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function open(value: object, skippedKeys: ReadonlySet<string>): Container {
  return Array.isArray(value)
    ? new ArrayContainer(value)
    : new ObjectContainer(value as Record<string, unknown>, skippedKeys);
}

function digestPrimitive(value: unknown, into: ContentHash): void {
  scratch.reset(0);
  if (value === null) scratch.add(TAG_NULL);
  else if (value === true) scratch.add(TAG_TRUE);
  else if (value === false) scratch.add(TAG_FALSE);
  else if (typeof value === 'number') addNumber(value);
  else if (typeof value === 'string') {
    scratch.add(TAG_STRING);
    scratch.addString(value);
  } else throw new TypeError(`a ${typeof value} has no JSON form and cannot be hashed`);
  scratch.finish(into);
}

/** The number's IEEE 754 bits; adding 0 turns -0, which JSON can spell, into the 0 that it equals. */
function addNumber(value: number): void {
  doubleBits.setFloat64(0, value + 0, true);
  scratch.add(TAG_NUMBER);
  scratch.add(doubleBits.getInt32(0, true));
  scratch.add(doubleBits.getInt32(4, true));
}
