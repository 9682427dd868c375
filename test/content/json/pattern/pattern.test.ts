/** Expressions from clients: matched as JavaScript's own engine would, written so that they match, and bounded where it is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Draws } from '../../../../src/content/json/draws.js';
import { isExpression, Pattern } from '../../../../src/content/json/pattern/pattern.js';
import { PatternBook } from '../../../../src/content/json/pattern/pattern-book.js';
import { seededRandom } from '../../../../src/engine/rng.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const drawsOf = (seed: number): Draws => new Draws(seededRandom(seed, KEY, 0));
const ALLOWANCE = 200_000;
const matches = (source: string, text: string): boolean | undefined =>
  new Pattern(source).test(text, { steps: ALLOWANCE });
const sample = (source: string, seed: number, shortest = 0, longest = 1_000): string | undefined =>
  new PatternBook().sample(source, drawsOf(seed), shortest, longest, []);

/** V8 looks for \b and \B between the halves of a surrogate pair as well, where the standard has no place to look. */
const splitsSurrogates = (expression: string, text: string): boolean =>
  /\\b/i.test(expression) && /[\u{10000}-\u{10ffff}]/u.test(text);

/** Sources over a small alphabet, so that random texts match them often enough. */
const source: fc.Arbitrary<string> = fc.letrec<{ choice: string; sequence: string; quantified: string; atom: string }>(
  (tie) => ({
    choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
    sequence: fc.array(tie('quantified'), { maxLength: 4 }).map((parts) => parts.join('')),
    quantified: fc.oneof(
      tie('atom'),
      fc.constantFrom('^', '$', '\\b', '\\B'),
      fc
        .tuple(tie('atom'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '{2,3}', '*?', '+?', '{0}'))
        .map(([atom, quantifier]) => atom + quantifier),
      fc.tuple(fc.constantFrom('(?=', '(?!', '(?<=', '(?<!'), tie('choice')).map(([start, body]) => `${start}${body})`),
    ),
    atom: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        'a',
        'b',
        '-',
        '.',
        '\\d',
        '\\w',
        '\\s',
        '[ab]',
        '[^a]',
        '[a-b\\d-]',
        '\\u0061',
        '\\x62',
        '\\p{L}',
        '\\.',
        'é',
        '😀',
      ),
      fc.tuple(fc.constantFrom('(', '(?:', '(?<name>'), tie('choice')).map(([start, body]) => `${start}${body})`),
    ),
  }),
).choice;
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '.', ' ', 'é', '😀', '\n'), maxLength: 8 });

describe('matching', () => {
  test('agrees with the engine on any expression and text', () => {
    let matching = 0;
    fc.assert(
      fc.property(source, text, (expression, candidate) => {
        fc.pre(isValid(expression) && !splitsSurrogates(expression, candidate));
        const expected = new RegExp(expression, 'u').test(candidate);
        if (expected) matching++;
        assert.equal(matches(expression, candidate), expected);
      }),
      { numRuns: 3_000, seed: 1, endOnFailure: true },
    );
    assert.ok(matching > 200, `${matching} matches`);
  });

  const BEYOND_BOUNDS = [
    '(a)\\1',
    '(?<x>a)\\k<x>',
    `${'('.repeat(60)}a${')'.repeat(60)}`,
    'a'.repeat(2_001),
    '(a{100}){200}',
    'a{1000000000}',
    '[',
  ];
  for (const expression of BEYOND_BOUNDS) {
    test(`${expression.slice(0, 20)} cannot be told`, () => assert.equal(matches(expression, 'a'), undefined));
  }

  const CATASTROPHIC = [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '^(a*)*b$',
    '^(.*a){12}$',
    '(x+x+)+y',
    '^((a+)|b)*c$',
    '^(?=(a+)+$)(a|b)*c',
  ];
  for (const expression of CATASTROPHIC) {
    test(`${expression} takes a bounded number of steps`, () => {
      const allowance = { steps: ALLOWANCE };
      assert.equal(new Pattern(expression).test(`${'a'.repeat(500)}!`, allowance), false);
      assert.ok(allowance.steps > 0, `${ALLOWANCE - allowance.steps} steps`);
    });
  }

  test('stops when the steps are used up, and then does not know', () => {
    const allowance = { steps: 1_000 };
    assert.equal(new Pattern('(?=.*x)a').test('a'.repeat(200), allowance), undefined);
    assert.ok(allowance.steps >= -1);
  });
});

