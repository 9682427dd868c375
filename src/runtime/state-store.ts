/**
 * What requests leave behind for later ones: documents by key, such as stored responses and cached prompts, and the blocks of prompts that
 * the models' prefix caches hold. A document is text of the provider's own; the store only bounds how many there are, how large they are
 * together and how long they live.
 */
import { LRUCache } from 'lru-cache';
import { type PrefixCacheFigures, PrefixCaches, type PrefixLookup } from './prefix-cache.js';

/** Keys of one recollection; a request that would need more is a defect of its endpoint. */
export const RECALL_KEYS_MAX = 256;

export type StateChange =
  /** Keep the document; for ttlSecs where given, else for the store's own time. */
  | { readonly key: string; readonly document: string; readonly ttlSecs?: number }
  /** Forget what is there. */
  | { readonly key: string; readonly document: null };

export interface StoredDocument {
  /** null: there is nothing under the key. */
  readonly document: string | null;
  /** Since it was kept; 0 without a document. */
  readonly ageMs: number;
}

/** The store cannot be reached, and requests that need it are to fail: what happened to a change is not known. */
export class StateUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateUnavailable';
  }
}

/** Look-ups and changes may fail with StateUnavailable. */
export interface StateStore {
  /** As many answers as keys, in their order. */
  recall(keys: readonly string[]): Promise<readonly StoredDocument[]>;
  /** Resolves when every recall that begins from then on, on any process, sees the changes. */
  apply(changes: readonly StateChange[]): Promise<void>;
  /** How many of the prompt's blocks, from the first on, the model's prefix cache holds; every look-up from then on finds them all. */
  reusePrefix(lookup: PrefixLookup): Promise<number>;
}

/** What the store holds at the moment. */
export interface StateFigures {
  /** null where the store does not count them. */
  readonly entries: number | null;
  readonly bytes: number | null;
  readonly prefixCaches: readonly PrefixCacheFigures[];
}

/** The store where it is kept, for those who operate the node. */
export interface KeptState extends StateStore {
  /** Forgets everything, prompts' blocks too. */
  clear(): Promise<void>;
  figures(): Promise<StateFigures>;
}

export interface StateBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
  readonly ttlSecs: number;
}

interface Entry {
  readonly document: string;
  readonly keptMs: number;
}

const NOTHING: StoredDocument = { document: null, ageMs: 0 };
/** An entry costs this much besides its texts, roughly; it also keeps empty documents from being free. */
const ENTRY_OVERHEAD_BYTES = 200;

/** In this process's memory: the least recently used makes room; what is larger than the whole store is not kept. */
export class MemoryStateStore implements KeptState {
  readonly #entries: LRUCache<string, Entry>;
  readonly #nowMs: () => number;
  readonly #prefixCaches: PrefixCaches;

  /**
   * @param nowMs a monotonic clock
   * @param prefixCaches none unless given
   */
  constructor(
    { entriesMax, bytesMax, ttlSecs }: StateBounds,
    nowMs: () => number,
    prefixCaches = new PrefixCaches(new Map(), nowMs),
  ) {
    this.#nowMs = nowMs;
    this.#prefixCaches = prefixCaches;
    this.#entries = new LRUCache({
      max: entriesMax,
      maxSize: bytesMax,
      ttl: ttlSecs * 1_000,
      sizeCalculation: ({ document }, key) => Buffer.byteLength(document) + key.length + ENTRY_OVERHEAD_BYTES,
      perf: { now: nowMs },
      ttlResolution: 0,
    });
  }

  get entries(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  async clear(): Promise<void> {
    this.#entries.clear();
    this.#prefixCaches.clear();
  }

  async figures(): Promise<StateFigures> {
    return { entries: this.entries, bytes: this.bytes, prefixCaches: this.#prefixCaches.figures() };
  }

  async recall(keys: readonly string[]): Promise<readonly StoredDocument[]> {
    const nowMs = this.#nowMs();
    return keys.map((key) => {
      const entry = this.#entries.get(key);
      return entry === undefined ? NOTHING : { document: entry.document, ageMs: nowMs - entry.keptMs };
    });
  }

  async reusePrefix(lookup: PrefixLookup): Promise<number> {
    return this.#prefixCaches.reuse(lookup);
  }

  async apply(changes: readonly StateChange[]): Promise<void> {
    const keptMs = this.#nowMs();
    for (const change of changes) {
      if (change.document === null) this.#entries.delete(change.key);
      else {
        const ttl = 'ttlSecs' in change && change.ttlSecs !== undefined ? { ttl: change.ttlSecs * 1_000 } : {};
        this.#entries.set(change.key, { document: change.document, keptMs }, ttl);
      }
    }
  }
}
