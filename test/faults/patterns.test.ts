/** What each pattern promises of the requests that it hits: measured over 100,000 requests, and as properties of any parameters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { RuleDraws } from '../../src/faults/draws.js';
import type { FaultMoment } from '../../src/faults/patterns/contract.js';
import {
  createPattern,
  type PatternParameters,
  patternProblems,
  patternSchema,
  patterns,
  patternUnit,
} from '../../src/faults/patterns/registry.js';

const REQUESTS = 100_000;
/** Of the standard normal distribution, two-sided. */
const Z_999 = 3.290_527;
const SEED = 12_345;
const one = { high: 0, low: 0 };

function moment(number: number, atUs = 0): FaultMoment {
  return { number, atUs, sequence: one };
}

/** Which of the requests are hit: the pattern's share against each request's own chance, as a rule does it. */
function hits(parameters: PatternParameters, requests = REQUESTS, atUs = (_: number) => 0): boolean[] {
  const draws = new RuleDraws(SEED, 'measured');
  const pattern = createPattern(parameters, draws);
  return Array.from({ length: requests }, (_, index) => {
    const share = pattern.shareAt(moment(index + 1, atUs(index)));
    return draws.ofRequest(Uint32Array.of(index, 0, 0, 0)) < share;
  });
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

/** The lengths of the runs that begin and end within the requests. */
function runLengths(flags: readonly boolean[]): number[] {
  const lengths: number[] = [];
  let start = -1;
  for (let index = 1; index < flags.length; index++) {
    if (flags[index] && !flags[index - 1]) start = index;
    else if (!flags[index] && flags[index - 1] && start >= 0) lengths.push(index - start);
  }
  return lengths;
}

for (const { rate, mean_length } of [
  { rate: 0.05, mean_length: 20 },
  { rate: 0.5, mean_length: 3 },
  { rate: 0.001, mean_length: 2 },
  { rate: 0.3, mean_length: 1 },
  { rate: 0.6, mean_length: 1.6 },
  { rate: 0.02, mean_length: 200 },
]) {
  test(`burst hits a share of ${rate} in runs of ${mean_length}`, () => {
    const flags = hits({ kind: 'burst', rate, mean_length });
    // Neighbours correlate by lambda, which widens the interval of the mean by (1 + lambda) / (1 - lambda).
    const lambda = 1 - 1 / mean_length - rate / (1 - rate) / mean_length;
    const variance = (rate * (1 - rate) * (1 + lambda)) / (1 - lambda) / REQUESTS;
    assert.ok(Math.abs(share(flags) - rate) <= Z_999 * Math.sqrt(variance), `${share(flags)} of ${rate}`);

    const lengths = runLengths(flags);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    // A geometric distribution with that mean.
    const deviation = Math.sqrt(mean_length * (mean_length - 1) * (1 / lengths.length));
    assert.ok(Math.abs(mean - mean_length) <= Z_999 * deviation + 1e-9, `${mean} of ${mean_length}`);
  });
}

test('burst gives the state of a chain that is walked step by step from any point far enough back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 50 }),
      fc.double({ min: 0.01, max: 0.6, noNaN: true }),
      fc.double({ min: 1.5, max: 50, noNaN: true }),
      fc.nat(),
      (number, rate, mean_length, seed) => {
        const draws = new RuleDraws(seed, 'walked');
        const pattern = createPattern({ kind: 'burst', rate, mean_length }, draws);
        const badFromGood = rate / (1 - rate) / mean_length;
        let bad = seed % 2 === 0;
        for (let step = number - 5_000; step <= number; step++) {
          bad = draws.ofStep(one, step) < (bad ? 1 - 1 / mean_length : badFromGood);
        }
        assert.equal(pattern.shareAt(moment(number)), bad ? 1 : 0);
      },
    ),
    { numRuns: 100 },
  );
});

