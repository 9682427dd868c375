import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelFinder } from '../../src/config/model-names.js';

const names = [
  'gpt-4',
  'gpt-4-turbo',
  'gpt-4o',
  'o1',
  'claude-3-opus',
  'claude-3-5-sonnet',
  'claude-sonnet-4',
  'gemini-2.0-flash',
  'gemini-2.5-flash',
];
const finder = new ModelFinder(names.map((name) => ({ name })));

test('a name finds the model of that very name', () => {
  for (const name of names) assert.equal(finder.find(name)?.name, name);
});

test('a name that extends a configured one by a version or date is served by the longest such model', () => {
  const served: Record<string, string> = {
    'claude-3-opus-20240229': 'claude-3-opus',
    'claude-3-opus@20240229': 'claude-3-opus',
    'claude-3-opus-latest': 'claude-3-opus',
    'claude-3-5-sonnet-20241022-v2:0': 'claude-3-5-sonnet',
    'claude-sonnet-4-20250514': 'claude-sonnet-4',
    'gpt-4-0613': 'gpt-4',
    'gpt-4-1106-preview': 'gpt-4',
    'gpt-4-turbo-2024-04-09': 'gpt-4-turbo',
    'gpt-4-turbo-preview': 'gpt-4-turbo',
    'gpt-4o-2024-08-06': 'gpt-4o',
    'gpt-4o-latest': 'gpt-4o',
    'gpt-4o:v1.2': 'gpt-4o',
    'o1-preview': 'o1',
    'o1-preview-2024-09-12': 'o1',
    'gemini-2.5-flash-001': 'gemini-2.5-flash',
    'gemini-2.5-flash-preview-05-20': 'gemini-2.5-flash',
    'gemini-2.5-flash-preview-09-2025': 'gemini-2.5-flash',
    'gemini-2.0-flash-exp': 'gemini-2.0-flash',
  };
  for (const [requested, name] of Object.entries(served)) assert.equal(finder.find(requested)?.name, name, requested);
});

test('a name that extends a configured one by anything else is not served', () => {
  const refused = [
    'gpt-4-nonsense',
    'gpt-4o-mini',
    'gpt-4o-mini-2024-07-18',
    'gpt-4o-audio-preview',
    'gpt-4-32k',
    'gpt-4-vision-preview',
    'claude-sonnet-4-5',
    'claude-sonnet-4-5-20250929',
    'gemini-2.0-flash-lite',
    'gemini-2.0-flash-thinking-exp',
    'gpt-4-',
    'gpt-4-20240229x',
    'gpt-4o2024-08-06',
    'GPT-4',
    'gpt-',
    '',
    '-',
    '__proto__',
    'constructor',
  ];
  for (const requested of refused) assert.equal(finder.find(requested), undefined, requested);
});

test('what is found is the longest configured name that the request begins with', () => {
  const suffix = fc.stringMatching(/^[-@:.a-z0-9]{0,24}$/);
  fc.assert(
    fc.property(fc.constantFrom(...names), suffix, (name, text) => {
      const found = finder.find(name + text)?.name;
      if (found === undefined) return;
      assert.ok((name + text).startsWith(found));
      assert.ok(found.length >= name.length);
    }),
  );
});

test('a name of any length is answered', () => {
  assert.equal(finder.find(`gpt-4${'-'.repeat(1_000_000)}`), undefined);
  assert.equal(finder.find('a'.repeat(1_000_000)), undefined);
});
