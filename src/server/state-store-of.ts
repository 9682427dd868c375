/** The store that the configuration's `state` section describes. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import { MemoryStateStore, type StateStore } from '../runtime/state-store.js';

export function stateStoreOf({ configuration }: ConfigurationSnapshot, clock: Clock): StateStore {
  const { max_entries: entriesMax, max_bytes: bytesMax, ttl_secs: ttlSecs } = configuration.state;
  return new MemoryStateStore({ entriesMax, bytesMax, ttlSecs }, () => clock.nowUs() / 1_000);
}
