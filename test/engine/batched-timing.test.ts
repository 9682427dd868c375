/** The times in the plan of a batched reply: whole steps of the engine, which the pacer reads back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { batchingParameters } from '../../src/config/batching-parameters.js';
import { batchTermsOf, unloadedTiming } from '../../src/engine/batched-timing.js';
import { ServingEngine } from '../../src/engine/batching/serving-engine.js';
import { type Burst, type Pace, sampleSteps } from '../../src/engine/chunks.js';
import { Renderer } from '../../src/engine/renderer.js';
import { seededRandom } from '../../src/engine/rng.js';
import { createLengthSampler } from '../../src/latency/lengths.js';
import { createSampler } from '../../src/latency/registry.js';
import type { GeneratedChoice } from '../../src/providers/generation.js';
import { endpoints } from '../../src/providers/registry.js';
import { planBatch, planStatus } from '../../src/runtime/plan-reader.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const model = (config: object = {}) =>
  snapshotOf({ providers: { 'gpt-4o': { latency: { batching: { enabled: true, ...config } } } } });
const parameters = batchingParameters(model().models.find(({ name }) => name === 'gpt-4o')!.latency.batching);

const choiceOf = (lengths: readonly number[]): GeneratedChoice => ({
  parts: lengths.map((tokens) => ({ kind: 'text', tokens: new Array(tokens).fill('x') })),
  finish: 'stop',
  stopSequence: undefined,
});
const random = () => ({
  timing: seededRandom(7, KEY, 1),
  chunks: () => seededRandom(7, KEY, 2),
  bursts: () => seededRandom(7, KEY, 3),
});
const ITL = createSampler({ distribution: 'constant', value_ms: 10 });

describe('the time of a batched reply that is alone', () => {
  test('is what the engine gives a request that is alone, to a rounded microsecond a step', () => {
    const engine = new ServingEngine(parameters, 0.5);
    const reply = { promptTokens: 3_000, cachedTokens: 1_000, steps: 400, sequences: 2 };
    const { ttftUs, stepUs } = batchTermsOf(parameters, 0.5, reply);
    engine.enter({ id: 1, arrivalUs: 0, promptTokens: 3_000, cachedTokens: 1_000, outputTokens: 400, sequences: 2 });
    const endsUs = engine.advance(1e9).flatMap(({ endUs, served }) => (served.length > 0 ? [endUs] : []));
    assert.equal(endsUs.length, 400);
    assert.ok(Math.abs(endsUs[0] - ttftUs) <= 1, `${endsUs[0]} for ${ttftUs}`);
    assert.ok(
      Math.abs((endsUs[399] - endsUs[0]) / 399 - stepUs) <= 1,
      `${(endsUs[399] - endsUs[0]) / 399} for ${stepUs}`,
    );
  });

  test('is a whole number of microseconds in a plan’s range for any scale of time, and no step takes none', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1_000, noNaN: true }),
        fc.nat(200_000),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 128 }),
        (timeScale, promptTokens, steps, sequences) => {
          const terms = batchTermsOf(parameters, timeScale, { promptTokens, cachedTokens: 0, steps, sequences });
          assert.deepEqual([terms.steps, terms.sequences], [steps, sequences]);
          for (const us of [terms.ttftUs, terms.stepUs]) assert.ok(Number.isInteger(us) && us >= 0 && us < 2 ** 32);
          assert.ok(terms.stepUs >= 1);
        },
      ),
      { seed: 1 },
    );
  });

  const pace: fc.Arbitrary<Pace> = fc.record({
    itl: fc.constant(ITL),
    chunkTokens: fc.option(
      fc.integer({ min: 1, max: 20 }).map((p50) => createLengthSampler({ p50, p95: 2 * p50 })),
      { nil: undefined },
    ),
    burst: fc.option(
      fc.record<Burst>({
        probability: fc.double({ min: 0.05, max: 1, noNaN: true }),
        chunks: fc.integer({ min: 2, max: 6 }),
        joined: fc.boolean(),
      }),
      { nil: undefined },
    ),
  });

  test('gives each chunk the step that makes its last token, and of what goes out together the last one’s', () => {
    fc.assert(
      fc.property(
        pace,
        fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 3,
        }),
        (given, lengths) => {
          const choices = lengths.map(choiceOf);
          const longest = Math.max(...lengths.map((parts) => parts.reduce((sum, tokens) => sum + tokens, 0)));
          const terms = { ttftUs: 1_000, stepUs: 100, steps: longest, sequences: choices.length };
          const { ttftUs, itlUs, stepTokens } = unloadedTiming(terms, given, choices, random());
          const plain = sampleSteps(given, choices, random(), 1);
          assert.deepEqual(stepTokens, plain.stepTokens, 'events hold what they hold without batching');
          assert.equal(itlUs.length, plain.itlUs.length);
          let atUs = ttftUs;
          const stepsOf = [atUs, ...Array.from(itlUs, (gapUs) => (atUs += gapUs))].map(
            (us) => 1 + (us - terms.ttftUs) / terms.stepUs,
          );
          for (const step of stepsOf) assert.ok(Number.isInteger(step) && step >= 1, `step ${step}`);
          stepsOf.forEach((step, chunk) => {
            if (chunk > 0) assert.equal(step === stepsOf[chunk - 1], plain.itlUs[chunk - 1] === 0);
          });
          if (choices.length === 1) assert.equal(stepsOf.at(-1), longest, 'the last chunk comes with the last token');
          else assert.ok(stepsOf.at(-1)! >= longest);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('a plan', () => {
  function batchOf(config: object, body: object = {}): readonly [status: number, batched: boolean] {
    const renderer = new Renderer({
      snapshot: snapshotOf(config),
      tokenizers,
      countOccurrence: () => 0,
      fillRandom: () => assert.fail('no entropy'),
      wallClockSecs: () => assert.fail('no time'),
      onDefect: (error) => assert.fail(`defect: ${error}`),
    });
    const messages = [{ role: 'user', content: 'Hello.' }];
    const plan = renderer.render({
      slot: 0,
      generation: 0,
      endpoint: endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions'),
      configurationGeneration: 1,
      requestKey: 'key',
      query: '',
      parameters: [],
      headers: [],
      recalled: undefined,
      atUs: 0,
      steering: undefined,
      body: Buffer.from(JSON.stringify({ model: 'gpt-4o', max_tokens: 5, messages, ...body })),
    });
    return [planStatus(plan), planBatch(plan) !== undefined];
  }
  const providers = { 'gpt-4o': { latency: { batching: { enabled: true } } } };
  const zero = { distribution: 'constant', value_ms: 0 };

  test('is batched where its model is', () => {
    assert.deepEqual(batchOf({ providers }), [200, true]);
    assert.deepEqual(batchOf({ providers }, { stream: true }), [200, true]);
    assert.deepEqual(batchOf({}), [200, false]);
    assert.deepEqual(batchOf({ providers }, { model: 'gpt-4o-mini' }), [200, false]);
  });

  test('is not where it is an error, where a rule has times of its own, or where all is answered at once', () => {
    assert.deepEqual(batchOf({ providers }, { n: 0 }), [400, false]);
    assert.deepEqual(batchOf({ providers, simulation: { time_scale: 0 } }), [200, false]);
    for (const latency of [{ ttft: zero }, { itl: zero }])
      assert.deepEqual(batchOf({ providers, replies: { rules: [{ match: {}, reply: { latency } }] } }), [200, false]);
  });
});
