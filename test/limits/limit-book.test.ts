import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LimitAmounts, LimitCaps, LimitDimension, LimitScope } from '../../src/limits/contract.js';
import { demandOf, settlementOf } from '../../src/limits/demand.js';
import { LimitBook } from '../../src/limits/limit-book.js';

const CAPS: Required<LimitCaps> = {
  requests_per_minute: 60,
  requests_per_day: 1_000,
  tokens_per_minute: 6_000,
  input_tokens_per_minute: 4_000,
  output_tokens_per_minute: 3_000,
  concurrent_requests: 5,
};
const DIMENSIONS = Object.keys(CAPS) as LimitDimension[];

function scope(caps: LimitCaps = CAPS, id = 'one'): LimitScope {
  return { id, tier: 'tier', group: 'group', caps };
}

function remainingOf(book: LimitBook, of: LimitScope, nowUs: number): { [dimension: string]: number } {
  return Object.fromEntries(book.standings(of, nowUs).map(({ dimension, remaining }) => [dimension, remaining]));
}

const amounts = fc.record(
  {
    requests_per_minute: fc.integer({ min: 0, max: 20 }),
    requests_per_day: fc.integer({ min: 0, max: 400 }),
    tokens_per_minute: fc.integer({ min: 0, max: 3_000 }),
    input_tokens_per_minute: fc.integer({ min: 0, max: 3_000 }),
    output_tokens_per_minute: fc.integer({ min: 0, max: 2_000 }),
    concurrent_requests: fc.integer({ min: 0, max: 2 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<LimitAmounts>;

for (const algorithm of ['token_bucket', 'sliding_window'] as const) {
  describe(`LimitBook with ${algorithm}`, () => {
    it('takes from all dimensions or from none', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(amounts, fc.integer({ min: 0, max: 5_000_000 })), { maxLength: 30 }), (steps) => {
          const book = new LimitBook(algorithm);
          let nowUs = 0;
          for (const [demand, pauseUs] of steps) {
            nowUs += pauseUs;
            const before = remainingOf(book, scope(), nowUs);
            const refusal = book.take(scope(), demand, nowUs);
            const after = remainingOf(book, scope(), nowUs);
            const tooMuch = DIMENSIONS.filter((dimension) => (demand[dimension] ?? 0) > before[dimension]);
            assert.equal(refusal !== undefined, tooMuch.length > 0);
            for (const dimension of DIMENSIONS) {
              const taken = refusal === undefined ? (demand[dimension] ?? 0) : 0;
              assert.equal(after[dimension], before[dimension] - taken);
            }
            if (refusal === undefined) continue;
            assert.ok(tooMuch.includes(refusal.dimension));
            assert.equal(refusal.limit, CAPS[refusal.dimension]);
            assert.equal(refusal.used, refusal.limit - before[refusal.dimension]);
            assert.equal(refusal.requested, demand[refusal.dimension]);
          }
        }),
      );
    });

    it('tells a wait after which the whole demand fits', () => {
      fc.assert(
        fc.property(fc.array(amounts, { minLength: 1, maxLength: 20 }), (demands) => {
          const book = new LimitBook(algorithm);
          const timed = scope({ ...CAPS, concurrent_requests: undefined });
          for (const demand of demands) {
            const refusal = book.take(timed, demand, 0);
            if (refusal === undefined) continue;
            if (refusal.retryAfterUs === undefined) assert.ok(refusal.requested > refusal.limit);
            else assert.equal(book.take(timed, demand, refusal.retryAfterUs), undefined);
            return;
          }
        }),
      );
    });

    it('leases what is there, and is back where it was when the lease is given back', () => {
      fc.assert(
        fc.property(amounts, amounts, fc.integer({ min: 0, max: 100 }), (taken, wanted, pauseUs) => {
          const book = new LimitBook(algorithm);
          book.take(scope(), taken, 0);
          const before = remainingOf(book, scope(), pauseUs);
          const leased = book.lease(scope(), wanted, pauseUs);
          const during = remainingOf(book, scope(), pauseUs);
          for (const dimension of DIMENSIONS) {
            assert.equal(leased[dimension] ?? 0, Math.min(wanted[dimension] ?? 0, before[dimension]));
            assert.equal(during[dimension], before[dimension] - (leased[dimension] ?? 0));
          }
          const back = Object.fromEntries(Object.entries(leased).map(([dimension, amount]) => [dimension, -amount]));
          book.correct(scope(), back, pauseUs, pauseUs);
          assert.deepEqual(remainingOf(book, scope(), pauseUs), before);
        }),
      );
    });

    it('settles a request in both directions', () => {
      const book = new LimitBook(algorithm);
      const demanded = { tokens: 1_000, inputTokens: 400, outputTokens: 600 };
      assert.equal(book.take(scope(), demandOf(demanded), 0), undefined);
      const used = { tokens: 1_300, inputTokens: 400, outputTokens: 100 };
      book.correct(scope(), settlementOf(demanded, used), 0, 0);
      assert.deepEqual(remainingOf(book, scope(), 0), {
        requests_per_minute: 59,
        requests_per_day: 999,
        tokens_per_minute: 4_700,
        input_tokens_per_minute: 3_600,
        output_tokens_per_minute: 2_900,
        concurrent_requests: 5,
      });
    });

    it('owes what turned out to be more than was left', () => {
      const book = new LimitBook(algorithm);
      const narrow = scope({ output_tokens_per_minute: 60 });
      book.take(narrow, { output_tokens_per_minute: 1 }, 0);
      book.correct(narrow, { output_tokens_per_minute: 119 }, 0, 0);
      assert.deepEqual(book.standings(narrow, 0)[0].remaining, 0);
      const refusal = book.take(narrow, { output_tokens_per_minute: 1 }, 0);
      assert.equal(refusal?.used, 60);
      assert.equal(refusal?.retryAfterUs, 61_000_000);
    });

    it('refuses what can never fit without a time, before anything that only takes time', () => {
      const book = new LimitBook(algorithm);
      book.take(scope(), { requests_per_day: 1_000 }, 0);
      const refusal = book.take(scope(), { requests_per_day: 1, tokens_per_minute: 6_001 }, 0);
      assert.deepEqual(refusal, {
        dimension: 'tokens_per_minute',
        limit: 6_000,
        used: 0,
        requested: 6_001,
        retryAfterUs: undefined,
      });
    });

    it('admits nothing where a limit is zero, and everything where there is none', () => {
      const book = new LimitBook(algorithm);
      const closed = scope({ requests_per_minute: 0 });
      assert.equal(book.take(closed, { requests_per_minute: 1 }, 0)?.retryAfterUs, undefined);
      assert.deepEqual(book.standings(closed, 0), [
        { dimension: 'requests_per_minute', limit: 0, remaining: 0, resetUs: 0 },
      ]);
      const open = scope({}, 'open');
      assert.equal(book.take(open, demandOf({ tokens: 1e9, inputTokens: 1e9, outputTokens: 1e9 }), 0), undefined);
      assert.deepEqual(book.lease(open, { tokens_per_minute: 7 }, 0), { tokens_per_minute: 7 });
      assert.deepEqual(book.standings(open, 0), []);
    });

    it('counts concurrent requests by their ends, not by time', () => {
      const book = new LimitBook(algorithm);
      const narrow = scope({ concurrent_requests: 2 });
      for (let i = 0; i < 2; i++) assert.equal(book.take(narrow, demandOf(), 0), undefined);
      const refusal = book.take(narrow, demandOf(), 3_600_000_000);
      assert.equal(refusal?.dimension, 'concurrent_requests');
      assert.equal(refusal?.retryAfterUs, undefined);
      book.correct(narrow, { concurrent_requests: -1 }, 0, 3_600_000_000);
      assert.equal(book.take(narrow, demandOf(), 3_600_000_000), undefined);
    });

    it('keeps what is used when the limits of a scope change', () => {
      const book = new LimitBook(algorithm);
      book.take(scope({ tokens_per_minute: 600 }), { tokens_per_minute: 500 }, 0);
      assert.equal(book.standings(scope({ tokens_per_minute: 300 }), 0)[0].remaining, 0);
      const wider = scope({ tokens_per_minute: 1_000, requests_per_minute: 5 });
      assert.deepEqual(remainingOf(book, wider, 0), { requests_per_minute: 5, tokens_per_minute: 500 });
    });

    it('keeps a bounded number of scopes, those that were used last', () => {
      const book = new LimitBook(algorithm, 3);
      const take = (id: string) => book.take(scope({ requests_per_minute: 1 }, id), { requests_per_minute: 1 }, 0);
      for (const id of ['a', 'b', 'c']) assert.equal(take(id), undefined);
      assert.notEqual(take('a'), undefined);
      assert.equal(take('d'), undefined);
      assert.equal(book.size, 3);
      assert.notEqual(take('a'), undefined);
      assert.equal(take('b'), undefined);
      book.clear();
      assert.equal(take('a'), undefined);
    });
  });
}

describe('LimitBook over hours', () => {
  it('refills a token bucket to the full and no further', () => {
    const book = new LimitBook('token_bucket');
    const daily = scope({ requests_per_day: 200 });
    book.take(daily, { requests_per_day: 200 }, 0);
    // 200 a day is one in 432 s.
    assert.equal(book.take(daily, { requests_per_day: 1 }, 0)?.retryAfterUs, 432_000_000);
    assert.equal(book.standings(daily, 10 * 432_000_000)[0].remaining, 10);
    assert.equal(book.standings(daily, 50 * 3_600_000_000)[0].remaining, 200);
  });
});
