import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hashValue, hexOf } from '../../src/kernel/content-hash.js';

const hex = (value: unknown, skip?: ReadonlySet<string>): string => hexOf(hashValue(value, skip));
const hexOfJson = (json: string): string => hex(JSON.parse(json));

describe('hashValue', () => {
  test('is a fixed function: these hashes never change, or every deterministic answer would', () => {
    assert.equal(hexOfJson('null'), 'cf0f20ca519c70b1519c70b1519c70b1');
    assert.equal(
      hexOfJson('{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"n":1}'),
      '2234339cd7a87d68da8d5f78d4bd9eb2',
    );
  });

  test('does not depend on whitespace or on how a number, a string or -0 is spelled', () => {
    assert.equal(hexOfJson('{ "a" : [ 1.0, -0, "\\u0041" ] }'), hexOfJson('{"a":[1,0,"A"]}'));
    assert.equal(hexOfJson('1e2'), hexOfJson('100'));
  });

  test('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.infiniteStream(fc.nat()), (value, order) => {
        assert.equal(hex(value), hex(shuffleKeys(value, order)));
      }),
    );
  });

  test('is equal for equal JSON only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        assert.equal(hex(one) === hex(other), sortedJson(one) === sortedJson(other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('tells types, emptiness, absence and nesting apart', () => {
    const values = [
      null,
      true,
      false,
      0,
      1,
      '',
      '0',
      '1',
      'true',
      'null',
      [],
      {},
      [[]],
      [{}],
      [null],
      [0],
      [''],
      ['', ''],
      [[], []],
      { a: null },
      { a: {} },
      { a: [] },
      { a: '' },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      { a: { b: 1 } },
      { b: { a: 1 } },
      ['a', 1],
      [['a', 1]],
      'ab',
      ['a', 'b'],
      ['ab'],
      ['b', 'a'],
      'a\u0000',
      'a',
      '\u0000a',
      '\ud800',
      '\ufffd',
      [1, 2],
      [2, 1],
      [[1], 2],
      [1, [2]],
      { '': '' },
      { a: 'b' },
      { b: 'a' },
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      Number.POSITIVE_INFINITY,
      { a: [1] },
      { a: 1 },
      { a: { a: 1 } },
      JSON.parse('{"__proto__":1}'),
      JSON.parse('{"__proto__":2}'),
    ];
    assert.equal(new Set(values.map((value) => hex(value))).size, values.length);
  });

  test('entries with the same values under other keys do not cancel out', () => {
    assert.notEqual(hex({ a: 1, b: 1 }), hex({ a: 1, c: 1 }));
    assert.notEqual(hex([{ a: 1 }, { a: 1 }]), hex([{ a: 2 }, { a: 2 }]));
  });

  test('skips keys of the outermost object only', () => {
    const skip = new Set(['user', 'metadata']);
    assert.equal(hex({ user: 'x', a: { user: 1 } }, skip), hex({ metadata: [], a: { user: 1 } }, skip));
    assert.equal(hex({ user: 'x', a: 1 }, skip), hex({ a: 1 }));
    assert.notEqual(hex({ a: { user: 1 } }, skip), hex({ a: { user: 2 } }, skip));
    assert.notEqual(hex([{ user: 1 }], skip), hex([{ user: 2 }], skip));
  });

  test('takes a million levels of nesting, and tells the innermost value', () => {
    const nested = (inner: string): unknown => JSON.parse('[{"a":'.repeat(500_000) + inner + '}]'.repeat(500_000));
    assert.notEqual(hex(nested('1')), hex(nested('2')));
  });

  test('refuses what JSON cannot hold', () => {
    for (const value of [undefined, 1n, () => 1, Symbol('s')]) {
      assert.throws(() => hashValue({ a: value }), TypeError);
    }
  });

  test('writes into the array it is given', () => {
    const into = new Uint32Array(4);
    assert.equal(hashValue({ a: [1, { b: 'c' }] }, undefined, into), into);
    assert.deepEqual(into, hashValue({ a: [1, { b: 'c' }] }));
  });

  test('has no collision, not even in 64 of its bits, among 100,000 small documents', () => {
    const left = new Set<string>();
    const right = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      const document = { model: `m${i % 7}`, n: i, messages: [{ content: `request ${i >> 3}` }], flag: i % 2 === 0 };
      const hash = hex(document);
      left.add(hash.slice(0, 16));
      right.add(hash.slice(16));
    }
    assert.equal(left.size, 100_000);
    assert.equal(right.size, 100_000);
  });

  test('flips each output bit for about half of all small changes (2,000 changes, 5 standard errors)', () => {
    const flips = new Float64Array(128);
    const documents = 2_000;
    for (let i = 0; i < documents; i++) {
      const content = `question ${i}`;
      const one = hashValue({ seed: i, messages: [{ role: 'user', content }] });
      const other = hashValue({ seed: i, messages: [{ role: 'user', content: `${content}?` }] });
      for (let bit = 0; bit < 128; bit++) flips[bit] += ((one[bit >> 5] ^ other[bit >> 5]) >>> (bit & 31)) & 1;
    }
    const limit = 5 * Math.sqrt(documents / 4);
    for (const [bit, count] of flips.entries()) {
      assert.ok(Math.abs(count - documents / 2) < limit, `bit ${bit} flipped in ${count} of ${documents}`);
    }
  });
});

function shuffleKeys(value: unknown, order: fc.Stream<number>): unknown {
  if (Array.isArray(value)) return value.map((element) => shuffleKeys(element, order));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({ key, inner, rank: order.next().value as number }));
  entries.sort((a, b) => a.rank - b.rank);
  return fromEntries(entries.map(({ key, inner }) => [key, shuffleKeys(inner, order)]));
}

/** JSON with sorted keys: the canonical form that the hash stands for. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function fromEntries(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}
