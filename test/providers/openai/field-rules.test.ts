import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../../../src/providers/contract.js';
import {
  aBoolean,
  anArray,
  anObject,
  anything,
  arrayOf,
  aString,
  checkFields,
  decimal,
  type FieldRule,
  integer,
  objectOf,
  oneOf,
  stringOf,
} from '../../../src/providers/openai/field-rules.js';

/** The error's fields, or undefined when the rule is content. */
function errorOf(check: () => void): { code: string | null; param: string | null; message: string } | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.reply.status, 400);
    return JSON.parse(error.reply.body).error;
  }
}

const accepts = (rule: FieldRule, value: unknown) => errorOf(() => rule(value, 'field')) === undefined;

describe('field rules', () => {
  test('accept exactly the values of their type', () => {
    const rules: readonly (readonly [FieldRule, (value: unknown) => boolean])[] = [
      [aString, (value) => typeof value === 'string'],
      [aBoolean, (value) => typeof value === 'boolean'],
      [anArray, Array.isArray],
      [anObject, (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
      [integer(Number.NEGATIVE_INFINITY), Number.isInteger],
      [decimal(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), (value) => typeof value === 'number'],
      [anything, () => true],
    ];
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        for (const [rule, isOfType] of rules) assert.equal(accepts(rule, value), isOfType(value));
      }),
      { seed: 1 },
    );
  });

  test('keep both bounds of a range, inclusively', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.nat(1_000),
        fc.integer({ min: -2_000, max: 2_000 }),
        (from, width, offset) => {
          const to = from + width;
          const value = from + offset;
          const inside = value >= from && value <= to;
          assert.equal(accepts(integer(from, to), value), inside);
          assert.equal(accepts(decimal(from, to), value), inside);
        },
      ),
      { seed: 1 },
    );
  });

  test('name the choices of an enumeration as a sentence', () => {
    assert.equal(
      errorOf(() => oneOf('low', 'high')('mid', 'effort'))?.message,
      "Invalid value: 'mid'. Supported values are: 'low' and 'high'.",
    );
    assert.equal(
      errorOf(() => oneOf('a', 'b', 'c')('d', 'x'))?.message,
      "Invalid value: 'd'. Supported values are: 'a', 'b', and 'c'.",
    );
    assert.equal(errorOf(() => oneOf('a')('b', 'x'))?.message, "Invalid value: 'b'. Supported values are: 'a'.");
  });
});

describe('rules with limits', () => {
  const code = (check: () => void) => errorOf(check)?.code;

  test('keep a string’s length and pattern', () => {
    const rule = stringOf({ minLength: 1, maxLength: 3, pattern: /^[a-z]+$/ });
    for (const value of ['a', 'abc']) assert.ok(accepts(rule, value));
    assert.equal(
      code(() => rule('', 'x')),
      'empty_string',
    );
    assert.equal(
      code(() => rule('abcd', 'x')),
      'string_above_max_length',
    );
    assert.equal(
      code(() => rule('a1', 'x')),
      'invalid_value',
    );
    assert.equal(
      code(() => rule(1, 'x')),
      'invalid_type',
    );
  });

  test('keep an array’s length and check each item under its index', () => {
    const rule = arrayOf(aString, 1, 2);
    assert.ok(accepts(rule, ['a', 'b']));
    assert.equal(
      code(() => rule([], 'x')),
      'empty_array',
    );
    assert.equal(
      code(() => rule(['a', 'b', 'c'], 'x')),
      'array_above_max_length',
    );
    assert.equal(errorOf(() => rule(['a', null], 'x'))?.param, 'x[1]');
  });

  test('take an object’s own fields alone, and those that are required', () => {
    const rule = objectOf({ a: aString, b: integer(0) }, ['a']);
    for (const value of [{ a: 'x' }, { a: 'x', b: 1 }, { a: 'x', b: null }]) assert.ok(accepts(rule, value));
    assert.deepEqual(
      errorOf(() => rule({ b: 1 }, 'x')),
      {
        message: "Missing required parameter: 'x.a'.",
        type: 'invalid_request_error',
        param: 'x.a',
        code: 'missing_required_parameter',
      },
    );
    for (const field of ['c', '__proto__', 'constructor']) {
      const value = JSON.parse(`{"a": "x", ${JSON.stringify(field)}: {}}`);
      assert.equal(errorOf(() => rule(value, 'x'))?.message, `Unknown parameter: 'x.${field}'.`);
    }
  });

  test('repeat no more of a client’s text than needed', () => {
    const long = 'x'.repeat(1_000_000);
    for (const check of [
      () => oneOf('a')(long, 'x'),
      () => objectOf({})({ [long]: 1 }, 'x'),
      () => checkFields({ [long]: 1 }, {}),
      () => integer(0)('a', long),
    ]) {
      assert.ok(JSON.stringify(errorOf(check)).length < 6_000);
    }
  });
});

describe('checkFields', () => {
  const rules = { name: aString, count: integer(0) };

  test('skips fields that are absent, undefined or null', () => {
    for (const object of [{}, { name: null }, { name: undefined, count: 3 }]) {
      assert.equal(
        errorOf(() => checkFields(object, rules)),
        undefined,
      );
    }
  });

  test('reports an unknown field before any value, also one that every object inherits', () => {
    for (const field of ['nme', '__proto__', 'constructor', 'toString', '']) {
      const object = JSON.parse(`{"count": "wrong", ${JSON.stringify(field)}: 1}`);
      assert.deepEqual(
        errorOf(() => checkFields(object, rules)),
        {
          message: `Unrecognized request argument supplied: ${field}`,
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      );
    }
  });

  test('names all unknown fields in one sentence', () => {
    const message = errorOf(() => checkFields({ x: 1, name: 'a', y: 2 }, rules))?.message;
    assert.equal(message, 'Unrecognized request arguments supplied: x, y');
  });

  test('reports the first wrong field in the order of the rules', () => {
    assert.equal(errorOf(() => checkFields({ count: -1, name: 5 }, rules))?.param, 'name');
  });
});
