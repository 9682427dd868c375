/** Every keyword of JSON Schema, alone and in company: whatever a validator checks, holds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { FORMATS, KEYWORD_SCHEMAS } from './keyword-schemas.js';
import { referenceValidator } from './reference-validator.js';
import { satisfiableSchema } from './schema-arbitrary.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const documents = new JsonDocuments();
const write = (schema: unknown, seed: number): string => documents.write(schema, seededRandom(seed, KEY, 0));

function assertAllValidate(schema: object, seeds: number): void {
  const errorsIn = referenceValidator(schema);
  for (let seed = 0; seed < seeds; seed++) {
    const text = write(schema, seed);
    assert.deepEqual(errorsIn(JSON.parse(text)), [], `seed ${seed}: ${text.slice(0, 500)}`);
  }
}

describe('keywords', () => {
  for (const [name, schema] of Object.entries(KEYWORD_SCHEMAS)) test(name, () => assertAllValidate(schema, 50));

  for (const format of FORMATS) {
    test(`format ${format} in a text of at most 12 characters, if there is one`, () => {
      const maxLength = { uuid: 36, 'date-time': 20, 'iso-date-time': 20, ipv4: 15 }[format as string] ?? 12;
      assertAllValidate({ type: 'string', format, maxLength }, 50);
    });
  }
});

test('any schema that can be satisfied', () => {
  fc.assert(
    fc.property(satisfiableSchema, (schema) => assertAllValidate(schema, 3)),
    { numRuns: 300 },
  );
});
