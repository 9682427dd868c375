import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import type { LimitAlgorithm, LimitAmounts, LimitScope } from '../../src/limits/contract.js';
import { LimitBook } from '../../src/limits/limit-book.js';
import type { ScopeAsk } from '../../src/server/limits/leasing.js';
import { LimitGrantor } from '../../src/server/limits/limit-grantor.js';
import { limitScriptText } from '../../src/server/redis/limit-script.js';
import { RedisLimits } from '../../src/server/redis/redis-limits.js';
import { RedisLink, redisScript } from '../../src/server/redis/redis-link.js';
import type { Logger } from '../../src/telemetry/logging.js';
import { RedisServer, withoutRedis } from './redis-server.js';

const START_US = 1_700_000_000_000_000;
const silent = { info: () => {}, warn: () => {} } as unknown as Logger;

function snapshotOf(algorithm: LimitAlgorithm) {
  const configuration = loadConfiguration({ object: { rate_limits: { algorithm } }, environment: {} });
  return createSnapshot(configuration, 1, 0);
}

const scopeOf = (caps: LimitAmounts, id: string): LimitScope => ({ id, tier: 't', group: 'g', caps });
const askOf = (scope: LimitScope, ask: Partial<ScopeAsk>): ScopeAsk => {
  return { scope, spent: {}, active: 0, settlements: [], demands: [], wantsLease: false, ...ask };
};

type What = 'ask' | 'leave' | 'reset' | 'standings';

interface Step extends Pick<ScopeAsk, 'active' | 'demands' | 'settlements' | 'wantsLease'> {
  readonly what: What;
  readonly holder: string;
  readonly passUs: number;
  readonly spentShare: number;
  readonly isHalved: boolean;
}

/** A keeper in Redis and one in memory, on one clock, which are told the same. */
class Pair {
  #nowUs = START_US;
  readonly #inRedis: RedisLimits;
  readonly #inMemory: LimitGrantor;
  readonly #limits: LimitAmounts;
  readonly #leases = new Map<string, LimitAmounts | null>();
  #scope: LimitScope;

