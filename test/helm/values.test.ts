/** The values and their schema as files, without Helm: what is documented holds, and what is misspelt is refused on every level. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { chartFolder } from '../../scripts/generators/helm-chart.js';
import { valueGroups } from '../../scripts/helm/values.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot, packageVersion } from '../../src/kernel/package-root.js';
import { refusedSets, valueSets } from './helm-harness.js';

const read = (path: string) => readFileSync(join(packageRoot, chartFolder, path), 'utf8');
const schema = JSON.parse(read('values.schema.json'));
const accepts = new Ajv({ strict: false, allErrors: true }).compile(schema);

function assertAccepted(values: unknown, name: string) {
  assert.ok(accepts(values), `${name}: ${JSON.stringify(accepts.errors?.slice(0, 5))}`);
}

/** As Helm reads it: null takes a value away. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}

test('the chart has the version of the simulator', () => {
  const { appVersion, version } = parse(read('Chart.yaml'));
  assert.deepEqual([version, appVersion], [packageVersion, packageVersion]);
});

test('the default values and every value set are what the schema allows', () => {
  assertAccepted(parse(read('values.yaml'), { version: '1.1' }), 'values.yaml');
  for (const name of valueSets) assertAccepted(withoutNulls(parse(read(`ci/${name}`), { version: '1.1' })), name);
});

test('the sets that a schema can refuse are refused by it; the others say on which key the chart looks itself', () => {
  for (const name of refusedSets) {
    const text = read(`ci/refused/${name}`);
    const isTemplates = /^# refused: [A-Za-z]+\.|^# refused: (terminationGracePeriodSeconds|extraConfigFiles)\n/.test(
      text,
    );
    assert.equal(accepts(withoutNulls(parse(text))), isTemplates, name);
  }
});

test('every value has a description and a default, and every object of ours is closed', () => {
  const look = (key: string, value: JsonSchema) => {
    assert.ok(value.description, `${key} has no description`);
    if (value.properties === undefined) {
      assert.ok('default' in value, `${key} has no default`);
      return;
    }
    assert.equal(value.additionalProperties, false, `${key} takes unknown keys`);
    for (const [name, nested] of Object.entries(value.properties)) look(`${key}.${name}`, nested);
  };
  for (const { values } of valueGroups) for (const [key, value] of Object.entries(values)) look(key, value);
});

test('every value is used by a template', () => {
  const folder = join(packageRoot, chartFolder, 'templates');
  const templates = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(yaml|tpl|txt)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  for (const { values } of valueGroups) {
    for (const [key, value] of Object.entries(values)) {
      // The probes' parts are asked for by their names in a loop.
      const nested =
        value.properties === undefined || key === 'probes'
          ? [key]
          : Object.keys(value.properties).map((name) => `${key}.${name}`);
      for (const path of nested)
        assert.match(templates, new RegExp(`\\.Values\\.${path.replaceAll('.', '\\.')}\\b`), path);
    }
  }
});

test('rules and dashboards in the chart are those beside it, and no others', () => {
  const folders = [
    ['deploy/prometheus/rules', 'files/rules'],
    ['deploy/grafana/dashboards', 'files/dashboards'],
  ] as const;
  for (const [from, to] of folders) {
    const names = (folder: string) =>
      readdirSync(join(packageRoot, folder)).filter((name) => /\.(yaml|json)$/.test(name));
    assert.deepEqual(names(join(chartFolder, to)), names(from));
    for (const name of names(from))
      assert.equal(read(join(to, name)), readFileSync(join(packageRoot, from, name), 'utf8'), name);
  }
});
