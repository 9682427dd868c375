/**
 * A node's prefix caches, one per model: which blocks of prompts were seen lately. A block is known by a number that stands for its content
 * and all that came before it, so a prompt is a list of blocks and what it shares with earlier ones is a prefix of that list.
 *
 * Invariants: a cache never holds more blocks than its capacity; of one prompt the last blocks make room first, since without its beginning
 * the rest is of no use; a block is forgotten when nobody used it for its time to live.
 */

/** Blocks of one prompt that are looked at: two million tokens in blocks of 128. A longer prompt is cached up to here. */
export const PREFIX_BLOCKS_MAX = 16_384;

/** A prompt's question to the cache. */
export interface PrefixLookup {
  /** The model's index, see ModelEntry. */
  readonly model: number;
  /** At most PREFIX_BLOCKS_MAX. */
  readonly blocks: readonly number[];
  /** How long the blocks are kept from now on, at least. */
  readonly ttlSecs: number;
}

/** A prompt that was measured, and what it has to be looked up by. */
export interface PrefixQuestion {
  readonly lookup: PrefixLookup;
  /** Plain JSON: comes back with the answer, so that nothing is measured twice. */
  readonly measured: unknown;
}

export interface PrefixAnswer {
  /** How many of the prompt's blocks the cache had. */
  readonly hits: number;
  readonly measured: unknown;
}

/** What a model's cache holds, and what it has been asked. */
export interface PrefixCacheFigures {
  /** The model's index. */
  readonly model: number;
  readonly blocks: number;
  readonly capacityBlocks: number;
  readonly lookups: number;
  /** Of all prompts' blocks. */
  readonly blocksAsked: number;
  /** Of those, the ones that it had. */
  readonly blocksHit: number;
}

export class PrefixCache {
  /** When each block expires, in the order of their last use: the one unused for longest first. */
  readonly #expiresMs = new Map<number, number>();
  #capacityBlocks: number;
  readonly #nowMs: () => number;
  #lookups = 0;
  #blocksAsked = 0;
  #blocksHit = 0;

  /** @param nowMs a monotonic clock */
  constructor(capacityBlocks: number, nowMs: () => number) {
    this.#capacityBlocks = capacityBlocks;
    this.#nowMs = nowMs;
  }

  /** From now on it holds at most so many blocks. */
  resize(capacityBlocks: number): void {
    this.#capacityBlocks = capacityBlocks;
    this.#makeRoom();
  }

  get size(): number {
    return this.#expiresMs.size;
  }

  /** How many blocks from the first on are there without a gap. From now on all of them are, as far as they fit. */
  reuse(blocks: readonly number[], ttlSecs: number): number {
    const nowMs = this.#nowMs();
    const expires = this.#expiresMs;
    const isLive = (block: number): boolean => (expires.get(block) ?? Number.NEGATIVE_INFINITY) > nowMs;
    let hits = 0;
    while (hits < blocks.length && isLive(blocks[hits])) hits++;
    // From the last to the first, so that the first is the one used most recently.
    for (let index = Math.min(blocks.length, this.#capacityBlocks) - 1; index >= 0; index--) {
      const block = blocks[index];
      const keptMs = expires.get(block) ?? 0;
      expires.delete(block);
      expires.set(block, Math.max(keptMs, nowMs + ttlSecs * 1_000));
    }
    this.#makeRoom();
    this.#lookups++;
    this.#blocksAsked += blocks.length;
    this.#blocksHit += hits;
    return hits;
  }

  /** Forgets the blocks; what it has been asked stays counted. */
  clear(): void {
    this.#expiresMs.clear();
  }

  get figures(): Omit<PrefixCacheFigures, 'model'> {
    return {
      blocks: this.size,
      capacityBlocks: this.#capacityBlocks,
      lookups: this.#lookups,
      blocksAsked: this.#blocksAsked,
      blocksHit: this.#blocksHit,
    };
  }

  #makeRoom(): void {
    for (const block of this.#expiresMs.keys()) {
      if (this.#expiresMs.size <= this.#capacityBlocks) return;
      this.#expiresMs.delete(block);
    }
  }
}

/** The caches of all models that have one. */
export class PrefixCaches {
  readonly #caches = new Map<number, PrefixCache>();
  readonly #nowMs: () => number;

  /** @param capacities in blocks, by the index of each model that has a cache */
  constructor(capacities: ReadonlyMap<number, number>, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.resize(capacities);
  }

  /** From now on these models have caches, of these capacities in blocks; what the others held is forgotten. */
  resize(capacities: ReadonlyMap<number, number>): void {
    for (const model of this.#caches.keys()) {
      if (!capacities.has(model)) this.#caches.delete(model);
    }
    for (const [model, blocks] of capacities) {
      const cache = this.#caches.get(model);
      if (cache === undefined) this.#caches.set(model, new PrefixCache(blocks, this.#nowMs));
      else cache.resize(blocks);
    }
  }

  /** See PrefixCache.reuse; a model without a cache has nothing. */
  reuse({ model, blocks, ttlSecs }: PrefixLookup): number {
    return this.#caches.get(model)?.reuse(blocks, ttlSecs) ?? 0;
  }

  clear(): void {
    for (const cache of this.#caches.values()) cache.clear();
  }

  figures(): PrefixCacheFigures[] {
    return [...this.#caches].map(([model, cache]) => ({ model, ...cache.figures }));
  }
}
