/** The store that the configuration's `state` section describes, with the prefix caches of the models that have one. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import { PrefixCaches } from '../runtime/prefix-cache.js';
import { MemoryStateStore, type StateStore } from '../runtime/state-store.js';

export function stateStoreOf({ configuration, models }: ConfigurationSnapshot, clock: Clock): StateStore {
  const { max_entries: entriesMax, max_bytes: bytesMax, ttl_secs: ttlSecs } = configuration.state;
  const nowMs = () => clock.nowUs() / 1_000;
  const capacities = models
    .filter(({ prefix_cache: cache }) => cache.enabled)
    .map(({ index, prefix_cache: cache }) => [index, Math.floor(cache.capacity_tokens / cache.block_tokens)] as const);
  return new MemoryStateStore({ entriesMax, bytesMax, ttlSecs }, nowMs, new PrefixCaches(new Map(capacities), nowMs));
}
