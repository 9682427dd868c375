/** On what ground pairs are compared: equal plans, planned times of the journal, or not at all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addedSamples } from '../../../src/load/compare/added-delays.js';
import { groundPairs } from '../../../src/load/compare/basis.js';
import { groundSummary } from '../../../src/load/compare/ground-summary.js';
import { upstreamView } from '../../../src/load/compare/upstream-view.js';
import { answer, directEntry, entry, pair } from './judged-pairs.js';

const CHANGED = { verdict: 'changed', at: 0, directLength: 3, gatewayLength: 4 } as const;

describe('with the journal', () => {
  test('requests of one identity had the same plan, whether header or body told which they are', () => {
    const entries = [
      directEntry({ requestId: 'a' }),
      entry({ requestId: 'a' }),
      directEntry({ requestId: 'b' }),
      entry({ session: 'user:b' }),
      directEntry({ requestId: 'c' }),
      entry({ session: 'metadata:c' }),
      entry({ requestId: 'of somebody else' }),
    ];
    const view = upstreamView(['a', 'b', 'c'], entries);
    const pairs = groundPairs([pair('a'), pair('b'), pair('c')], view);
    assert.deepEqual(
      pairs.map(({ ground }) => ground),
      ['same_plan', 'same_plan', 'same_plan'],
    );
    assert.deepEqual([view.byHeader, view.byBody], [1, 2]);
    assert.equal(groundSummary(pairs, view, undefined).told_by, 'both');
  });

  test('planned times are taken off where the plans differ', () => {
    const entries = [
      directEntry({ requestId: 'a', identity: 'aa', plannedTtftMs: 100, plannedEndMs: 140 }),
      entry({ session: 'user:a', identity: 'bb', plannedTtftMs: 300, plannedEndMs: 420 }),
    ];
    const gateway = answer({ firstContentMs: 305, endMs: 427, finishReason: 'length' });
    const pairs = groundPairs([pair('a', { gateway, content: CHANGED })], upstreamView(['a'], entries));
    assert.equal(pairs[0]?.ground, 'journal');
    const { e2e, gap, headers, ttft } = addedSamples(pairs);
    // 305 - 100 - (300 - 100), and 427 - 141 - (420 - 140).
    assert.deepEqual([...ttft, ...e2e, ...gap], [5, 6, 0.25]);
    assert.equal(headers.length, 0);
  });

  test('what the upstream itself was late is not taken for the gateway’s doing', () => {
    const entries = [directEntry({ requestId: 'a', ttftMs: 100.5 }), entry({ requestId: 'a', ttftMs: 103 })];
    const gateway = answer({ firstContentMs: 107.5 });
    assert.deepEqual([...addedSamples(groundPairs([pair('a', { gateway })], upstreamView(['a'], entries))).ttft], [5]);
  });

  test('the attempt that was answered is the one that counts', () => {
    const entries = [
      directEntry({ requestId: 'a' }),
      entry({ requestId: 'a', arrivedUs: 900_000 }),
      entry({ requestId: 'a', arrivedUs: 5_000, identity: 'bb', status: 500 }),
    ];
    const [grounded] = groundPairs([pair('a')], upstreamView(['a'], entries));
    assert.equal(grounded?.ground, 'same_plan');
    assert.equal(grounded?.entries?.gateway.length, 2);
  });

  test('a pair of which an entry is missing is not compared', () => {
    const entries = [directEntry({ requestId: 'a' }), entry({ requestId: 'b' })];
    const pairs = groundPairs([pair('a'), pair('b')], upstreamView(['a', 'b'], entries));
    assert.deepEqual(
      pairs.map(({ ground }) => ground),
      ['unknown', 'unknown'],
    );
    assert.equal(addedSamples(pairs).ttft.length, 0);
  });
});

describe('without the journal', () => {
  const other = { content: CHANGED };

  test('contents that are mostly equal tell equal plans, and the others are the gateway’s doing', () => {
    const pairs = groundPairs([pair('a'), pair('b'), pair('c', other)], undefined);
    assert.deepEqual(
      pairs.map(({ ground }) => ground),
      ['same_plan', 'same_plan', 'same_plan'],
    );
    const summary = groundSummary(pairs, undefined, 'it has none');
    assert.equal(summary.told_by, 'content');
    assert.match(summary.explanation, /journal of the upstream is not used: it has none/);
  });

  test('contents that mostly differ tell other plans', () => {
    const pairs = groundPairs([pair('a'), pair('b', other), pair('c', other)], undefined);
    assert.deepEqual(
      pairs.map(({ ground }) => ground),
      ['unknown', 'unknown', 'unknown'],
    );
    assert.equal(groundSummary(pairs, undefined, 'it has none').told_by, 'nothing');
  });

  test('so do requests without a mark, in a journal that can be read', () => {
    const view = upstreamView(['a'], [directEntry({ requestId: 'a' }), entry()]);
    assert.equal(groundPairs([pair('a')], view)[0]?.ground, 'same_plan');
  });
});
