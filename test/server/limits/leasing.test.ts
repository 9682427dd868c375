import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import fc from 'fast-check';
import type { LimitAlgorithm, LimitAmounts, LimitScope } from '../../../src/limits/contract.js';
import { LimitBook } from '../../../src/limits/limit-book.js';
import { LimitGrantor } from '../../../src/server/limits/limit-grantor.js';
import { type LimitDecision, LimitHolder } from '../../../src/server/limits/limit-holder.js';

const START_US = 1_000_000_000;

/** A node of several holders and one keeper, on a clock that the test drives. */
class Node {
  nowUs = START_US;
  readonly book: LimitBook;
  readonly grantor: LimitGrantor;
  readonly holders: LimitHolder[];
  readonly decisions = new Map<number, LimitDecision>();
  exchanges = 0;
  /** From now on the keeper cannot be reached. */
  isCut = false;

  constructor(holders: number, algorithm: LimitAlgorithm = 'token_bucket', onFailure: 'open' | 'closed' = 'open') {
    const nowUs = () => this.nowUs;
    this.book = new LimitBook(algorithm);
    this.grantor = new LimitGrantor(this.book, algorithm, nowUs);
    this.holders = Array.from({ length: holders }, (_, index) => {
      const keeper = {
        exchange: async (asks: Parameters<LimitGrantor['exchange']>[1]) => {
          if (this.isCut) return asks.map(() => null);
          this.exchanges++;
          return this.grantor.exchange(String(index), structuredClone(asks));
        },
      };
      const onDecision = (ticket: number, decision: LimitDecision) => this.decisions.set(ticket, decision);
      return new LimitHolder({ keeper, nowUs, onFailure, onDecision });
    });
  }

  /** Lets asks be answered, then time pass. */
  async pass(ms: number): Promise<void> {
    mock.timers.tick(0);
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    this.nowUs += ms * 1_000;
    mock.timers.tick(ms);
    for (let turn = 0; turn < 8; turn++) {
      await Promise.resolve();
      mock.timers.tick(0);
    }
  }

  /** Asks for the demand; the answer is among the decisions once time has passed. */
  admit(holder: number, scope: LimitScope, demand: LimitAmounts, ticket: number): void {
    const decided = this.holders[holder].admit(scope, demand, ticket);
    if (typeof decided !== 'object' || 'dimension' in decided) this.decisions.set(ticket, decided);
  }

  get admitted(): number[] {
    return [...this.decisions].flatMap(([ticket, decision]) => (decision === 'admitted' ? [ticket] : []));
  }

  close(): void {
    for (const holder of this.holders) holder.close();
  }
}

const scopeOf = (caps: LimitAmounts, id = 's'): LimitScope => ({ id, tier: 't', group: 'g', caps });
const ONE: LimitAmounts = { requests_per_minute: 1, requests_per_day: 1, concurrent_requests: 1 };

interface Running {
  readonly ticket: number;
  readonly holder: number;
  readonly demand: LimitAmounts;
  readonly askedUs: number;
}

/** One budget for all, which everything that the node admits is taken from. */
class Oracle {
  readonly #node: Node;
  readonly #scope: LimitScope;
  readonly #book: LimitBook;
  #asked: Running[] = [];
  readonly #running: Running[] = [];
  #tickets = 0;

  constructor(node: Node, scope: LimitScope, algorithm: LimitAlgorithm) {
    this.#node = node;
    this.#scope = scope;
    this.#book = new LimitBook(algorithm);
  }

  ask(holder: number, demand: LimitAmounts, requests: number): void {
    for (let request = 0; request < requests; request++) {
      const ticket = this.#tickets++;
      this.#asked.push({ ticket, holder, demand, askedUs: this.#node.nowUs });
      this.#node.admit(holder, this.#scope, demand, ticket);
    }
  }

