/** The verification's verdicts: right times hold, wrong ones break a bound, stalls of the machine do neither. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expectedDistribution } from '../../bench/verify/expected-distribution.js';
import { judge, type Strictness } from '../../bench/verify/judgement.js';
import { paceEstimates } from '../../bench/verify/pace.js';
import { joined, type ModelSamples, PairedTimes } from '../../bench/verify/samples.js';
import { seededRandom } from '../../src/engine/rng.js';

const TTFT = expectedDistribution({ distribution: 'log_normal', p50_ms: 300, p95_ms: 600 });
const ITL = expectedDistribution({ distribution: 'gamma', shape: 4, scale_ms: 6 });
const CLOSE = { relative: 0.01, absoluteMs: 1 };
const FULL: Strictness = { quietOnly: false, timesMin: 1, timesBeyondMin: 0 };
const SHORT: Strictness = { quietOnly: true, timesMin: 10, timesBeyondMin: 2 };
const GAPS = 20;
const TABLE_LENGTH = 4_096;

/** A quick way to draw: the distribution's quantiles in small steps. */
function drawing({ quantile }: typeof ITL): (unit: number) => number {
  const table = Float64Array.from({ length: TABLE_LENGTH }, (_, index) => quantile((index + 0.5) / TABLE_LENGTH));
  return (unit) => table[Math.floor(unit * TABLE_LENGTH)]!;
}

const drawTtft = drawing(TTFT);
const drawItl = drawing(ITL);
const drawOther = drawing(expectedDistribution({ distribution: 'exponential', mean_ms: 24 }));

interface Server {
  /** What becomes of a planned offset. */
  readonly pace?: number;
  /** Draws from here instead. */
  readonly draw?: typeof drawItl;
  /** The share of tokens that a stall of up to 80 ms meets, and whether the machine tells. */
  readonly stalled?: number;
}

/** Replies as a client would have seen them: late by up to 0.3 ms, and what the server adds. */
function replies(count: number, { pace = 1, draw = drawItl, stalled = 0 }: Server = {}): ModelSamples {
  const random = seededRandom(11, new Uint32Array([5, 6, 7, 8]), 1);
  const samples: ModelSamples = {
    ttft: new PairedTimes(),
    itl: new PairedTimes(),
    spans: new PairedTimes(),
    arrivals: new PairedTimes(),
    wrongReplies: 0,
    promptTokens: 9,
    recordings: 1,
  };
  for (let reply = 0; reply < count; reply++) {
    let due = drawTtft(random.nextUnit());
    let measuredDue = due * pace;
    const arrival = () => {
      const quiet = random.nextUnit() >= stalled;
      return { ms: measuredDue + 0.3 * random.nextUnit() + (quiet ? 0 : 80 * random.nextUnit()), quiet };
    };
    const first = arrival();
    const firstDue = due;
    samples.ttft.add(first.ms, due, first.quiet);
    let before = first;
    for (let gap = 0; gap < GAPS; gap++) {
      const unit = random.nextUnit();
      const planned = drawItl(unit);
      due += planned;
      measuredDue += draw(unit) * pace;
      const next = arrival();
      samples.itl.add(next.ms - before.ms, planned, next.quiet && before.quiet);
      samples.arrivals.add(next.ms, due, next.quiet);
      before = next;
    }
    samples.spans.add(before.ms - first.ms, due - firstDue, first.quiet && before.quiet);
  }
  return samples;
}

const judged = (samples: ModelSamples, strictness: Strictness) =>
  (['ttft', 'itl'] as const).map((role) => judge(samples, role, role === 'ttft' ? TTFT : ITL, CLOSE, strictness));

describe('a verdict', () => {
  test('holds for replies that come as planned', () => {
    for (const strictness of [FULL, SHORT]) {
      for (const { verdict, broken } of judged(replies(400), strictness))
        assert.equal(verdict, 'holds', JSON.stringify(broken));
    }
  });

  test('breaks the bound of the pace when everything takes 3 % longer', () => {
    for (const strictness of [FULL, SHORT]) {
      const itl = judged(replies(400, { pace: 1.03 }), strictness)[1]!;
      assert.equal(itl.verdict, 'broken');
      assert.ok(itl.broken.some(({ name }) => name === 'pace'));
    }
  });

  test('breaks bounds when the server draws from another distribution of the same mean', () => {
    assert.equal(judged(replies(400, { draw: drawOther }), FULL)[1]!.verdict, 'broken');
    assert.equal(judged(replies(400, { draw: drawOther }), SHORT)[1]!.verdict, 'broken');
  });

  test('breaks a bound when the plan itself is not what is configured', () => {
    const samples = replies(400);
    const wrong = judge(
      samples,
      'itl',
      expectedDistribution({ distribution: 'gamma', shape: 4, scale_ms: 6.3 }),
      CLOSE,
      SHORT,
    );
    assert.ok(wrong.broken.some(({ name }) => name === 'KS of the plan'));
  });

  test('does not break for stalls in the short form, and does in the full one', () => {
    const stalled = replies(400, { stalled: 0.1 });
    assert.deepEqual(
      judged(stalled, SHORT).map(({ verdict }) => verdict),
      ['holds', 'holds'],
    );
    assert.equal(judged(stalled, FULL)[1]!.verdict, 'broken');
  });

  test('of several recordings is that of one plan: no bound of chance gets narrower', () => {
    const once = replies(400);
    const often = [once, once, once, once].reduce((all, next) => joined(all, next), once);
    const planBounds = (samples: ModelSamples) =>
      judged(samples, SHORT)[1]!.checks.flatMap(({ name, bound }) => (name === 'KS of the plan' ? [bound] : []));
    assert.equal(often.itl.measured.length, 5 * once.itl.measured.length);
    assert.deepEqual(planBounds(often), planBounds(once));
  });

  test('is not given where nearly everything was stalled, and is broken all the same by replies of the wrong length', () => {
    const stalled = replies(100, { stalled: 0.97 });
    assert.equal(judged(stalled, SHORT)[0]!.verdict, 'not judged');
    stalled.wrongReplies = 1;
    assert.equal(judged(stalled, SHORT)[0]!.verdict, 'broken');
  });
});

describe('the pace of all replies', () => {
  const verdicts = (samples: ModelSamples) => paceEstimates([samples]).map(({ verdict }) => verdict);

  test('is right through stalls of every second token', () => {
    for (const stalled of [0, 0.1, 0.5]) assert.deepEqual(verdicts(replies(1_200, { stalled })), ['holds', 'holds']);
  });

  test('is seen to be 3 % off through stalls of every second token', () => {
    for (const pace of [0.97, 1.03]) {
      for (const stalled of [0, 0.1, 0.5]) {
        const [ofReplies, ofTtft] = paceEstimates([replies(1_200, { stalled, pace })]);
        assert.equal(ofReplies!.verdict, 'broken', JSON.stringify(ofReplies));
        assert.notEqual(ofTtft!.verdict, 'holds', JSON.stringify(ofTtft));
      }
    }
  });
});
