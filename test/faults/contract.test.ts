/** What every kind of fault promises: a row in the docs, defaults that are valid, parameters that a header can give, and no surprises. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import type { FaultKind } from '../../src/faults/contract.js';
import { faultOf } from '../../src/faults/fault.js';
import { parseFaultHeader } from '../../src/faults/fault-header.js';
import { patterns } from '../../src/faults/patterns/registry.js';
import { faultKinds, faultNames, settingSchema } from '../../src/faults/registry.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { GeneratedChoice } from '../../src/providers/generation.js';

const page = readFileSync(join(packageRoot, 'docs/faults.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

function rejects(fault: unknown): boolean {
  try {
    loadConfiguration({ object: { faults: { rules: [{ name: 'x', fault }] } }, environment: {} });
    return false;
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure);
    return true;
  }
}

/** A value just outside of what the schema accepts. */
function beyond({ enum: choices, type, maximum = 0 }: JsonSchema): unknown {
  if (choices !== undefined) return 'none of them';
  return type === 'boolean' ? 'perhaps' : maximum + 1;
}

const parametersOf = ({ schema }: FaultKind) => Object.entries(schema.properties ?? {});

const REQUEST = { apiKey: 'k', endpoint: 'openai.chat.completions', model: undefined, promptTokens: 3 };

for (const kind of faultKinds) {
  describe(`the fault ${kind.name}`, () => {
    const { name, schema } = kind;

    test('has a name of its own in snake_case, one sentence or more, and its rows in the docs', () => {
      assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      assert.notEqual(name, 'none');
      assert.equal(faultNames.filter((other) => other === name).length, 1);
      assert.match(kind.summary, /^[A-Z].*\.$/);
      assert.equal(rows.filter((row) => row.startsWith(`| \`${name}\` | ${kind.summary} |`)).length, 1);
      for (const [key] of parametersOf(kind))
        assert.ok(
          rows.some((row) => row.startsWith(`| \`${name}\` | \`${key}\` |`)),
          key,
        );
    });

    test('has parameters with a range, a description and a default that is valid, and no others', () => {
      assert.equal(schema.additionalProperties, false);
      assert.equal(schema.required, undefined);
      for (const [key, property] of parametersOf(kind)) {
        assert.ok(property.description, key);
        assert.ok('default' in property, key);
        if (property.type !== 'boolean' && property.enum === undefined) {
          assert.ok(property.minimum !== undefined && property.maximum !== undefined, key);
        }
        if (/_(ms|secs|bytes|tokens)$/.test(key))
          assert.equal(property['x-unit'], /[a-z]+$/.exec(key)?.[0].replace('secs', 's'), key);
      }
      const { parameters } = faultOf(name);
      assert.ok(new Ajv({ strict: false }).validate(settingSchema(kind), { kind: name, ...parameters }));
      assert.deepEqual(kind.problems?.(parameters as never) ?? [], []);
    });

    test('is accepted by rules and by the header with its defaults, and refused beyond its ranges', () => {
      const { parameters } = faultOf(name);
      assert.ok(!rejects(name) && !rejects({ kind: name, ...parameters }));
      assert.ok(rejects({ kind: name, nonsense: 1 }));
      const written = Object.entries(parameters).map(([key, value]) => `${key}=${String(value)}`);
      assert.deepEqual(parseFaultHeader([name, ...written].join(';')), faultOf(name));
      for (const [key, property] of parametersOf(kind)) {
        const value = beyond(property);
        assert.ok(rejects({ kind: name, [key]: value }), key);
        assert.throws(() => parseFaultHeader(`${name};${key}=${String(value)}`), /must be/, key);
      }
    });

    test('does with its defaults what its stage says', () => {
      const { parameters } = faultOf(name);
      if (kind.stage === 'before') {
        const refusal = kind.refuse(parameters as never, REQUEST);
        assert.ok(refusal.afterMs >= 0);
        assert.ok(refusal.problem !== undefined || refusal.ending !== undefined);
        assert.ok(kind.breaks);
      } else if (kind.stage === 'content') {
        const tokens = Array.from({ length: 100 }, (_, index) => ` word${index}`);
        const choice: GeneratedChoice = { parts: [{ kind: 'text', tokens }], finish: 'stop', stopSequence: undefined };
        const changed = kind.change(parameters as never, [choice, choice]);
        assert.equal(changed?.length, 2);
        assert.notDeepEqual(changed?.[0], choice);
        for (const { parts } of changed ?? []) assert.ok(parts.length > 0);
        assert.equal(choice.parts[0]?.tokens.length, 100);
      } else assert.equal(typeof kind.rewrite, 'function');
    });
  });
}

test('every kind of the folder is registered', () => {
  const files = readdirSync(join(packageRoot, 'src/faults/kinds')).map((file) =>
    file.replace(/\.ts$/, '').replaceAll('-', '_'),
  );
  assert.deepEqual(files.sort(), [...faultNames].sort());
});

test('every pattern has its rows in the docs', () => {
  for (const { name, schema } of patterns) {
    assert.ok(
      rows.some((row) => row.startsWith(`| \`${name}\` | ${schema.description}`)),
      name,
    );
    for (const key of Object.keys(schema.properties)) {
      if (key !== 'kind')
        assert.ok(
          rows.some((row) => row.startsWith(`| \`${name}\` | \`${key}\` |`)),
          key,
        );
    }
  }
});
