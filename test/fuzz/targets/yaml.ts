/**
 * Configuration files that people and machines could write by mistake, or with intent: loading one gives a configuration or a list of problems,
 * each with a place and a sentence.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadConfiguration } from '../../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../../src/config/problems.js';
import { createSnapshot } from '../../../src/config/snapshot.js';
import { packageRoot } from '../../../src/kernel/package-root.js';
import type { FuzzTarget } from '../contract.js';

const ENVIRONMENT = {};

/** Sections of the defaults without their comments, each a text of its own, and with it what people write in files of their own. */
const SECTIONS: readonly string[] = [
  ...sectionsOf('default.yaml'),
  ...readdirSync(join(packageRoot, 'config/scenarios')).map((name) =>
    within('scenarios', uncommented(join('scenarios', name))),
  ),
  ...readdirSync(join(packageRoot, 'config/profiles')).flatMap((name) =>
    sectionsOf(join('profiles', name)).map((model) => within('providers', model)),
  ),
  `providers:
  gpt-4o:
    latency:
      ttft: { distribution: mixture, components: [ { weight: 1, distribution: log_normal, p50_ms: 200, p99_ms: 900 }, { weight: 2, distribution: uniform, min_ms: 1, max_ms: 5 } ] }
      itl: { distribution: empirical, quantiles: { 0: 1, 0.5: 10, 0.99: 80, 1: 200 } }
      batching: { enabled: true, preset: small }
    faults: [ { fault: overloaded, probability: 0.1, pattern: { kind: burst, mean_length: 3 } } ]
`,
  `simulation:
  faults:
    - fault: rate_limit
      probability: 0.2
      match: { model: "gpt-*", header: { name: x-a, value: b } }
  replies:
    - match: { prompt: "/hello/i" }
      reply: { text: "Hello {{user}}" }
server: { api_keys: [ sk-a ], cors: { enabled: true, allowed_origins: [ "https://a.example" ] } }
`,
];

const VALUES = [
  'null',
  '~',
  '""',
  'true',
  'no',
  '0',
  '-1',
  '1e999',
  '-.inf',
  '.nan',
  '0x1F',
  '0o17',
  '1_000',
  '12:30:45',
  '2026-01-01',
  '[]',
  '{}',
  '[[], {}]',
  '{ a: { b: [ 1, { c: ~ } ] } }',
  '{ __proto__: { enabled: true } }',
  '{ distribution: mixture, components: [] }',
  '{ distribution: nothing }',
  '"\\uD800"',
  '"\\0"',
  '!!binary aGk=',
  '!!set { a }',
  '!unknown x',
  '&a [ *a ]',
  '*a',
  '<<: *a',
  '|',
  '>-',
  '? x',
  '@x',
  '%TAG ! x',
  '\tx',
  "'",
  '"',
  '#',
  '{',
  '[',
  '---',
  '...',
  `"${'x'.repeat(5_000)}"`,
  `[${'[ '.repeat(60)}${'] '.repeat(60)}]`,
  '&b [ a, a ]\nx: &c [ *b, *b, *b, *b, *b, *b, *b, *b ]\ny: [ *c, *c, *c, *c, *c, *c, *c, *c ]',
];
const KEYS = [
  '__proto__',
  'constructor',
  'enabled',
  'distribution',
  'match',
  '<<',
  '"a b"',
  '? [ x ]',
  '1',
  '~',
  'unknown_key',
];

interface Edit {
  readonly kind: 'value' | 'key' | 'drop' | 'repeat' | 'indent' | 'swap' | 'text';
  readonly line: number;
  readonly value: string;
  readonly key: string;
  readonly amount: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('value', 'value', 'value', 'key', 'drop', 'repeat', 'indent', 'swap', 'text'),
  line: fc.nat(),
  value: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...VALUES) },
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.double().map(String),
  ),
  key: fc.constantFrom(...KEYS),
  amount: fc.integer({ min: -4, max: 8 }),
});

const texts: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(
        fc.array(fc.constantFrom(...SECTIONS), { minLength: 1, maxLength: 2 }),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
      )
      .map(([sections, edits]) => edits.reduce(edited, sections.join('\n').split('\n')).join('\n')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
);

export const yamlTarget: FuzzTarget<string> = {
  name: 'yaml',
  promise: 'whatever text is given as a configuration, it is one or has problems that say where and what',
  weight: 2,
  inputs: texts,
  open: async () => ({
    execute: (content) => {
      try {
        createSnapshot(loadConfiguration({ text: { name: 'fuzzed.yaml', content }, environment: ENVIRONMENT }), 1, 0);
      } catch (error) {
        if (!(error instanceof ConfigurationFailure)) throw error;
        assertSpeaks(error);
      }
    },
    close: async () => {},
  }),
};

function assertSpeaks({ problems }: ConfigurationFailure): void {
  assert.ok(problems.length > 0, 'a refusal has a reason');
  for (const { message, origin, path } of problems) {
    assert.match(message, /^\S[\s\S]*[^.\s]$/, 'a message is a sentence without its end');
    assert.ok(message.length < 2_000, `a message of ${message.length} characters`);
    assert.equal(typeof path, 'string');
    if (origin.kind === 'file') assert.ok(origin.line >= 1 && origin.column >= 1, JSON.stringify(origin));
  }
  assert.doesNotMatch(formatProblems(problems), /undefined|\[object /);
}

function edited(lines: readonly string[], { kind, line, value, key, amount }: Edit): string[] {
  const at = line % lines.length;
  const text = lines[at];
  const [, indent = '', name = ''] = /^(\s*(?:- )?)([^:]*)/.exec(text) ?? [];
  const changed = [...lines];
  if (kind === 'value') changed[at] = `${indent}${name}: ${value}`;
  else if (kind === 'key') changed[at] = `${indent}${key}${text.slice(indent.length + name.length)}`;
  else if (kind === 'drop') changed.splice(at, 1);
  else if (kind === 'repeat') changed.splice(at, 0, text);
  else if (kind === 'indent') changed[at] = amount < 0 ? text.slice(-amount) : ' '.repeat(amount) + text;
  else if (kind === 'swap') changed.splice(at, 1, lines[(at + Math.abs(amount)) % lines.length]);
  else changed[at] = text.slice(0, Math.abs(amount)) + value + text.slice(Math.abs(amount));
  return changed.length === 0 ? [''] : changed;
}

function sectionsOf(file: string): string[] {
  return uncommented(file).split(/\n(?=\S)/);
}

function uncommented(file: string): string {
  const text = readFileSync(join(packageRoot, 'config', file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n');
}

function within(section: string, text: string): string {
  return `${section}:\n${text.replaceAll(/^/gm, '  ')}`;
}