describe('writing', () => {
  const EXPRESSIONS = [
    '^[A-Z]{3}-\\d{4}$',
    '^\\d{5}(-\\d{4})?$',
    '^(?:foo|bar)+\\.(json|ya?ml)$',
    '^\\+?[1-9]\\d{1,14}$',
    '^[a-z0-9]+(?:-[a-z0-9]+)*$',
    '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$',
    '^(?=.*[A-Z])(?=.*\\d)(?=.*[^\\w]).{8,}$',
    '^\\p{Lu}\\p{Ll}+$',
    '^[\\u4e00-\\u9fa5]{2,4}$',
    '^\\p{Script=Greek}+$',
    '^#(?:[0-9a-f]{3}){1,2}$',
    '^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4})$',
    '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
    '^([01]\\d|2[0-3]):[0-5]\\d$',
    '^arn:aws:[a-z]+:[a-z0-9-]*:\\d{12}:.+$',
    '^v?\\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?$',
    '\\bword\\b',
    'needle',
    '',
    '^$',
    '^\\S(?:.*\\S)?$',
    '^[\\s\\S]{1,8192}$',
    '^[\\w.-]{1,64}$',
    '^(?P<year>\\d{4})\\Z',
    '^[\\w\\-\\_]+$',
    '^.{0,3}$',
  ];
  for (const expression of EXPRESSIONS) {
    test(`${expression || 'the empty expression'}: every text matches`, () => {
      for (let seed = 0; seed < 50; seed++) {
        const written = sample(expression, seed);
        assert.ok(written !== undefined);
        assert.equal(matches(expression, written), true, JSON.stringify(written));
      }
    });
  }

  test('any expression: nearly all that is written matches, for the engine as for the matcher', () => {
    const counts = { written: 0, matching: 0 };
    fc.assert(
      fc.property(source, fc.nat(), (expression, seed) => {
        fc.pre(isValid(expression));
        const written = sample(expression, seed);
        const verdict = written === undefined ? undefined : matches(expression, written);
        if (written === undefined || verdict === undefined || splitsSurrogates(expression, written)) return;
        assert.equal(verdict, new RegExp(expression, 'u').test(written), JSON.stringify(written));
        counts.written++;
        if (verdict) counts.matching++;
      }),
      { numRuns: 1_000, seed: 1, endOnFailure: true },
    );
    // Some of these expressions match no text at all, such as a(^).
    assert.ok(counts.written > 500, JSON.stringify(counts));
    assert.ok(counts.matching >= 0.97 * counts.written, JSON.stringify(counts));
  });

  const LENGTHS: [string, number, number][] = [
    ['^[a-z]+$', 20, 25],
    ['^[a-z]+$', 1, 1],
    ['^(ab|cde)*$', 7, 7],
    ['^[A-Z]{2}\\d*$', 30, 30],
    ['^\\w+@\\w+\\.com$', 40, 42],
    ['^(a{1,3}b?){2,5}$', 11, 12],
    ['^x{0,1000}$', 900, 950],
  ];
  for (const [expression, shortest, longest] of LENGTHS) {
    test(`${expression} from ${shortest} to ${longest} characters`, () => {
      for (let seed = 0; seed < 50; seed++) {
        const written = sample(expression, seed, shortest, longest);
        assert.ok(
          written !== undefined && written.length >= shortest && written.length <= longest,
          JSON.stringify(written),
        );
        assert.match(written, new RegExp(expression, 'u'));
      }
    });
  }

  const HOPELESS: [string, number, number][] = [
    ['a^', 0, 100],
    ['^[^\\s\\S]$', 0, 100],
    ['^abc$', 4, 100],
    ['^abcd$', 0, 3],
    ['(a{1000}){1000}', 0, 100],
    ['(?!)', 0, 100],
    ['a{1000000000}', 0, Number.POSITIVE_INFINITY],
    ['(?:){1000000000}', 0, 100],
    ['^[a-z]+$', 1_000_000, 2_000_000],
  ];
  for (const [expression, shortest, longest] of HOPELESS) {
    test(`${expression} from ${shortest} to ${longest} characters has no text`, () => {
      assert.equal(sample(expression, 1, shortest, longest), undefined);
    });
  }
});

test('all matches of a document share one allowance, and what it does not cover counts as a match', () => {
  const book = new PatternBook();
  const text = `${'a'.repeat(3_000)}!`;
  assert.equal(book.matches('^(a|b|ab)*$', text), false);
  for (let count = 0; count < 200; count++) book.matches('^(a|b|ab)*$', text);
  assert.equal(book.matches('^(a|b|ab)*$', text), true);
  book.reset();
  assert.equal(book.matches('^(a|b|ab)*$', text), false);
});

test('an expression is what JavaScript or Python accepts', () => {
  for (const valid of ['a', '^\\p{L}+$', '(?P<name>a)', 'a\\Z', '[\\w\\-.]', '\\_', '{'])
    assert.ok(isExpression(valid), valid);
  for (const invalid of ['[', '(', '*', 'a{2,1}', '(?P=x', '(?#']) assert.ok(!isExpression(invalid), invalid);
});

function isValid(expression: string): boolean {
  try {
    new RegExp(expression, 'u');
    return true;
  } catch {
    return false;
  }
}