test('burst hits as many of the requests of many short sequences as of one long one', () => {
  const rate = 0.1;
  const pattern = createPattern({ kind: 'burst', rate, mean_length: 50 }, new RuleDraws(SEED, 'measured'));
  let hit = 0;
  for (let index = 0; index < REQUESTS; index++) {
    hit += pattern.shareAt({ number: 1, atUs: 0, sequence: { high: index * 2_654_435_761, low: index } });
  }
  const deviation = Math.sqrt((rate * (1 - rate)) / REQUESTS);
  assert.ok(Math.abs(hit / REQUESTS - rate) <= Z_999 * deviation, String(hit / REQUESTS));
});

test('every_nth hits exactly one request in n', () => {
  for (const [n, offset] of [
    [1, 0],
    [7, 0],
    [10, 3],
    [100_000, 0],
  ] as const) {
    const numbers = hits({ kind: 'every_nth', n, offset }).flatMap((hit, index) => (hit ? [index + 1] : []));
    assert.equal(numbers.length, Math.floor((REQUESTS - offset) / n) + (offset > 0 ? 1 : 0));
    assert.ok(numbers.every((number) => number % n === offset));
  }
});

test('first hits the requests 1 to count', () => {
  const flags = hits({ kind: 'first', count: 250 });
  assert.equal(flags.lastIndexOf(true), 249);
  assert.equal(flags.filter(Boolean).length, 250);
  const numberedFromZero = createPattern({ kind: 'first', count: 2 }, new RuleDraws(SEED, 'zero'));
  assert.equal(numberedFromZero.shareAt(moment(0)), 0);
});

test('window hits all requests from one point to another, by number or by time', () => {
  const byNumber = hits({ kind: 'window', from: 1_001, until: 3_001 });
  assert.deepEqual(
    [byNumber.indexOf(true), byNumber.lastIndexOf(true), byNumber.filter(Boolean).length],
    [1_000, 2_999, 2_000],
  );
  const everyMs = (index: number) => index * 1_000;
  const byTime = hits({ kind: 'window', from: 1.5, until: 3.25, unit: 'seconds' }, REQUESTS, everyMs);
  assert.deepEqual([byTime.indexOf(true), byTime.lastIndexOf(true)], [1_500, 3_249]);
  assert.equal(share(hits({ kind: 'window' })), 1);
});

test('ramp hits a share that grows evenly and keeps its ends', () => {
  const [low, high] = [0.1, 0.7];
  const flags = hits({ kind: 'ramp', from_probability: low, to_probability: high, from: 0, until: 50_000 });
  const within = (part: readonly boolean[], expected: number, variance: number) => {
    const measured = share(part);
    assert.ok(Math.abs(measured - expected) <= Z_999 * Math.sqrt(variance / part.length), `${measured} of ${expected}`);
  };
  // The mean of p (1 - p) over the ramp.
  within(flags.slice(0, 50_000), 0.4, 0.4 - (high ** 3 - low ** 3) / 3 / (high - low));
  within(flags.slice(50_000), 0.7, 0.21);
  const fallen = hits({ kind: 'ramp', from_probability: 1, to_probability: 0, until: 10, unit: 'seconds' });
  assert.equal(share(fallen), 1);
});

test('a probability hits its share of requests with any identities', () => {
  const draws = new RuleDraws(SEED, 'share');
  for (const rate of [0.001, 0.02, 0.5, 0.999]) {
    let hit = 0;
    for (let index = 0; index < REQUESTS; index++) {
      if (draws.ofRequest(Uint32Array.of(1, 2, index, 3)) < rate) hit++;
    }
    const deviation = Math.sqrt((rate * (1 - rate)) / REQUESTS);
    assert.ok(Math.abs(hit / REQUESTS - rate) <= Z_999 * deviation, `${hit} of ${rate}`);
  }
});

test('rules with different names, and seeds, have chances of their own', () => {
  const chances = ['a', 'b'].flatMap((name) =>
    [1, 2].map((seed) => {
      const draws = new RuleDraws(seed, name);
      return Array.from({ length: 10_000 }, (_, index) => draws.ofRequest(Uint32Array.of(index, 0, 0, 0)) - 0.5);
    }),
  );
  for (const [index, left] of chances.entries()) {
    for (const right of chances.slice(index + 1)) {
      const correlation = left.reduce((sum, value, at) => sum + value * right[at]!, 0) / 10_000 / (1 / 12);
      assert.ok(Math.abs(correlation) < Z_999 / 100, String(correlation));
    }
  }
});

