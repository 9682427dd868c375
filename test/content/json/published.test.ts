/** Documents of the schemas that providers publish, whose definitions refer to each other, nest and form unions as few clients' do. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { JsonDocuments } from '../../../src/content/json/json-documents.js';
import { seededRandom } from '../../../src/engine/rng.js';
import { referenceValidator } from './reference-validator.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const PREFIX = '#/$defs/';
/** Compiling a plain validator for each of 800 definitions would take a quarter of a minute. */
const EVERY = 20;

type Definitions = { readonly [name: string]: unknown };

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === '$ref' && typeof entry === 'string' ? [entry.slice(PREFIX.length)] : referencesOf(entry),
  );
}

/** The definition with all that it refers to, as a schema of its own. */
function schemaOf(name: string, definitions: Definitions): object {
  const needed = new Set([name]);
  for (const each of needed) for (const other of referencesOf(definitions[each])) needed.add(other);
  return { $ref: `${PREFIX}${name}`, $defs: Object.fromEntries([...needed].map((each) => [each, definitions[each]])) };
}

describe('documents of published schemas validate', () => {
  for (const provider of ['openai', 'anthropic', 'gemini']) {
    test(provider, () => {
      const url = new URL(`../../schemas/${provider}.json`, import.meta.url);
      const definitions: Definitions = JSON.parse(readFileSync(url, 'utf8')).$defs;
      const names = Object.keys(definitions).filter((_, index) => index % EVERY === 0);
      assert.ok(names.length > 5);
      const documents = new JsonDocuments();
      for (const name of names) {
        const schema = schemaOf(name, definitions);
        const errorsIn = referenceValidator(schema);
        for (const seed of [1, 2, 3]) {
          const text = documents.write(schema, seededRandom(seed, KEY, 0));
          assert.deepEqual(errorsIn(JSON.parse(text)), [], `${name}: ${text.slice(0, 500)}`);
        }
      }
    });
  }
});
