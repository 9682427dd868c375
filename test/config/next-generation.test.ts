import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { changedPaths } from '../../src/config/configuration-changes.js';
import { type LoadRequest, loadConfiguration } from '../../src/config/loader.js';
import { nextGeneration, traceDigests } from '../../src/config/next-generation.js';
import { ConfigurationFailure, formatPath } from '../../src/config/problems.js';
import { configurationSchema } from '../../src/config/schema/configuration.js';
import { restartPaths } from '../../src/config/schema/marks.js';
import { createSnapshot, MODEL_NAMES_MAX } from '../../src/config/snapshot.js';
import { ownSnapshot, snapshotTexts, wholeSnapshot } from '../../src/config/snapshot-texts.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'next-'));
after(() => rmSync(folder, { recursive: true }));

type PlainObject = { [key: string]: unknown };

const requestOf = (object: object): LoadRequest => ({ object, environment: {} });
const snapshotOf = (request: LoadRequest) => createSnapshot(loadConfiguration(request), 1, 77);

/** What follows the configuration of the one request when the other is read. */
function next(from: LoadRequest, to: LoadRequest, more: { modelNames?: readonly string[]; transport?: string } = {}) {
  const snapshot = snapshotOf(from);
  const { own } = snapshotTexts({ ...snapshot, modelNames: more.modelNames ?? snapshot.modelNames });
  return nextGeneration({
    request: to,
    current: own,
    traces: traceDigests(snapshot),
    generation: 2,
    transport: more.transport ?? 'node',
    randomSeed: 77,
  });
}

function schemaAt(path: readonly string[]): JsonSchema {
  return path.reduce<JsonSchema>((schema, key) => schema.properties?.[key] as JsonSchema, configurationSchema);
}

/** A value that the schema accepts and that is not the given one. */
function otherValue(schema: JsonSchema, value: unknown): unknown {
  if (schema.enum !== undefined) return schema.enum.find((choice) => choice !== value);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value < (schema.maximum ?? Number.POSITIVE_INFINITY) ? value + 1 : value - 1;
  if (typeof value === 'object' && value !== null) {
    const [key, inner] = Object.entries(value).find(([, item]) => typeof item === 'number') as [string, unknown];
    return { [key]: otherValue(schema.properties?.[key] as JsonSchema, inner) };
  }
  return 'localhost';
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((node, key) => (node as PlainObject)[key], value);

/** Without them TLS cannot be asked for. */
const certificateFiles = (['cert', 'key'] as const).map((key) => {
  const file = join(packageRoot, `test/http/fixtures/tls/first.${key === 'cert' ? 'crt' : 'key'}`);
  return { path: ['server', 'tls', key], value: file, origin: 'a flag' };
});

describe('a key that needs a restart', () => {
  const withFiles = (object: object): LoadRequest => ({ ...requestOf(object), overrides: certificateFiles });
  const defaults = snapshotOf(requestOf({})).configuration;
  for (const path of restartPaths()) {
    test(`${path.join('.')} keeps its value and is named`, () => {
      const before = valueAt(defaults, path);
      const wanted = path.reduceRight<unknown>(
        (inner, key) => ({ [key]: inner }),
        otherValue(schemaAt(path), before),
      ) as object;
      const { changed, needsRestart, texts } = next(withFiles({}), withFiles(wanted));
      assert.deepEqual(needsRestart, [formatPath(path)]);
      assert.deepEqual(changed, []);
      assert.deepEqual(valueAt(ownSnapshot(texts).configuration, path), before);
    });
  }
});

describe('the next generation', () => {
  test('says what has changed, by the deepest key that both have', () => {
    const { changed } = next(
      requestOf({ providers: { 'gpt-4o': { output_tokens: 5 }, gone: { extends: 'gpt-4o' } } }),
      requestOf({
        providers: { 'gpt-4o': { output_tokens: 6 }, 'new-model': { extends: 'gpt-4o' } },
        server: { api_keys: ['sk-secret'] },
      }),
    );
    assert.deepEqual(changed.toSorted(), [
      'providers.gone',
      'providers.gpt-4o.output_tokens',
      'providers.new-model',
      'server.api_keys',
    ]);
  });

  test('says nothing has changed where nothing has', () => {
    assert.deepEqual(
      changedPaths(snapshotOf(requestOf({})).configuration, snapshotOf(requestOf({})).configuration),
      [],
    );
    assert.deepEqual(next(requestOf({}), requestOf({})).changed, []);
  });

  test('keeps the seed that was drawn, and takes one that is configured', () => {
    const drawn = { simulation: { seed: null } };
    assert.equal(ownSnapshot(next(requestOf(drawn), requestOf(drawn)).texts).seed, 77);
    assert.equal(ownSnapshot(next(requestOf(drawn), requestOf({ simulation: { seed: 5 } })).texts).seed, 5);
  });

  test('reads traces anew and says which hold other rows', () => {
    const file = join(folder, 'trace.csv');
    const request = requestOf({ providers: { traced: { extends: 'gpt-4o', trace: { file } } } });
    const row = (ttft: number) => `ttft_ms,itl_ms,output_tokens\n${ttft},10,20\n`;
    writeFileSync(file, row(100));
    assert.deepEqual(next(request, request).changed, []);
    const snapshot = snapshotOf(request);
    const digests = traceDigests(snapshot);
    writeFileSync(file, row(200));
    const { changed, texts, traces } = nextGeneration({
      request,
      current: snapshotTexts(snapshot).own,
      traces: digests,
      generation: 2,
      transport: 'node',
      randomSeed: 0,
    });
    assert.deepEqual(changed, ['providers.traced.trace.file']);
    assert.notDeepEqual(traces, digests);
    assert.notDeepEqual(wholeSnapshot(texts).traces, snapshot.traces);
    assert.deepEqual(ownSnapshot(texts).traces, {});
  });

  test('is refused when there have been more names of models than there are indices', () => {
    const modelNames = Array.from({ length: MODEL_NAMES_MAX }, (_, index) => `earlier-${index}`);
    assert.throws(
      () => next(requestOf({}), requestOf({}), { modelNames }),
      (error: ConfigurationFailure) => error instanceof ConfigurationFailure && error.problems[0]?.path === 'providers',
    );
  });

  test('is refused when it asks for faults that the transport in use has not', () => {
    const faulty = requestOf({ faults: { rules: [{ name: 'cut', fault: { kind: 'disconnect', manner: 'rst' } }] } });
    assert.throws(
      () => next(requestOf({}), faulty, { transport: 'uws' }),
      (error: ConfigurationFailure) => error instanceof ConfigurationFailure && /disconnect/.test(error.message),
    );
    assert.equal(next(requestOf({}), faulty).needsRestart.length, 0);
  });
});
