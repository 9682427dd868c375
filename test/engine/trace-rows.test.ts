import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/engine/rng.js';
import { TraceRows } from '../../src/engine/trace-rows.js';

const random = (stream = 1) => seededRandom(5, new Uint32Array(4), stream);

function rowsOf(inputTokens: readonly number[], row: 'random' | 'nearest'): TraceRows {
  // The row's place is its output, so that a row tells which it is.
  const columns = { inputTokens, outputTokens: [...inputTokens.keys()] };
  return new TraceRows({ rows: inputTokens.length, columns }, row);
}

test('any row is as likely as any other, whatever the prompt', () => {
  const rows = rowsOf([10, 20, 30, 40], 'random');
  const counts = [0, 0, 0, 0];
  const source = random();
  for (let i = 0; i < 20_000; i++) counts[rows.rowFor(i, source).outputTokens!]!++;
  for (const count of counts) assert.ok(Math.abs(count - 5_000) < 300, `${counts}`);
});

test('of the rows with the nearest prompt each is as likely, and no other is given', () => {
  const tokens = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(fc.array(tokens, { minLength: 1, maxLength: 20 }), tokens, (inputTokens, prompt) => {
      const distances = inputTokens.map((each) => Math.abs(each - prompt));
      const nearest = Math.min(...distances);
      const expected = [...inputTokens.keys()].filter((index) => distances[index] === nearest);
      const rows = rowsOf(inputTokens, 'nearest');
      const found = new Set<number>();
      const source = random();
      for (let i = 0; i < 400; i++) found.add(rows.rowFor(prompt, source).outputTokens!);
      assert.deepEqual(
        [...found].sort((a, b) => a - b),
        expected,
      );
    }),
    { seed: 3, numRuns: 200 },
  );
});

test('a row without a prompt is not the nearest to any', () => {
  const rows = rowsOf([-1, 50, -1], 'nearest');
  for (const prompt of [0, 1, 1_000]) assert.equal(rows.rowFor(prompt, random()).outputTokens, 1);
});

test('a row says what it gives and nothing else', () => {
  const columns = { outputTokens: [7], ttftMs: [-1], e2eMs: [12.5] };
  const row = new TraceRows({ rows: 1, columns }, 'random').rowFor(3, random());
  assert.deepEqual(row, { outputTokens: 7, ttftMs: undefined, itlMs: undefined, e2eMs: 12.5 });
});
