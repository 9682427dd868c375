/** What the node's store and its models' prefix caches hold, as /admin/stats shows it. */
import type { StateFigures } from '../../runtime/state-store.js';

export interface StateRow {
  /** null where Redis keeps them. */
  readonly entries: number | null;
  readonly bytes: number | null;
}

export interface PrefixCacheRow {
  readonly model: string;
  readonly blocks: number;
  readonly capacity_blocks: number;
  readonly lookups: number;
  /** Of all prompts' blocks. */
  readonly blocks_asked: number;
  /** Of those, the ones that the cache had. */
  readonly blocks_hit: number;
}

/** @param modelNames by index */
export function prefixCacheRows({ prefixCaches }: StateFigures, modelNames: readonly string[]): PrefixCacheRow[] {
  return prefixCaches.map(({ model, blocks, capacityBlocks, lookups, blocksAsked, blocksHit }) => ({
    model: modelNames[model],
    blocks,
    capacity_blocks: capacityBlocks,
    lookups,
    blocks_asked: blocksAsked,
    blocks_hit: blocksHit,
  }));
}
