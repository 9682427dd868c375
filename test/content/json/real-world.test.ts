/** Documents from schemas as clients send them: each validates, reads plausibly, and depends on nothing but schema and seed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { schemaProblem } from '../../../src/content/json/schema-problem.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { REAL_WORLD } from './real-world-schemas.js';
import { referenceValidator } from './reference-validator.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);
const write = (schema: unknown, seed: number, documents = new JsonDocuments()): string =>
  documents.write(schema, seededRandom(seed, KEY, 0));

describe('documents of real-world schemas', () => {
  for (const [name, schema] of Object.entries(REAL_WORLD)) {
    test(`${name}: every document validates`, () => {
      const errorsIn = referenceValidator(schema);
      const documents = new JsonDocuments();
      const texts = SEEDS.map((seed) => write(schema, seed, documents));
      for (const text of texts) assert.deepEqual(errorsIn(JSON.parse(text)), [], text);
      assert.ok(new Set(texts).size > 1, 'seeds make a difference');
      assert.equal(schemaProblem(schema), undefined);
    });

    test(`${name}: the same seed gives the same text, whatever was written before`, () => {
      const used = new JsonDocuments();
      for (const seed of SEEDS) write(schema, seed + 1_000, used);
      for (const seed of SEEDS.slice(0, 5)) assert.equal(write(schema, seed, used), write(schema, seed));
    });
  }
});
