/** What the books make of a stream's times, on a clock that stands until it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanBuilder } from '../../src/runtime/response-plan.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { parseExposition } from '../http/prometheus.js';
import { createStage, START_US } from './pacer-stage.js';

/** So many frames with a token each, from 100 ms on and 10 ms apart. */
const stream = (tokens: number) => (plan: PlanBuilder) => {
  plan.stream(['content-type', 'text/event-stream']);
  plan.template('', '');
  plan.completionTokens = tokens;
  plan.modelIndex = 0;
  for (let frame = 0; frame < tokens; frame++) plan.frame(0, frame === 0 ? 100_000 : 10_000, String(frame));
};

async function sumsAfter(tokens: number): Promise<[count: number, sum: number]> {
  const stage = createStage();
  stage.accept(stream(tokens));
  stage.through(START_US + 300_000);
  assert.equal(stage.seen.at(-1)?.what, 'end');
  const { sum } = parseExposition(renderMetrics([await stage.metrics.snapshot()]));
  return [sum('llm_simulator_tpot_seconds_count'), sum('llm_simulator_tpot_seconds_sum')];
}

test('time per token is from the first token to the end, by the tokens behind the first', async () => {
  assert.deepEqual(await sumsAfter(5), [1, 0.01]);
  assert.deepEqual(await sumsAfter(2), [1, 0.01]);
});

test('a stream of one token has none', async () => assert.deepEqual(await sumsAfter(1), [0, 0]));
