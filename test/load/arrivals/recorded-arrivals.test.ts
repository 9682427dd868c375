/** A trace's rows as a load generator takes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../../src/latency/traces/trace-reader.js';
import { recordedArrivals } from '../../../src/load/arrivals/recorded-arrivals.js';

function read(lines: readonly string[], wantsArrivals = true): TraceReader {
  const reader = new TraceReader({ format: 'auto', columns: {}, maxRows: 100, wantsArrivals });
  for (const line of lines) reader.readLine(line);
  return reader;
}

test('rows come in the order of their arrival, from the first one on, with their lengths', () => {
  const reader = read(['TIMESTAMP,ContextTokens,GeneratedTokens', '12.5,300,4', '10,100,2', '11,,3', ',7,7']);
  const recorded = recordedArrivals(reader.end());
  assert.deepEqual(reader.problems, []);
  assert.deepEqual(recorded, { arrivalsMs: [0, 1_000, 2_500], inputTokens: [100, -1, 300], outputTokens: [2, 3, 4] });
});

test('a file of nothing but times is enough, and one without any is not', () => {
  const lines = ['{"timestamp": 3}', '{"timestamp": 1}'];
  const reader = read(lines);
  assert.deepEqual(recordedArrivals(reader.end()), { arrivalsMs: [0, 2_000] });
  assert.deepEqual(reader.problems, []);

  const timeless = read(['input_tokens,output_tokens', '1,2']);
  assert.deepEqual(recordedArrivals(timeless.end()).arrivalsMs, []);
  assert.match(timeless.problems[0]!.message, /no column of arrival times/);

  const forReplies = read(lines, false);
  forReplies.end();
  assert.match(forReplies.problems[0]!.message, /no column of output tokens/);
});
