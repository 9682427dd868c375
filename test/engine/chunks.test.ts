import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CHUNK_TOKENS_MAX } from '../../src/config/schema/latency.js';
import { type Burst, type Pace, sampleSteps } from '../../src/engine/chunks.js';
import { seededRandom } from '../../src/engine/rng.js';
import { sampleItlUs } from '../../src/engine/timing.js';
import { createLengthSampler, type Length } from '../../src/latency/lengths.js';
import { createSampler } from '../../src/latency/registry.js';
import type { GeneratedChoice, GeneratedPart } from '../../src/providers/generation.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const ITL = createSampler({ distribution: 'normal', mean_ms: 20, std_dev_ms: 5 });
const TEN_MS = createSampler({ distribution: 'constant', value_ms: 10 });

const part = (tokens: number): GeneratedPart => ({ kind: 'text', tokens: new Array(tokens).fill('x') });
const choiceOf = (...lengths: number[]): GeneratedChoice => ({
  parts: lengths.map(part),
  finish: 'stop',
  stopSequence: undefined,
});

/** A pace whose chunks have the length, and whose steps are ten milliseconds apart unless said otherwise. */
function paceOf(chunk: Length = 1, burst?: Burst, itl = TEN_MS): Pace {
  return { itl, chunkTokens: chunk === 1 ? undefined : createLengthSampler(chunk), burst };
}

function steps(pace: Pace, choices: readonly GeneratedChoice[], timeScale = 1) {
  const random = {
    timing: seededRandom(7, KEY, 1),
    chunks: () => seededRandom(7, KEY, 2),
    bursts: () => seededRandom(7, KEY, 3),
  };
  const { itlUs, stepTokens } = sampleSteps(pace, choices, random, timeScale);
  return { gapsMs: [...itlUs].map((gapUs) => gapUs / 1_000), tokens: stepTokens && [...stepTokens] };
}

const ALWAYS = (chunks: number, joined: boolean): Burst => ({ probability: 1, chunks, joined });