  compare(): void {
    for (const request of this.#asked) {
      if (this.#node.decisions.get(request.ticket) !== 'admitted') continue;
      const refusal = this.#book.take(this.#scope, request.demand, request.askedUs);
      assert.equal(refusal, undefined, `request ${request.ticket} is one too many`);
      this.#running.push(request);
    }
    this.#asked = [];
  }

  /** They used half of what they were admitted with. */
  end(requests: number): void {
    for (const { askedUs, demand, holder } of this.#running.splice(0, requests)) {
      const delta = { tokens_per_minute: -Math.floor((demand.tokens_per_minute ?? 0) / 2) };
      this.#node.holders[holder].release(this.#scope, delta, askedUs);
      this.#book.correct(this.#scope, delta, askedUs, this.#node.nowUs);
    }
  }
}

async function withNode(node: Node, body: () => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  try {
    await body();
  } finally {
    node.close();
    mock.timers.reset();
  }
}

describe('budgets that processes lease', { concurrency: 1 }, () => {
  test('a burst over two holders gets the limit, all of it and no more', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ requests_per_minute: 1_000 });
      for (let ticket = 0; ticket < 3_000; ticket++) {
        node.admit(ticket % 2, scope, ONE, ticket);
        if (ticket % 7 === 0) await node.pass(0);
      }
      await node.pass(0);
      assert.equal(node.decisions.size, 3_000);
      assert.ok(node.admitted.length <= 1_000 && node.admitted.length >= 990, `${node.admitted.length}`);
      // What one holder had leased is there for the other as soon as the lease is over.
      await node.pass(150);
      for (let ticket = 3_000; ticket < 3_100; ticket++) node.admit(1, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 1_000 + Math.floor((1_000 * 0.15) / 60));
    });
  });

  test('far from the limit a request asks nobody: the keeper hears of a scope ten times a second', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ requests_per_minute: 1_000_000, tokens_per_minute: 1e9, concurrent_requests: 100_000 });
      const demand = { requests_per_minute: 1, tokens_per_minute: 500, concurrent_requests: 1 };
      for (let ticket = 0; ticket < 10_000; ticket++) {
        node.admit(ticket % 2, scope, demand, ticket);
        if (ticket % 10 === 9) await node.pass(1);
        if (node.decisions.get(ticket) === 'admitted')
          node.holders[ticket % 2].release(scope, { tokens_per_minute: -400 }, node.nowUs);
      }
      await node.pass(0);
      assert.equal(node.admitted.length, 10_000);
      assert.ok(node.exchanges < 60, `${node.exchanges}`);
    });
  });

  test('nothing is ever admitted that one budget for all would refuse, whoever asks and ends when', async () => {
    const step = fc.record({
      holder: fc.nat({ max: 2 }),
      requests: fc.nat({ max: 12 }),
      // Of the limit: what a lease covers, or nearly everything.
      share: fc.oneof(fc.constantFrom(0, 0.0001, 0.001, 0.004), fc.double({ min: 0.3, max: 1, noNaN: true })),
      passMs: fc.constantFrom(0, 0, 0, 1, 5, 40, 90, 120, 700),
      ends: fc.nat({ max: 8 }),
    });
    const caps = fc.record({
      requests_per_minute: fc.constantFrom(1_000, 100_000, 10_000_000),
      tokens_per_minute: fc.integer({ min: 1_000, max: 100_000_000 }),
    });
    const algorithms = fc.constantFrom<LimitAlgorithm>('token_bucket', 'sliding_window');
    const steps = fc.array(step, { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, caps, algorithms, async (sequence, limits, algorithm) => {
        const node = new Node(3, algorithm);
        const oracle = new Oracle(node, scopeOf(limits), algorithm);
        await withNode(node, async () => {
          for (const { ends, holder, passMs, requests, share } of sequence) {
            const demand = { requests_per_minute: 1, tokens_per_minute: Math.floor(share * limits.tokens_per_minute) };
            oracle.ask(holder, demand, requests);
            await node.pass(0);
            oracle.compare();
            await node.pass(passMs);
            oracle.end(ends);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  test('what an earlier request gives back is not added to what time has given back while a part was leased', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ tokens_per_minute: 60_000_000 });
      node.admit(0, scope, { tokens_per_minute: 5_000 }, 0);
      await node.pass(90);
      // By now the bucket is full again but for the 300,000 that the first has leased, so its 2,500 are in it already.
      node.admit(1, scope, { tokens_per_minute: 40_000_000 }, 1);
      await node.pass(0);
      node.holders[0].release(scope, { tokens_per_minute: -2_500 }, START_US);
      // The second has leased 150,000 of what is left.
      node.admit(0, scope, { tokens_per_minute: 19_851_000 }, 2);
      await node.pass(0);
      node.admit(1, scope, { tokens_per_minute: 149_500 }, 3);
      assert.deepEqual(node.admitted, [0, 1, 3], 'of 60,000,000 left at the second request');
    });
  });

  test('what is spent of a lease is spent when it is, and not when it was leased', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ tokens_per_minute: 1_000 });
      node.admit(0, scope, { tokens_per_minute: 0 }, 0);
      await node.pass(90);
      // The first is served from the lease of 5, which is 1.5 short of what flowed in since.
      for (const ticket of [1, 2]) node.admit(0, scope, { tokens_per_minute: 4 }, ticket);
      await node.pass(120);
      for (let request = 0; request < 2; request++) {
        node.holders[0].release(scope, { tokens_per_minute: -2 }, START_US + 90_000);
      }
      await node.pass(0);
      // 4 are spent, of which 2 have flowed back.
      node.admit(1, scope, { tokens_per_minute: 999 }, 3);
      await node.pass(0);
      assert.deepEqual(node.admitted, [0, 1, 2]);
    });
  });

  test('a bucket that refills while a part of it is leased does not hold both', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ tokens_per_minute: 60_000_000 });
      node.admit(0, scope, { tokens_per_minute: 1 }, 0);
      await node.pass(90);
      // 300,000 are leased to the first. The 90,000 that have flowed in since found the bucket full with those.
      node.admit(1, scope, { tokens_per_minute: 59_750_000 }, 1);
      await node.pass(0);
      assert.equal(typeof node.decisions.get(1), 'object');
      node.admit(1, scope, { tokens_per_minute: 59_699_000 }, 2);
      await node.pass(0);
      node.admit(0, scope, { tokens_per_minute: 299_999 }, 3);
      assert.deepEqual(node.admitted, [0, 2, 3]);
    });
  });

  test('requests that run at a time are counted over all holders, to the last one', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ concurrent_requests: 5 });
      for (let ticket = 0; ticket < 8; ticket++) node.admit(ticket % 2, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 5);
      const [ended] = node.admitted;
      node.holders[ended % 2].release(scope, {}, node.nowUs);
      await node.pass(0);
      for (const ticket of [10, 11]) node.admit(1 - (ended % 2), scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 6);
    });
  });

  test('requests that end while the holder is asking are told all the same', async () => {
    const node = new Node(1);
    await withNode(node, async () => {
      const [holder] = node.holders;
      const scope = scopeOf({ concurrent_requests: 5 });
      for (let ticket = 0; ticket < 5; ticket++) node.admit(0, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 5);
      holder.release(scope, {}, node.nowUs);
      // The ask goes out; its answer comes when the promises have their turn.
      mock.timers.tick(0);
      for (let request = 0; request < 4; request++) holder.release(scope, {}, node.nowUs);
      await node.pass(0);
      assert.deepEqual(
        node.grantor.standings(scope).map(({ remaining }) => remaining),
        [5],
      );
      const { exchanges } = node;
      await node.pass(1_000);
      assert.equal(node.exchanges, exchanges, 'and told once');
    });
  });

  test('a holder that dies leaves its running requests and its lease to the others', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ requests_per_minute: 6_000, concurrent_requests: 1_000 });
      for (let ticket = 0; ticket < 600; ticket++) node.admit(0, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 600);
      node.holders[0].close();
      node.grantor.leave('0');
      for (let ticket = 1_000; ticket < 2_100; ticket++) node.admit(1, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 1_600);
      // What was leased when it died has flowed in anew: nothing of the limit is lost for good.
      for (const ticket of node.admitted) if (ticket >= 1_000) node.holders[1].release(scope, {}, node.nowUs);
      await node.pass(60_000);
      const [{ remaining }] = node.grantor.standings(scope);
      assert.equal(remaining, 6_000);
    });
  });

  test('a request that ends while it waits gives back what it gets', async () => {
    const node = new Node(1);
    await withNode(node, async () => {
      const scope = scopeOf({ requests_per_minute: 10, concurrent_requests: 2 });
      const waiting = node.holders[0].admit(scope, ONE, 1);
      assert.ok(typeof waiting === 'object' && 'ended' in waiting);
      mock.timers.tick(0);
      waiting.ended = true;
      await node.pass(0);
      await node.pass(200);
      assert.equal(node.decisions.size, 0);
      assert.deepEqual(
        node.grantor.standings(scope).map(({ remaining }) => remaining),
        [10, 2],
      );
    });
  });

  test('a refusal is repeated without asking, for its time and for what is as large', async () => {
    const node = new Node(1);
    await withNode(node, async () => {
      const scope = scopeOf({ tokens_per_minute: 6_000 });
      node.admit(0, scope, { tokens_per_minute: 5_000 }, 1);
      node.admit(0, scope, { tokens_per_minute: 2_000 }, 2);
      await node.pass(0);
      const asked = node.exchanges;
      await node.pass(10);
      node.admit(0, scope, { tokens_per_minute: 2_000 }, 3);
      node.admit(0, scope, { tokens_per_minute: 3_000 }, 4);
      const waits = [2, 3, 4].map((ticket) => {
        const decision = node.decisions.get(ticket);
        assert.ok(typeof decision === 'object');
        return Math.round((decision.retryAfterUs ?? 0) / 10_000);
      });
      // 1,000 tokens are missing at 100 a second; 10 ms later as many less; 1,000 more take 10 s more.
      assert.deepEqual(waits, [1_000, 999, 1_999]);
      assert.equal(node.exchanges, asked);
      node.admit(0, scope, { tokens_per_minute: 900 }, 5);
      await node.pass(0);
      assert.equal(node.decisions.get(5), 'admitted');
    });
  });

  test('a keeper that cannot be reached admits everything or nothing, as configured, and what was leased is lost, not doubled', async () => {
    for (const onFailure of ['open', 'closed'] as const) {
      const node = new Node(1, 'token_bucket', onFailure);
      await withNode(node, async () => {
        const scope = scopeOf({ requests_per_minute: 10_000 });
        node.admit(0, scope, ONE, 1);
        await node.pass(0);
        node.isCut = true;
        for (let ticket = 2; ticket < 200; ticket++) node.admit(0, scope, ONE, ticket);
        await node.pass(0);
        assert.equal(node.decisions.get(199), onFailure === 'open' ? 'uncounted' : 'unavailable');
        const leased = node.admitted.length;
        assert.ok(leased > 1 && leased <= 51, `${leased}`);
        node.isCut = false;
        await node.pass(0);
        node.admit(0, scope, ONE, 300);
        await node.pass(0);
        assert.equal(node.decisions.get(300), 'admitted');
        const [{ remaining }] = node.grantor.standings(scope);
        assert.ok(remaining <= 10_000 - leased && remaining >= 10_000 - 52, `${remaining}`);
      });
    }
  });

  test('a reset fills the budgets, but for what is leased and what runs', async () => {
    const node = new Node(2);
    await withNode(node, async () => {
      const scope = scopeOf({ requests_per_minute: 1_000, concurrent_requests: 500 });
      for (let ticket = 0; ticket < 400; ticket++) node.admit(0, scope, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 400);
      node.grantor.reset();
      assert.deepEqual(
        node.grantor.standings(scope).map(({ remaining }) => remaining),
        [1_000, 100],
      );
    });
  });

  test('limits that change hold from the next request on, and what is used stays used', async () => {
    const node = new Node(1);
    await withNode(node, async () => {
      const before = scopeOf({ requests_per_minute: 1_000 });
      for (let ticket = 0; ticket < 400; ticket++) node.admit(0, before, ONE, ticket);
      await node.pass(0);
      const after = scopeOf({ requests_per_minute: 500 });
      for (let ticket = 400; ticket < 1_000; ticket++) node.admit(0, after, ONE, ticket);
      await node.pass(0);
      assert.equal(node.admitted.length, 500);
    });
  });
});