const anyPattern: fc.Arbitrary<PatternParameters> = fc.oneof(
  fc.record({
    kind: fc.constant('burst' as const),
    rate: fc.double({ min: 0.000_001, max: 0.999, noNaN: true }),
    mean_length: fc.double({ min: 1, max: 1_000, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('every_nth' as const), n: fc.integer({ min: 1, max: 1e9 }), offset: fc.nat(1e9) }),
  fc.record({ kind: fc.constant('first' as const), count: fc.integer({ min: 1, max: 1e9 }) }),
  fc.record(
    {
      kind: fc.constant('window' as const),
      from: fc.double({ min: 0, max: 31_536_000, noNaN: true }),
      until: fc.double({ min: 0, max: 31_536_000, noNaN: true }),
      unit: fc.constantFrom('requests' as const, 'seconds' as const),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    {
      kind: fc.constant('ramp' as const),
      from_probability: fc.double({ min: 0, max: 1, noNaN: true }),
      to_probability: fc.double({ min: 0, max: 1, noNaN: true }),
      from: fc.double({ min: 0, max: 31_536_000, noNaN: true }),
      until: fc.double({ min: 0, max: 31_536_000, noNaN: true }),
      unit: fc.constantFrom('requests' as const, 'seconds' as const),
    },
    { requiredKeys: ['kind', 'until'] },
  ),
);

const validate = new Ajv({ strict: false, discriminator: true }).compile(patternSchema);

test('a sound pattern gives every request a share from 0 to 1, the same whenever it is asked', () => {
  fc.assert(
    fc.property(
      anyPattern,
      fc.array(fc.record({ number: fc.nat(Number.MAX_SAFE_INTEGER), atUs: fc.nat(2 ** 45) }), { maxLength: 20 }),
      (parameters, places) => {
        assert.ok(validate(parameters), JSON.stringify(validate.errors));
        fc.pre(patternProblems(parameters).length === 0);
        const pattern = createPattern(parameters, new RuleDraws(1, 'any'));
        const shares = places.map((place) => pattern.shareAt({ ...place, sequence: one }));
        assert.ok(shares.every((value) => value >= 0 && value <= 1));
        const again = createPattern(parameters, new RuleDraws(1, 'any'));
        const backwards = places.toReversed().map((place) => again.shareAt({ ...place, sequence: one }));
        assert.deepEqual(backwards.reverse(), shares);
        if (patternUnit(parameters) === 'seconds') return;
        assert.deepEqual(
          places.map((place) => pattern.shareAt({ ...place, atUs: 7, sequence: one })),
          shares,
        );
      },
    ),
  );
});

test('what no schema can say is found', () => {
  const found = (parameters: PatternParameters) => patternProblems(parameters).map(({ path }) => path.join('.'));
  assert.deepEqual(found({ kind: 'burst', rate: 0.6, mean_length: 1.4 }), ['rate']);
  assert.deepEqual(found({ kind: 'burst', rate: 0.5, mean_length: 1 }), []);
  assert.deepEqual(found({ kind: 'every_nth', n: 3, offset: 3 }), ['offset']);
  assert.deepEqual(found({ kind: 'window', from: 5, until: 5 }), ['until']);
  assert.deepEqual(found({ kind: 'ramp', from: 5, until: 4 }), ['until']);
});

test("every pattern's examples are accepted, and its defaults stand in its schema's range", () => {
  for (const { name, schema } of patterns) {
    assert.ok(schema.examples.length > 0, name);
    for (const example of schema.examples) {
      assert.ok(validate(example), `${name}: ${JSON.stringify(validate.errors)}`);
      assert.deepEqual(patternProblems(example as PatternParameters), []);
    }
  }
});