describe('sampleSteps', () => {
  test('gives a token a step, with the gaps of the distribution alone, where neither chunks nor bursts are configured', () => {
    const choices = [choiceOf(5, 3), choiceOf(12)];
    const expected = sampleItlUs(ITL, seededRandom(7, KEY, 1), 12, 1);
    const { gapsMs, tokens } = steps(paceOf(1, undefined, ITL), choices);
    assert.deepEqual(
      gapsMs,
      [...expected].map((gapUs) => gapUs / 1_000),
    );
    assert.equal(tokens, undefined);
  });

  test('gives several tokens a step, one gap apart', () => {
    assert.deepEqual(steps(paceOf(4), [choiceOf(10)]), { gapsMs: [10, 10], tokens: [4, 4, 4] });
    assert.deepEqual(steps(paceOf(4), [choiceOf(10)], 0.5).gapsMs, [5, 5]);
  });

  test('ends a chunk with its part', () => {
    // 4 of 6, 2 of 6; 3 of 3; 4 of 5, 1 of 5
    assert.deepEqual(steps(paceOf(4), [choiceOf(6, 3, 0, 5)]).gapsMs, [10, 10, 10, 10]);
  });

  test('goes on until the longest choice has all its tokens', () => {
    assert.equal(steps(paceOf(4), [choiceOf(3), choiceOf(17), choiceOf(0)]).gapsMs.length, 4);
    assert.deepEqual(steps(paceOf(4), [choiceOf(0)]).gapsMs, []);
  });

  test('draws each chunk from the length’s distribution, rounded, at least one token and at most the bound', () => {
    const normal = { distribution: 'normal', mean_tokens: 6, std_dev_tokens: 3 };
    const { tokens = [] } = steps(paceOf(normal), [choiceOf(20_000)]);
    assert.ok(tokens.every((count) => Number.isInteger(count) && count >= 1));
    const mean = tokens.reduce((sum, count) => sum + count, 0) / tokens.length;
    assert.ok(Math.abs(mean - 6) < 0.3, `mean ${mean}`);
    const huge = { distribution: 'constant', value_tokens: 1_000_000 };
    assert.deepEqual(steps(paceOf(huge), [choiceOf(2 * CHUNK_TOKENS_MAX)]).tokens, [
      CHUNK_TOKENS_MAX,
      CHUNK_TOKENS_MAX,
    ]);
  });

  test('joins the chunks of a burst to one step after the sum of their gaps', () => {
    assert.deepEqual(steps(paceOf(1, ALWAYS(3, true)), [choiceOf(8)]), { gapsMs: [30, 30, 10], tokens: [1, 3, 3, 1] });
    assert.deepEqual(steps(paceOf(2, ALWAYS(3, true)), [choiceOf(12)]), { gapsMs: [30, 20], tokens: [2, 6, 4] });
  });

  test('ends a joined burst with a part of any choice', () => {
    // t │ t t t (of 4) │ t t (of 2)
    assert.deepEqual(steps(paceOf(1, ALWAYS(5, true)), [choiceOf(4, 2)]).gapsMs, [30, 20]);
  });

  test('sends the chunks of a burst back to back where they are not joined', () => {
    assert.deepEqual(steps(paceOf(1, ALWAYS(3, false)), [choiceOf(9)]), {
      gapsMs: [30, 0, 0, 30, 0, 0, 20, 0],
      tokens: new Array(9).fill(1),
    });
  });

  test('bursts as often as the probability says', () => {
    const { tokens = [] } = steps(paceOf(1, { probability: 0.2, chunks: 5, joined: true }), [choiceOf(50_000)]);
    const share = tokens.filter((count) => count > 1).length / (tokens.length - 1);
    assert.ok(Math.abs(share - 0.2) < 0.01, `share ${share}`);
  });

  test('takes the same time and gives all tokens, whatever chunks and bursts there are', () => {
    const choices = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    const chunk = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant({ p50: 3, p95: 9 }));
    const burst = fc.option(
      fc.record({
        probability: fc.double({ min: 0.05, max: 1, noNaN: true }),
        chunks: fc.integer({ min: 2, max: 9 }),
        joined: fc.boolean(),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(choices, chunk, burst, (lengths, size, bursts) => {
        const all = lengths.map((parts) => choiceOf(...parts));
        const plain = steps(paceOf(size, undefined, ITL), all);
        const bursty = steps(paceOf(size, bursts, ITL), all);
        const timeOf = ({ gapsMs }: typeof plain) => gapsMs.reduce((sum, gapMs) => sum + gapMs, 0);
        if (all.length === 1) assert.ok(Math.abs(timeOf(plain) - timeOf(bursty)) < 1e-6);
        for (const { tokens } of [plain, bursty]) {
          const longest = Math.max(...lengths.map((parts) => parts.reduce((sum, length) => sum + length, 0)));
          const given = (tokens ?? new Array(longest).fill(1)).reduce((sum, count) => sum + count, 0);
          assert.ok(given >= longest);
        }
        assert.equal(bursty.gapsMs.length, Math.max(0, (bursty.tokens?.length ?? bursty.gapsMs.length + 1) - 1));
      }),
      { seed: 1 },
    );
  });

  test('gives a prefix the chunks and gaps that it has in a longer reply, where no burst is cut short', () => {
    const size = { distribution: 'normal', mean_tokens: 5, std_dev_tokens: 2 };
    const long = steps(paceOf(size, undefined, ITL), [choiceOf(300)]);
    const short = steps(paceOf(size, undefined, ITL), [choiceOf(120)]);
    assert.deepEqual(short.gapsMs, long.gapsMs.slice(0, short.gapsMs.length));
    assert.deepEqual(short.tokens, long.tokens?.slice(0, short.tokens?.length));
  });
});
