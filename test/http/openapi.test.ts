/** /openapi.json: valid OpenAPI, and the whole surface. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type Simulator, startSimulator } from '../../src/index.js';
import { endpoints } from '../../src/providers/registry.js';
import { operations } from '../../src/server/handlers/operations.js';

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
}

describe('the OpenAPI document', () => {
  let simulator: Simulator;
  let document: Document;
  before(async () => {
    simulator = await startSimulator({ config: { simulation: { time_scale: 0 } } });
    const response = await fetch(`${simulator.url}/openapi.json`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    document = (await response.json()) as Document;
  });
  after(() => simulator.stop());

  test('is valid, every reference included', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...structuredClone(document) });
    assert.ok(valid, JSON.stringify(errors)?.slice(0, 2_000));
    const known = new Set(pointersOf(document));
    for (const reference of referencesIn(document)) assert.ok(known.has(reference), reference);
  });

  test('names every route of every provider, and every operation', () => {
    for (const { endpoint } of endpoints) {
      for (const path of endpoint.paths) {
        const verb = endpoint.verb === undefined ? '' : `:${endpoint.verb}`;
        const key = path.replace(/:(\w+)/g, '{$1}') + verb;
        assert.ok(document.paths[key]?.[endpoint.method.toLowerCase()], `${endpoint.method} ${key}`);
      }
    }
    for (const path of Object.keys(operations)) assert.ok(document.paths[path]?.get, path);
  });

  test('calls every operation by a name of its own', () => {
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    assert.equal(new Set(names).size, names.length);
  });

  test('has an answer for every operation that it names', async () => {
    for (const path of Object.keys(operations)) {
      const response = await fetch(simulator.url + path);
      await response.arrayBuffer();
      assert.equal(response.status, 200, path);
    }
  });
});

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* referencesIn(inner);
  }
}

/** Components are all that is ever referred to. */
function pointersOf(document: Document): string[] {
  const { components } = document as unknown as { components: { [kind: string]: object } };
  return Object.entries(components).flatMap(([kind, named]) =>
    Object.keys(named).map((name) => `#/components/${kind}/${name}`),
  );
}
