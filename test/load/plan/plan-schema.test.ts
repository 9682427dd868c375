/** The schema of plans: what it says of every key, and that editors accept what the program accepts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import type { JsonSchema } from '../../../src/kernel/json-schema.js';
import { packageRoot } from '../../../src/kernel/package-root.js';
import { presets } from '../../../src/load/plan/presets.js';
import { planSchema } from '../../../src/load/plan/schema.js';
import { fileOf, planOf } from './plan-request.js';

const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8');

function keys(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const named = schema.additionalProperties;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, property]): [string, JsonSchema][] => [
      [`${path}.${key}`, property],
      ...keys(property, `${path}.${key}`),
    ]),
    ...(typeof named === 'object' ? keys(named, `${path}.<name>`) : []),
  ];
}

test('every key has a description, and every number a range', () => {
  for (const [path, schema] of keys(planSchema)) {
    assert.ok(schema.description, `${path} has no description`);
    if (schema.type !== 'integer' && schema.type !== 'number') continue;
    assert.ok(schema.minimum !== undefined || schema.exclusiveMinimum !== undefined, `${path} has no lower bound`);
    assert.ok(schema.maximum !== undefined, `${path} has no upper bound`);
    if (path.endsWith('_secs')) assert.equal(schema['x-unit'], 's', path);
    if (path.endsWith('_ms')) assert.equal(schema['x-unit'], 'ms', path);
  }
});

/** The plan that docs/load.md shows. */
function pagePlan(): string {
  return /<!-- file: plan\.yaml -->\n```yaml\n([\s\S]*?)```/.exec(read('docs/load.md'))![1]!;
}

test("the schema for editors accepts presets, the page's plan and a complete plan, and refuses a wrong key", () => {
  const validate = new Ajv({ strict: false, discriminator: true }).compile(
    JSON.parse(read('config/load-plan.schema.json')),
  );
  const documents = [
    ...presets.map(({ plan }) => plan),
    parse(pagePlan()),
    parse(read('test/cli/mixed-load.yaml')),
    planOf().document,
  ];
  for (const document of documents) assert.equal(validate(document), true, JSON.stringify(validate.errors));
  assert.equal(validate({ mix: { a: { promt_tokens: 3 } } }), false);
});

test("the page's plan is one", () => {
  const { plan } = planOf({ file: fileOf(pagePlan()), settings: [] });
  assert.deepEqual(
    plan.mix.map(({ name }) => name),
    ['chat', 'summary', 'index'],
  );
});
