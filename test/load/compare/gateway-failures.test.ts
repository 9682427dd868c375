/** What a gateway does wrong by itself, without the upstream or against it, is an anomaly, though no entry of the journal shows it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../../src/index.js';
import { evaluate } from '../../../src/load/assertions/evaluate.js';
import { parseAssertions } from '../../../src/load/assertions/parse.js';
import { compareVocabulary } from '../../../src/load/compare/compare-vocabulary.js';
import type { CompareResult } from '../../../src/load/compare/result.js';
import { comparedAt } from './compared-at.js';

const latency = {
  ttft: { distribution: 'constant', value_ms: 20 },
  itl: { distribution: 'constant', value_ms: 2 },
};
const PAIRS = 8;
const FAILED = PAIRS / 4;
const TIMEOUT_MS = 1_000;

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator({
    config: { simulation: { seed: 1 }, providers: { 'gpt-4o-mini': { latency } } },
  });
});
after(() => simulator.stop());

function holds(result: CompareResult, ...texts: string[]): boolean[] {
  const { assertions } = parseAssertions(texts, compareVocabulary);
  return evaluate(assertions, result).map(({ passed }) => passed);
}

describe('a gateway that fails each fourth request without asking the upstream', () => {
  for (const [how, anomalies] of [
    ['by_status', { refused_without_upstream: FAILED, status_changed: FAILED }],
    ['by_reset', { ended_otherwise: FAILED }],
    ['by_silence', { hung: FAILED }],
  ] as const) {
    test(`${how} is told of each`, async () => {
      const { result } = await comparedAt(simulator.url, {
        behaviour: { failsFourth: how },
        pairs: PAIRS,
        timeoutMs: TIMEOUT_MS,
      });
      assert.deepEqual(result.anomaly_counts, anomalies);
      assert.deepEqual([result.ground.same_plan, result.ground.unknown], [PAIRS - FAILED, FAILED]);
      assert.match(result.ground.explanation, /2 pairs never came to the upstream/);
      assert.deepEqual(holds(result, 'anomalies==0', `anomalies.${Object.keys(anomalies)[0]}==0`), [false, false]);
    });
  }
});

test('a gateway that drops the key and changes every text passes no assertion about contents, which nothing compared', async () => {
  const rewritesEvent = (event: string): readonly string[] => [event.replace(/"content":"[^"]+"/, '"content":"#"')];
  const behaviour = { dropsRequestHeaders: ['x-llm-sim-request-id'], rewritesEvent };
  const { result } = await comparedAt(simulator.url, { behaviour, pairs: 4 });
  assert.deepEqual([result.content.compared, result.coverage.contents], [0, { pairs: 4, judged: 0 }]);
  const texts = ['anomalies==0', 'anomalies.content_changed==0', 'anomalies.repeated==0', 'anomalies.hung==0'];
  assert.deepEqual(holds(result, ...texts), [false, false, true, true]);
});

test('a gateway that holds answers before their head leaves requests hanging', async () => {
  const behaviour = { keepsAnswers: true };
  const { result } = await comparedAt(simulator.url, { behaviour, pairs: 4, timeoutMs: TIMEOUT_MS });
  // Nothing came of the content, either.
  assert.deepEqual(result.anomaly_counts, { hung: 4, content_lost: 4 });
  assert.deepEqual(result.gateway.outcomes, { timeout: 4 });
});
