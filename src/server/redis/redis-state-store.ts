/**
 * What requests leave behind for later ones, in Redis: every replica finds it. A document lies under a key of its own with when it was kept
 * by Redis' clock, and Redis forgets it when its time is over. How much is kept altogether is Redis' own business (maxmemory). Prefix caches
 * stay with the node: they stand for a serving engine's memory, which replicas do not share either.
 *
 *   <prefix>state:<key> = <kept at, ms>:<document>
 */
import type { PrefixCaches, PrefixLookup } from '../../runtime/prefix-cache.js';
import {
  type KeptState,
  type StateChange,
  type StateFigures,
  StateUnavailable,
  type StoredDocument,
} from '../../runtime/state-store.js';
import { type RedisLink, type RedisScript, redisScript } from './redis-link.js';

/** KEYS: what to look up. Gives the present in ms, then what is there of each. */
const recallScript = redisScript(`
local time = redis.call('TIME')
local found = redis.call('MGET', unpack(KEYS))
table.insert(found, 1, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return found
`);

/** KEYS: what to change. ARGV, two for each: how long to keep it in ms, or 0 to forget it, and the document. */
const applyScript = redisScript(`
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for index, key in ipairs(KEYS) do
  local ttl = ARGV[2 * index - 1]
  if ttl == '0' then
    redis.call('DEL', key)
  else
    redis.call('SET', key, now .. ':' .. ARGV[2 * index], 'PX', ttl)
  end
end
return 0
`);

/** ARGV: where SCAN stands, and what to look for. Forgets what it finds in one step; gives where the next one begins, 0 at the end. */
const sweepScript = redisScript(`
local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
for _, key in ipairs(step[2]) do
  redis.call('UNLINK', key)
end
return step[1]
`);

const NOTHING: StoredDocument = { document: null, ageMs: 0 };

export interface RedisStateStoreOptions {
  readonly link: Pick<RedisLink, 'run'>;
  readonly keyPrefix: string;
  readonly ttlSecs: number;
  /** `open`: while Redis cannot be reached nothing is found and nothing is kept. `closed`: look-ups and changes fail. */
  readonly onFailure: 'open' | 'closed';
  /** The node's own. */
  readonly prefixCaches: Pick<PrefixCaches, 'reuse' | 'clear' | 'figures'>;
}

export class RedisStateStore implements KeptState {
  readonly #options: RedisStateStoreOptions;

  constructor(options: RedisStateStoreOptions) {
    this.#options = options;
  }

  async recall(keys: readonly string[]): Promise<readonly StoredDocument[]> {
    if (keys.length === 0) return [];
    const found = await this.#run(recallScript, keys, []);
    if (found === undefined) return keys.map(() => NOTHING);
    const [nowMs, ...values] = found as [string, ...(string | null)[]];
    return values.map((value) => storedOf(value, Number(nowMs)));
  }

  async apply(changes: readonly StateChange[]): Promise<void> {
    if (changes.length === 0) return;
    const values = changes.flatMap((change) =>
      change.document === null ? ['0', ''] : [this.#ttlMs(change.ttlSecs), change.document],
    );
    await this.#run(
      applyScript,
      changes.map(({ key }) => key),
      values,
    );
  }

  /**
   * Forgets what every replica has left, and this node's prefix caches.
   * @throws StateUnavailable when Redis cannot be reached, also where that is passed over otherwise
   */
  async clear(): Promise<void> {
    const { keyPrefix, link, prefixCaches } = this.#options;
    prefixCaches.clear();
    let cursor = '0';
    do {
      const swept = link.run(sweepScript, [], [cursor, `${escaped(keyPrefix)}state:*`]);
      cursor = String(await swept.catch((cause: Error) => Promise.reject(new StateUnavailable(cause.message))));
    } while (cursor !== '0');
  }

  /** How much all replicas have left is Redis' to tell. */
  async figures(): Promise<StateFigures> {
    return { entries: null, bytes: null, prefixCaches: this.#options.prefixCaches.figures() };
  }

  async reusePrefix(lookup: PrefixLookup): Promise<number> {
    return this.#options.prefixCaches.reuse(lookup);
  }

  /** At least 1: Redis takes no other time to live. */
  #ttlMs(ttlSecs = this.#options.ttlSecs): string {
    return String(Math.max(1, Math.round(ttlSecs * 1_000)));
  }

  /** What the script gives; undefined where Redis cannot be reached and that is to be passed over. */
  async #run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const { keyPrefix, link, onFailure } = this.#options;
    const names = keys.map((key) => `${keyPrefix}state:${key}`);
    return link.run(script, names, values).catch((cause: Error) => {
      if (onFailure === 'closed') throw new StateUnavailable(cause.message);
    });
  }
}

/** For a pattern of SCAN. */
function escaped(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}

function storedOf(value: string | null, nowMs: number): StoredDocument {
  if (value === null) return NOTHING;
  const colon = value.indexOf(':');
  return { document: value.slice(colon + 1), ageMs: Math.max(0, nowMs - Number(value.slice(0, colon))) };
}
