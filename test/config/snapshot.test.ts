import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf } from '../../src/config/dialects.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot, MODEL_NAMES_MAX, modelFinder } from '../../src/config/snapshot.js';

function snapshotOf(content: string, randomSeed = 99) {
  return createSnapshot(loadConfiguration({ text: { name: 'f', content }, environment: {} }), 3, randomSeed);
}

test('a snapshot is frozen at every depth and leaves the configuration as it was', () => {
  const configuration = loadConfiguration({ environment: {} });
  const snapshot = createSnapshot(configuration, 1, 0);
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
  assert.ok(frozen(snapshot));
  assert.ok(!Object.isFrozen(configuration) && !Object.isFrozen(configuration.server));
});

test('a snapshot means the same after JSON and after structured clone', () => {
  const snapshot = snapshotOf('');
  assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  assert.deepEqual(structuredClone(snapshot), snapshot);
  assert.equal(modelFinder(structuredClone(snapshot)).find('gpt-4o-2024-08-06')?.name, 'gpt-4o');
});

test('the seed is the configured one, or the random one for null', () => {
  assert.equal(snapshotOf('').seed, 12_345);
  assert.equal(snapshotOf('simulation: {seed: 0}').seed, 0);
  assert.equal(snapshotOf('simulation: {seed: null}').seed, 99);
});

test('models are the enabled ones, sorted by name, each with its index and dialect', () => {
  const { models, modelNames, generation } = snapshotOf(
    'providers: {gpt-4o: {enabled: false}, Zebra: {dialect: anthropic}, a: {}}',
  );
  assert.equal(generation, 3);
  assert.ok(
    models.every((model, index) => model.index === index && (index === 0 || models[index - 1]!.name < model.name)),
  );
  assert.ok(models.every(({ name }) => name !== 'gpt-4o'));
  assert.deepEqual(
    models.map(({ name }) => name),
    modelNames,
  );
  assert.equal(models[0]?.name, 'Zebra');
  assert.equal(models[0]?.dialect, 'anthropic');
  assert.equal(models[1]?.dialect, 'openai');
});

test('a name keeps its index over generations, whatever comes before it or goes', () => {
  const configurationOf = (content: string) => loadConfiguration({ text: { name: 'f', content }, environment: {} });
  const first = createSnapshot(configurationOf('providers: {b: {}, c: {}}'), 1, 0);
  const second = createSnapshot(configurationOf('providers: {a: {}, c: {}}'), 2, 0, first.modelNames);
  const third = createSnapshot(configurationOf('providers: {a: {}, b: {}}'), 3, 0, second.modelNames);
  for (const name of ['b', 'c', 'gpt-4o']) {
    const indices = [first, second, third].map(({ models }) => models.find((model) => model.name === name)?.index);
    assert.equal(new Set(indices.filter((index) => index !== undefined)).size, 1, name);
  }
  assert.deepEqual(second.modelNames, [...first.modelNames, 'a']);
  assert.deepEqual(third.modelNames, second.modelNames);
  assert.ok(second.models.every(({ index, name }) => second.modelNames[index] === name));
  assert.deepEqual(
    second.models.map(({ name }) => name),
    second.models.map(({ name }) => name).sort(),
  );
});

test('more names than a plan can tell apart are refused', () => {
  const configuration = loadConfiguration({ environment: {} });
  const names = Array.from({ length: MODEL_NAMES_MAX }, (_, index) => `earlier-${index}`);
  assert.throws(() => createSnapshot(configuration, 2, 0, names), RangeError);
});

test('a disabled model is not found', () => {
  assert.equal(modelFinder(snapshotOf('providers: {gpt-4o: {enabled: false}}')).find('gpt-4o'), undefined);
});

test('a dialect follows from the name', () => {
  const expected = {
    'claude-3-opus': 'anthropic',
    'gemini-2.5-flash': 'gemini',
    'gemini-embedding-001': 'gemini',
    'text-embedding-004': 'gemini',
    'text-embedding-3-small': 'openai',
    'gpt-4o': 'openai',
    o1: 'openai',
    claudette: 'openai',
  };
  for (const [name, dialect] of Object.entries(expected)) assert.equal(dialectOf(name), dialect, name);
});
