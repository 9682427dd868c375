/**
 * What a node keeps for all its processes, as the configuration's `state` section describes: in the memory of this process, or in Redis, with
 * the prefix caches of the models that have one. Lives once per node: in the primary, or where the library runs.
 */
import { randomUUID } from 'node:crypto';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import { PrefixCaches } from '../runtime/prefix-cache.js';
import { type KeptState, MemoryStateStore } from '../runtime/state-store.js';
import type { Logger } from '../telemetry/logging.js';
import type { Reconfigured } from './generations/reconfigured.js';
import { memoryKeeper, NodeLimits } from './limits/node-limits.js';
import type { StateHealth } from './node-link.js';
import { RedisLimits } from './redis/redis-limits.js';
import { RedisLink } from './redis/redis-link.js';
import { RedisStateStore } from './redis/redis-state-store.js';

/** Prefix caches and rate limits follow the configuration; everything else stays what it was at the start. */
export interface NodeState extends Reconfigured {
  readonly store: KeptState;
  readonly limits: NodeLimits;
  readonly health: StateHealth;
  /** Resolves when the first attempt to reach Redis is over: a node starts without it, too. */
  open(): Promise<void>;
  close(): void;
}

export function createNodeState(snapshot: ConfigurationSnapshot, clock: Clock, logger: Logger): NodeState {
  const { state } = snapshot.configuration;
  const nowMs = () => clock.nowUs() / 1_000;
  const prefixCaches = new PrefixCaches(capacitiesOf(snapshot), nowMs);
  if (state.backend === 'memory') {
    const bounds = { entriesMax: state.max_entries, bytesMax: state.max_bytes, ttlSecs: state.ttl_secs };
    const store = new MemoryStateStore(bounds, nowMs, prefixCaches);
    const limits = new NodeLimits(memoryKeeper(snapshot, () => clock.nowUs()));
    const reconfigure = follow(prefixCaches, limits);
    return { store, limits, health: 'ok', open: async () => {}, close: () => {}, reconfigure };
  }
  const { command_timeout_ms, connect_timeout_ms, key_prefix: keyPrefix, on_failure: onFailure, url } = state.redis;
  const redis = new RedisLink({
    url,
    connectTimeoutMs: connect_timeout_ms,
    commandTimeoutMs: command_timeout_ms,
    onFailure,
    logger,
  });
  const limits = new NodeLimits(new RedisLimits({ link: redis, keyPrefix, nodeName: randomUUID(), snapshot }));
  return {
    store: new RedisStateStore({ link: redis, keyPrefix, ttlSecs: state.ttl_secs, onFailure, prefixCaches }),
    limits,
    get health() {
      return redis.works ? 'ok' : 'unavailable';
    },
    open: () => redis.open(),
    close: () => redis.close(),
    reconfigure: follow(prefixCaches, limits),
  };
}

function follow(prefixCaches: PrefixCaches, limits: NodeLimits): NodeState['reconfigure'] {
  return (next) => {
    prefixCaches.resize(capacitiesOf(next));
    limits.reconfigure(next);
  };
}

/** In blocks, by the index of each model that has a cache. */
function capacitiesOf({ models }: ConfigurationSnapshot): ReadonlyMap<number, number> {
  return new Map(
    models
      .filter(({ prefix_cache: cache }) => cache.enabled)
      .map(({ index, prefix_cache: cache }) => [index, Math.floor(cache.capacity_tokens / cache.block_tokens)]),
  );
}
