/**
 * The keeper of rate limits in Redis, where replicas share them: every ask is one run of a script (limit-script.ts), and asks that come
 * together go together. While Redis cannot be reached there are no answers, and holders do what state.redis.on_failure says.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { LimitAlgorithm, LimitRefusal, LimitScope, LimitStanding } from '../../limits/contract.js';
import { AMPLE_SHARE, flowsOf, LEASED_SHARE_MAX, type ScopeAnswer, type ScopeAsk } from '../limits/leasing.js';
import type { LimitKeeperOfAll } from '../limits/node-limits.js';
import { limitScriptText, REDIS_CLOCK } from './limit-script.js';
import { type RedisLink, type RedisScript, redisScript } from './redis-link.js';

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;
/** Scripts of one reset or one look at many scopes that are under way at a time. */
const BATCH = 256;

export interface RedisLimitsOptions {
  readonly link: Pick<RedisLink, 'run'>;
  readonly keyPrefix: string;
  /** No other node has it. */
  readonly nodeName: string;
  readonly snapshot: ConfigurationSnapshot;
  readonly script?: RedisScript;
}

/** What the script answers; an empty list comes as an empty object. */
interface ScriptAnswer {
  readonly refusals?: readonly (LimitRefusal | false)[] | object;
  readonly lease?: ScopeAnswer['lease'] | false;
  readonly standings?: readonly LimitStanding[] | object;
}

export class RedisLimits implements LimitKeeperOfAll {
  readonly #options: RedisLimitsOptions;
  readonly #script: RedisScript;
  #algorithm: LimitAlgorithm;
  /** By holder: the scopes under which it has something, by their ids. */
  readonly #holders = new Map<string, Map<string, LimitScope>>();

  constructor(options: RedisLimitsOptions) {
    this.#options = options;
    this.#script = options.script ?? redisScript(limitScriptText(REDIS_CLOCK));
    this.#algorithm = options.snapshot.configuration.rate_limits.algorithm;
  }

  exchange(holder: string, asks: readonly ScopeAsk[]): Promise<readonly (ScopeAnswer | null)[]> {
    return Promise.all(asks.map((ask) => this.#ask(holder, ask).catch(() => null)));
  }

  /** Where Redis cannot be reached, it forgets the holder by itself after some seconds. */
  leave(holder: string): void {
    const scopes = this.#holders.get(holder) ?? new Map<string, LimitScope>();
    this.#holders.delete(holder);
    for (const scope of scopes.values()) {
      // Without limits, which may be others by now.
      this.#run({ ...scope, caps: {} }, { what: 'leave', holder: this.#nameOf(holder) }).catch(() => {});
    }
  }

  async reset(scopes: readonly LimitScope[]): Promise<void> {
    await inBatches(scopes, (scope) => this.#run(scope, { what: 'reset' }));
  }

  standings(scopes: readonly LimitScope[]): Promise<readonly (readonly LimitStanding[] | null)[]> {
    return inBatches(scopes, (scope) =>
      this.#run(scope, { what: 'standings' }).then(
        ({ standings }) => listOf<LimitStanding>(standings),
        () => null,
      ),
    );
  }

  reconfigure({ configuration }: ConfigurationSnapshot): void {
    this.#algorithm = configuration.rate_limits.algorithm;
  }

  async #ask(holder: string, { scope, ...ask }: ScopeAsk): Promise<ScopeAnswer> {
    this.#scopesOf(holder).set(scope.id, scope);
    const { lease, refusals, standings } = await this.#run(scope, {
      what: 'ask',
      holder: this.#nameOf(holder),
      ...ask,
    });
    const answer = {
      refusals: listOf<LimitRefusal | false>(refusals).map((refusal) => refusal || null),
      lease: lease || null,
      standings: listOf<LimitStanding>(standings),
    };
    const isNothingHeld = ask.active === 0 && answer.lease === null && !answer.refusals.includes(null);
    if (isNothingHeld) this.#holders.get(holder)?.delete(scope.id);
    return answer;
  }

  async #run(
    scope: LimitScope,
    ask: { readonly what: string; readonly [key: string]: unknown },
  ): Promise<ScriptAnswer> {
    const { keyPrefix, link } = this.#options;
    const flows = flowsOf(scope).map((dimension) => {
      return { dimension, limit: scope.caps[dimension], window: dimension === 'requests_per_day' ? DAY_US : MINUTE_US };
    });
    const text = JSON.stringify({
      ...ask,
      algorithm: this.#algorithm,
      flows,
      concurrent: scope.caps.concurrent_requests ?? false,
      leasedShareMax: LEASED_SHARE_MAX,
      ampleShare: AMPLE_SHARE,
      // After two windows a budget is as good as new.
      keepMs: (2 * Math.max(MINUTE_US, ...flows.map((flow) => flow.window))) / 1_000,
    });
    return JSON.parse(String(await link.run(this.#script, [`${keyPrefix}limits:${scope.id}`], [text])));
  }

  #nameOf(holder: string): string {
    return `${this.#options.nodeName}:${holder}`;
  }

  #scopesOf(holder: string): Map<string, LimitScope> {
    let scopes = this.#holders.get(holder);
    if (scopes === undefined) {
      scopes = new Map();
      this.#holders.set(holder, scopes);
    }
    return scopes;
  }
}

function listOf<Item>(list: object | undefined): readonly Item[] {
  return Array.isArray(list) ? list : [];
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += BATCH)
    results.push(...(await Promise.all(items.slice(at, at + BATCH).map(work))));
  return results;
}
