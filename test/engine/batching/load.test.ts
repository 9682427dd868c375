/** How the serving engine answers to load: latency rises, throughput saturates where the equation of a step says. Virtual time throughout. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quantile, runClosedLoop } from '../../../scripts/batching/closed-loop.js';
import { comparison } from '../../../scripts/batching/comparison.js';
import { meanStep } from '../../../scripts/batching/mean-field.js';
import { chatLengths, parametersOf } from '../../../scripts/batching/workloads.js';
import { stepMs } from '../../../src/engine/batching/step-time.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { simpleParameters } from './engine-script.js';

const CONCURRENCIES = [1, 4, 16, 64, 128, 256, 384];

describe('a closed loop of chats on the preset of an A100', () => {
  const parameters = parametersOf('llama-3.1-8b-a100-80gb');
  const random = seededRandom(7, Uint32Array.of(1, 2, 3, 4), 0);
  const sample = Array.from({ length: 20_000 }, () => chatLengths(random));
  const points = CONCURRENCIES.map((concurrency) => {
    const rounds = Math.max(4, Math.ceil(200 / concurrency));
    return { concurrency, ...runClosedLoop({ parameters, concurrency, rounds, rampSeconds: 2, lengths: chatLengths }) };
  });

  it('waits longer for tokens the more clients there are, and all of them together get no fewer', () => {
    for (const [index, point] of points.entries()) {
      const before = points[index - 1];
      if (before === undefined) continue;
      const name = `${before.concurrency} → ${point.concurrency} clients`;
      for (const share of [0.5, 0.9]) {
        assert.ok(quantile(point.ttftMs, share) >= 0.99 * quantile(before.ttftMs, share), `TTFT, ${name}`);
        assert.ok(quantile(point.itlMs, share) >= 0.97 * quantile(before.itlMs, share), `ITL, ${name}`);
      }
      assert.ok(point.tokensPerSecond >= 0.96 * before.tokensPerSecond, `throughput, ${name}`);
    }
  });

  it('has the throughput of the equation at the mean of what a step holds', () => {
    for (const { concurrency, tokensPerSecond } of points) {
      const expected = meanStep(parameters, sample, concurrency).tokensPerSecond;
      const deviation = tokensPerSecond / expected - 1;
      assert.ok(Math.abs(deviation) < 0.04, `${concurrency} clients: ${tokensPerSecond}, by the equation ${expected}`);
    }
  });
});

describe('saturation', () => {
  it('is at the time of a full step, exactly, where every step holds the same', () => {
    const parameters = {
      ...simpleParameters,
      kvBlocks: 1e6,
      stepTime: { ...simpleParameters.stepTime, perContextTokenUs: 0 },
    };
    const { maxBatchSize, stepTime } = parameters;
    const lengths = () => ({ promptTokens: 1, outputTokens: 1_000 });
    const full = { tokens: maxBatchSize, sequences: maxBatchSize, contextTokens: 0, attentionPairs: 0 };
    const limit = (maxBatchSize / stepMs(stepTime, full)) * 1e3;
    for (const concurrency of [maxBatchSize, 2 * maxBatchSize, 8 * maxBatchSize]) {
      const { tokensPerSecond } = runClosedLoop({ parameters, concurrency, rounds: 4, rampSeconds: 0.1, lengths });
      assert.ok(Math.abs(tokensPerSecond / limit - 1) < 0.001, `${concurrency}: ${tokensPerSecond} of ${limit}`);
    }
  });

  it('multiplies with the replicas', () => {
    const lengths = () => ({ promptTokens: 10, outputTokens: 100 });
    const [one, three] = [1, 3].map(
      (replicas) =>
        runClosedLoop({
          parameters: { ...simpleParameters, replicas },
          concurrency: 48,
          rounds: 10,
          rampSeconds: 0.1,
          lengths,
        }).tokensPerSecond,
    );
    assert.ok(Math.abs(three! / one! / 3 - 1) < 0.05, `${one} → ${three}`);
  });

  it('with a cache that is too small computes part of the work twice, and loses throughput by it', () => {
    const common = {
      concurrency: 64,
      rounds: 6,
      rampSeconds: 0.1,
      lengths: () => ({ promptTokens: 40, outputTokens: 60 }),
    };
    const parameters = { ...simpleParameters, maxBatchSize: 64 };
    const roomy = runClosedLoop({ ...common, parameters: { ...parameters, kvBlocks: 10_000 } });
    const tight = runClosedLoop({ ...common, parameters: { ...parameters, kvBlocks: 300 } });
    assert.equal(roomy.preemptions, 0);
    assert.ok(tight.preemptions > 0);
    assert.ok(tight.tokensPerSecond < 0.9 * roomy.tokensPerSecond);
  });
});

describe('next to published measurements', () => {
  it('the preset of an A100 comes within 5 % of the throughput and the gaps of a vLLM of its time', () => {
    const rows = comparison().filter(({ measurement }) => measurement.engine === 'vLLM 0.20.1');
    const rates = rows.filter(({ figure }) => !figure.startsWith('TTFT'));
    assert.equal(rates.length, 3);
    for (const { figure, measured, simulated } of rates) {
      assert.ok(Math.abs(simulated / measured - 1) < 0.05, `${figure}: ${simulated}, measured ${measured}`);
    }
  });
});