  constructor(link: RedisLink, algorithm: LimitAlgorithm, limits: LimitAmounts, id: string) {
    const run: RedisLink['run'] = (script, keys, values) => link.run(script, keys, [...values, String(this.#nowUs)]);
    const script = redisScript(limitScriptText('tonumber(ARGV[2])', Number.MAX_SAFE_INTEGER));
    const snapshot = snapshotOf(algorithm);
    this.#inRedis = new RedisLimits({ link: { run }, keyPrefix: 't:', nodeName: 'n', snapshot, script });
    this.#inMemory = new LimitGrantor(new LimitBook(algorithm), algorithm, () => this.#nowUs);
    this.#limits = limits;
    this.#scope = scopeOf(limits, id);
  }

  async take(step: Step): Promise<void> {
    const scope = this.#scope;
    this.#nowUs += step.passUs;
    switch (step.what) {
      case 'leave':
        this.#inMemory.leave(step.holder);
        this.#inRedis.leave(step.holder);
        this.#leases.delete(step.holder);
        break;
      case 'reset':
        this.#inMemory.reset();
        await this.#inRedis.reset([scope]);
        break;
      case 'standings':
        assert.deepEqual(await this.#inRedis.standings([scope]), [this.#inMemory.standings(scope)]);
        break;
      case 'ask':
        await this.#ask(step);
    }
  }

  async #ask({ active, demands, holder, isHalved, settlements, spentShare, wantsLease }: Step): Promise<void> {
    const share = isHalved ? 0.5 : 1;
    this.#scope = scopeOf(scaled(this.#limits, share), this.#scope.id);
    const spent = scaled(this.#leases.get(holder) ?? {}, spentShare);
    const ask = askOf(this.#scope, { active, demands, settlements, wantsLease, spent });
    const [expected] = this.#inMemory.exchange(holder, [ask]);
    const [answer] = await this.#inRedis.exchange(holder, [ask]);
    assert.deepEqual(answer, JSON.parse(JSON.stringify(expected)));
    this.#leases.set(holder, expected.lease);
  }
}

const scaled = (amounts: LimitAmounts, share: number): LimitAmounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, Math.floor(amount * share)]));

describe('rate limits in Redis', { skip: withoutRedis }, () => {
  let redis: RedisServer;
  let link: RedisLink;
  let scopes = 0;

  before(async () => {
    redis = await RedisServer.start();
    const { url } = redis;
    link = new RedisLink({ url, connectTimeoutMs: 5_000, commandTimeoutMs: 10_000, onFailure: 'open', logger: silent });
    await link.open();
  });
  after(async () => {
    link.close();
    await redis.close();
  });

  const limitsOf = (nodeName: string, algorithm: LimitAlgorithm = 'token_bucket') =>
    new RedisLimits({ link, keyPrefix: 't:', nodeName, snapshot: snapshotOf(algorithm) });

  test('the script decides as the book in memory does, to the last token and the last microsecond', async () => {
    const amounts = fc.record({
      requests_per_minute: fc.nat({ max: 3 }),
      tokens_per_minute: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 40_000 })),
      concurrent_requests: fc.constantFrom(0, 1),
    });
    const delta = fc.record({ tokens_per_minute: fc.integer({ min: -900, max: 300 }) });
    const step = fc.record({
      holder: fc.constantFrom('a', 'b', 'c'),
      passUs: fc.oneof(fc.constantFrom(0, 1, 999), fc.nat({ max: 200_000 }), fc.nat({ max: 9_000_000 })),
      demands: fc.array(amounts, { maxLength: 4 }),
      active: fc.nat({ max: 12 }),
      spentShare: fc.double({ min: 0, max: 1, noNaN: true }),
      settlements: fc.array(fc.record({ ageUs: fc.nat({ max: 3_000_000 }), delta }), { maxLength: 3 }),
      wantsLease: fc.boolean(),
      what: fc.constantFrom<What>('ask', 'ask', 'ask', 'ask', 'leave', 'reset', 'standings'),
      isHalved: fc.boolean(),
    });
    const caps = fc.record(
      {
        requests_per_minute: fc.constantFrom(0, 7, 900),
        tokens_per_minute: fc.constantFrom(60, 50_000, 3_000_000),
        concurrent_requests: fc.constantFrom(3, 2_000),
      },
      { requiredKeys: [] },
    );
    const algorithms = fc.constantFrom<LimitAlgorithm>('token_bucket', 'sliding_window');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        caps,
        algorithms,
        async (steps, limits, algorithm) => {
          const pair = new Pair(link, algorithm, limits, String(scopes++));
          for (const one of steps) await pair.take(one);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a node that is silent for long is gone, with what it ran and what it had leased', async () => {
    let nowUs = START_US;
    const run: RedisLink['run'] = (script, keys, values) => link.run(script, keys, [...values, String(nowUs)]);
    const script = redisScript(limitScriptText('tonumber(ARGV[2])'));
    const snapshot = snapshotOf('token_bucket');
    const nodes = ['one', 'two'].map((nodeName) => {
      return new RedisLimits({ link: { run }, keyPrefix: 't:', nodeName, snapshot, script });
    });
    const scope = scopeOf({ concurrent_requests: 1_000 }, 'silent');
    const demands = Array.from({ length: 600 }, () => ({ concurrent_requests: 1 }));
    const admittedTo = async (node: number, active: number) => {
      const [answer] = await nodes[node].exchange('0', [askOf(scope, { active, demands, wantsLease: true })]);
      return answer?.refusals.filter((refusal) => refusal === null).length;
    };
    assert.equal(await admittedTo(0, 0), 600);
    nowUs += 14_000_000;
    assert.equal(await admittedTo(1, 0), 395);
    nowUs += 2_000_000;
    assert.equal(await admittedTo(1, 395), 600);
  });

  test('nodes share a limit: what one takes the other has not', async () => {
    const nodes = [limitsOf('one'), limitsOf('two')];
    const scope = scopeOf({ requests_per_minute: 100, concurrent_requests: 90 }, 'shared');
    const demands = Array.from({ length: 60 }, () => ({ requests_per_minute: 1, concurrent_requests: 1 }));
    const answers = await Promise.all(nodes.map((node) => node.exchange('0', [askOf(scope, { demands })])));
    const refusals = answers.flatMap(([answer]) => answer?.refusals ?? []);
    assert.equal(refusals.filter((refusal) => refusal === null).length, 90);
    assert.equal(refusals.find((refusal) => refusal !== null)?.dimension, 'concurrent_requests');
    nodes[0].leave('0');
    const [[answer]] = await Promise.all([nodes[1].exchange('0', [askOf(scope, { active: 30, demands })])]);
    const further = answer?.refusals.filter((refusal) => refusal === null).length ?? 0;
    assert.ok(further >= 10 && further <= 12, `${further}`);
  });
});
