/** Documents read like what a model fills in, in the order of the schema, and never hang on clock or chance. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { KEYWORD_SCHEMAS } from './keyword-schemas.js';
import { REAL_WORLD } from './real-world-schemas.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const documents = new JsonDocuments();
const write = (schema: unknown, seed: number): string => documents.write(schema, seededRandom(seed, KEY, 0));
const parsed = (schema: unknown): { [name: string]: unknown }[] => SEEDS.map((seed) => JSON.parse(write(schema, seed)));
const valuesOf = (name: string, schema: object): unknown[] =>
  parsed({ type: 'object', properties: { [name]: schema }, required: [name] }).map((document) => document[name]);

describe('texts', () => {
  const EXPECTED: { readonly [name: string]: RegExp } = {
    email: /^[a-z-]+\d+@[a-z.]+$/,
    customer_email: /@/,
    firstName: /^[A-Z][a-z]+$/,
    name: /^[A-Z][a-z]+ [A-Z][a-z]+$/,
    city: /^[A-ZÎ][\p{L} ]+$/u,
    location: /^[A-Z][\p{L} ]+, /u,
    phone: /^\+1-555-\d{3}-\d{4}$/,
    start_date: /^202[4-6]-\d\d-\d\d$/,
    createdAt: /^202[4-6]-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    websiteUrl: /^https:\/\/example\.\w+|^https:\/\/mail\.example\.com/,
    description: /^[A-Z].* .* .*[.?]$/s,
    query: /^[a-z-]+ [a-z-]+ [a-z-]+$/,
    currency: /^[A-Z]{3}$/,
    anything: /^[a-z-]+ [a-z-]+$/,
    Größe: /^[a-z-]+ [a-z-]+$/,
  };
  for (const [name, expression] of Object.entries(EXPECTED)) {
    test(name, () => {
      const values = valuesOf(name, { type: 'string' });
      for (const value of values) assert.match(String(value), expression);
      assert.ok(new Set(values).size > 3, 'they differ');
    });
  }

  test('within their lengths they are still words', () => {
    for (const value of valuesOf('note', { type: 'string', minLength: 10, maxLength: 30 })) {
      assert.match(String(value), /^[A-Za-z][A-Za-z0-9, .;:'?\n-]*[a-z.?]$/);
    }
  });
});

describe('numbers', () => {
  const EXPECTED: { readonly [name: string]: [low: number, high: number] } = {
    age: [18, 75],
    max_results: [1, 100],
    year: [2018, 2026],
    latitude: [-60, 70],
    anything: [1, 100],
  };
  for (const [name, [low, high]] of Object.entries(EXPECTED)) {
    test(name, () => {
      for (const type of ['integer', 'number']) {
        for (const value of valuesOf(name, { type }))
          assert.ok(Number(value) >= low && Number(value) <= high, `${value}`);
      }
    });
  }

  test('a name gives way to bounds', () => {
    for (const value of valuesOf('age', { type: 'integer', minimum: 200, maximum: 210 }))
      assert.ok(Number(value) >= 200);
  });

  test('all of a range is used', () => {
    const values = valuesOf('anything', { type: 'integer', minimum: -2, maximum: 2 });
    assert.deepEqual([...new Set(values)].sort(), [-1, -2, 0, 1, 2]);
    const fractions = valuesOf('ratio', { type: 'number', minimum: 0, maximum: 1 }).map(Number);
    assert.ok(Math.min(...fractions) < 0.1 && Math.max(...fractions) > 0.9);
  });
});

describe('choices', () => {
  test('properties come in the order of the schema', () => {
    const names = ['zeta', 'alpha', 'mid', 'beta'];
    const schema = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'integer' }])),
      required: ['beta', 'alpha'],
    };
    for (const document of parsed(schema)) {
      const present = Object.keys(document);
      assert.deepEqual(
        present,
        names.filter((name) => present.includes(name)),
      );
    }
  });

  test('optional properties are mostly there, null is seldom, lists are short', () => {
    const schema = {
      type: 'object',
      properties: {
        sure: { type: 'integer' },
        maybe: { type: 'integer' },
        text: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        list: { type: 'array', items: { type: 'boolean' } },
      },
      required: ['sure', 'text', 'list'],
    };
    const all = parsed(schema);
    const share = (holds: (document: { [name: string]: unknown }) => boolean): number =>
      all.filter(holds).length / all.length;
    const present = share((document) => 'maybe' in document);
    assert.ok(present > 0.55 && present < 0.85, `${present}`);
    const empty = share((document) => document.text === null);
    assert.ok(empty > 0.02 && empty < 0.3, `${empty}`);
    assert.deepEqual([...new Set(all.map((document) => (document.list as unknown[]).length))].sort(), [1, 2, 3]);
  });

  test('every value of an enum and every branch of a union comes up', () => {
    assert.deepEqual(new Set(valuesOf('unit', { enum: ['c', 'f', 'k'] })), new Set(['c', 'f', 'k']));
    const types = valuesOf('x', { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'boolean' }] }).map(
      (value) => typeof value,
    );
    assert.deepEqual(new Set(types), new Set(['string', 'number', 'boolean']));
  });

  test("the schema's examples and default are taken at times", () => {
    const values = valuesOf('x', { type: 'string', examples: ['Bogotá', 7], default: 'Lima' });
    const taken = values.filter((value) => value === 'Bogotá' || value === 'Lima').length;
    assert.ok(taken > 50 && taken < 150, `${taken}`);
  });

  test('a recursive schema stays small', () => {
    for (const seed of SEEDS) assert.ok(write(REAL_WORLD['a recursive user interface'], seed).length < 20_000);
  });

  test('the text is compact JSON', () => {
    for (const schema of Object.values(REAL_WORLD)) {
      const text = write(schema, 1);
      assert.equal(text, JSON.stringify(JSON.parse(text)));
    }
  });
});

test('neither clock nor chance, nor what was written before, has a say', (context) => {
  const schemas = Object.values({ ...REAL_WORLD, ...KEYWORD_SCHEMAS });
  const texts = schemas.map((schema) => write(schema, 7));
  const fail = (): never => assert.fail('asked for the time or for chance');
  context.mock.method(Math, 'random', fail);
  context.mock.method(Date, 'now', fail);
  context.mock.method(performance, 'now', fail);
  context.mock.timers.enable({ apis: ['Date'], now: 1 });
  const fresh = new JsonDocuments();
  const again = schemas.toReversed().map((schema) => fresh.write(schema, seededRandom(7, KEY, 0)));
  assert.deepEqual(again.reverse(), texts);
});

test('the order of properties counts, though the content is the same', () => {
  const schema = (names: string[]): object => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'integer' }])),
    required: names,
  });
  const shared = new JsonDocuments();
  for (const names of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const text = shared.write(schema(names), seededRandom(1, KEY, 0));
    assert.deepEqual(Object.keys(JSON.parse(text)), names);
  }
});
