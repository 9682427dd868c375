import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { type Configuration, configurationSchema } from '../../src/config/schema/configuration.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';

/** Every key of the schema with its path; those of the items of a list stand behind `[]`. */
function keys(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const nested =
    typeof schema.additionalProperties === 'object' ? keys(schema.additionalProperties, `${path}.<model>`) : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]): [string, JsonSchema][] => [
    [`${path}.${key}`, property],
    ...keys(property, `${path}.${key}`),
    ...keys(property.items ?? {}, `${path}.${key}[]`),
  ]);
  return [...own, ...nested];
}

function compileForEditors() {
  const schema = JSON.parse(readFileSync(join(packageRoot, 'config/schema.json'), 'utf8'));
  return new Ajv({ strict: false }).compile(schema);
}

/** What follows from the model's name, its provider, the level of all or, for a scenario's parameter, from where that stands; or what has to be given. */
const INFERRED =
  /\.(dialect|prefix_cache\.min_tokens|logging\.modules\.\w+)$|^\.scenarios\.<model>\.(steps$|parameters\.)/;

test('every key has a description, and outside lists every one but the inferred ones a default', () => {
  for (const [path, schema] of keys(configurationSchema)) {
    assert.ok(schema.description, `${path} has no description`);
    if (!INFERRED.test(path) && !path.includes('[]')) assert.ok('default' in schema, `${path} has no default`);
  }
});

test('every number has a range, and every key named after a unit states it', () => {
  const units: readonly (readonly [RegExp, string])[] = [
    [/_secs$/, 's'],
    [/_ms$/, 'ms'],
    [/_bytes$/, 'bytes'],
    [/_tokens$/, 'tokens'],
  ];
  for (const [path, schema] of keys(configurationSchema)) {
    if (schema.type === 'integer' || schema.type === 'number') {
      assert.ok(schema.minimum !== undefined || schema.exclusiveMinimum !== undefined, `${path} has no lower bound`);
      assert.ok(schema.maximum !== undefined, `${path} has no upper bound`);
      for (const [name, unit] of units) if (name.test(path)) assert.equal(schema['x-unit'], unit, path);
    }
    if (schema.type === 'object' && schema.discriminator === undefined)
      assert.ok(schema.additionalProperties !== undefined, `${path} takes unknown keys`);
  }
});

test('the schema for editors is a valid schema, and accepts the configuration of the reference', () => {
  const validate = compileForEditors();
  const reference = parse(`
server: {host: "0.0.0.0", port: 8080, workers: 8, max_connections: 10000, request_timeout_secs: 300, shutdown_timeout_secs: 30}
simulation:
  deterministic: true
  seed: 12345
  concurrency: {max_concurrent_requests: 10000, queue_size: 1000, backpressure_threshold: 0.8}
  sessions: {enabled: true, max_sessions: 100000, session_ttl_secs: 3600, max_context_tokens: 128000}
providers:
  gpt-4-turbo:
    enabled: true
    latency: {ttft: {distribution: log_normal, p50_ms: 800, p95_ms: 1500}, itl: {distribution: normal, mean_ms: 20, std_dev_ms: 5}}
    errors:
      enabled: true
      rate_limit: {probability: 0.02, retry_after_secs: 60}
      timeout: {probability: 0.01, timeout_ms: 30000}
      server_error: {probability: 0.005}
telemetry:
  logging: {level: info, format: json}
  metrics: {enabled: true, prometheus_port: 9090}
  tracing: {enabled: true, otlp_endpoint: "http://localhost:4317", sample_rate: 0.1}
admin: {enabled: true, api_key: null, allowed_ips: []}
`);
  assert.ok(validate(reference), JSON.stringify(validate.errors));
  assert.ok(validate({}));
  assert.ok(!validate({ server: { prot: 1 } }));
});

test('the type follows the schema', () => {
  const seed: Configuration['simulation']['seed'] = null;
  const key: Configuration['admin']['api_key'] = 'k';
  // @ts-expect-error: a port is a number
  const port: Configuration['server']['port'] = '80';
  // @ts-expect-error: no such transport
  const transport: Configuration['server']['transport'] = 'http';
  assert.deepEqual([seed, key, port, transport], [null, 'k', '80', 'http']);
});

test('no generated file is stale', () => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', '--check'], {
    cwd: packageRoot,
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
});
