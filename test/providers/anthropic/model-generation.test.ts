/** What the provider reads off a model's name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cacheMinimumTokens,
  generationOf,
  takesSystemMessages,
  toolPromptTokens,
  windowOverflow,
} from '../../../src/providers/anthropic/model-generation.js';

const MODELS: readonly (readonly [name: string, line: string | undefined, version: number, cacheMinimum: number])[] = [
  ['claude-3-haiku-20240307', 'haiku', 3, 2_048],
  ['claude-3-opus', 'opus', 3, 1_024],
  ['claude-3-5-haiku-latest', 'haiku', 3.5, 2_048],
  ['claude-3-5-sonnet-20241022', 'sonnet', 3.5, 1_024],
  ['claude-3-7-sonnet', 'sonnet', 3.7, 1_024],
  ['claude-sonnet-4-20250514', 'sonnet', 4, 1_024],
  ['claude-opus-4-1', 'opus', 4.1, 1_024],
  ['claude-haiku-4-5', 'haiku', 4.5, 4_096],
  ['claude-sonnet-4-5-20250929', 'sonnet', 4.5, 1_024],
  ['claude-opus-4-5', 'opus', 4.5, 4_096],
  ['claude-opus-4-6', 'opus', 4.6, 4_096],
  ['claude-opus-4-7', 'opus', 4.7, 2_048],
  ['claude-opus-4-8', 'opus', 4.8, 1_024],
  ['claude-sonnet-5', 'sonnet', 5, 1_024],
  ['claude-opus-5', 'opus', 5, 512],
  ['claude-sonnet-5-5', 'sonnet', 5.5, 512],
  ['my-own-model', undefined, Number.POSITIVE_INFINITY, 1_024],
];

for (const [name, line, version, cacheMinimum] of MODELS) {
  test(`${name} is ${line} ${version}`, () => {
    assert.deepEqual(generationOf(name), { line, version });
    assert.equal(cacheMinimumTokens(generationOf(name)), cacheMinimum);
  });
}

test('tools cost what is documented of the model', () => {
  const costs = (name: string) => [false, true].map((forced) => toolPromptTokens(generationOf(name), forced));
  assert.deepEqual(costs('claude-3-opus'), [530, 281]);
  assert.deepEqual(costs('claude-3-haiku'), [264, 340]);
  assert.deepEqual(costs('claude-3-sonnet'), [159, 235]);
  assert.deepEqual(costs('claude-sonnet-4-5'), [346, 313]);
});

test('a full context window is another matter for each generation', () => {
  const ways = ['claude-3-opus', 'claude-opus-4-1', 'claude-sonnet-4-5', 'my-own-model'].map((name) =>
    windowOverflow(generationOf(name)),
  );
  assert.deepEqual(ways, ['cap', 'reject', 'stop', 'stop']);
});

test('system messages are for Claude 4.8 and later', () => {
  assert.equal(takesSystemMessages(generationOf('claude-opus-4-7')), false);
  assert.equal(takesSystemMessages(generationOf('claude-opus-4-8')), true);
});
