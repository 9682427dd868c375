/** Chunks of two answers laid over each other: exactly the boundaries that were taken away or put in, and the delay of every chunk. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ChunkEnds, cameTogether, chunkEnds, compareChunks } from '../../../src/load/compare/chunk-comparison.js';
import type { Capture } from '../../../src/load/contract.js';

/** An event for each text, at its time in milliseconds. */
function captured(texts: readonly string[], timesMs: readonly number[]): Capture {
  return {
    headers: {},
    events: texts.map((text) => JSON.stringify(text)),
    eventNames: texts.map(() => ''),
    eventTimesUs: Uint32Array.from(timesMs, (ms) => ms * 1_000),
    texts,
  };
}

const ends = (texts: readonly string[], timesMs: readonly number[]): ChunkEnds => chunkEnds(captured(texts, timesMs));
const everything = Number.POSITIVE_INFINITY;

describe('chunks', () => {
  test('that come as they were sent are neither merged nor split, and each has its delay', () => {
    const direct = ends(['', 'The', ' sky', ' is', ''], [1, 10, 20, 30, 30]);
    const gateway = ends(['', 'The', ' sky', ' is', ''], [2, 15, 25, 41, 41]);
    assert.deepEqual(compareChunks(direct, gateway, everything), {
      merged: 0,
      split: 0,
      delaysMs: Float64Array.of(5, 5, 11),
    });
  });

  test('that were merged are there when the merged one is', () => {
    const direct = ends(['The', ' sky', ' is', ' blue'], [10, 20, 30, 40]);
    const gateway = ends(['The', ' sky is', ' blue'], [15, 35, 45]);
    const { delaysMs, merged, split } = compareChunks(direct, gateway, everything);
    assert.deepEqual([merged, split, ...delaysMs], [1, 0, 5, 15, 5, 5]);
  });

  test('that were split are there when their last piece is', () => {
    const direct = ends(['The sky', ' is'], [10, 20]);
    const gateway = ends(['The', ' s', 'ky', ' is'], [11, 12, 13, 22]);
    const { delaysMs, merged, split } = compareChunks(direct, gateway, everything);
    assert.deepEqual([merged, split, ...delaysMs], [0, 2, 3, 2]);
  });

  test('behind the place where contents part are not compared', () => {
    const direct = ends(['The', ' sky', ' is'], [10, 20, 30]);
    const gateway = ends(['The', ' sea', ' is'], [10, 20, 30]);
    assert.equal(compareChunks(direct, gateway, 5).delaysMs.length, 1);
  });

  test('of one read came together', () => {
    assert.equal(cameTogether(ends(['a', '', 'b', 'c', 'd'], [1, 1, 1, 2, 2])), 2);
  });
});

test('whatever pieces a text comes in, the boundaries that differ are counted, and no chunk gets lost', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, cuts, (one, other) => {
      const text = 'x'.repeat(60);
      const pieces = (places: readonly number[]): string[] => {
        const sorted = [0, ...[...places].sort((left, right) => left - right), text.length];
        return sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
      };
      const timed = (texts: readonly string[]): ChunkEnds =>
        ends(
          texts,
          texts.map((_, index) => index),
        );
      const { delaysMs, merged, split } = compareChunks(timed(pieces(one)), timed(pieces(other)), everything);
      assert.equal(merged, one.filter((place) => !other.includes(place)).length);
      assert.equal(split, other.filter((place) => !one.includes(place)).length);
      assert.equal(delaysMs.length, one.length + 1);
    }),
  );
});
