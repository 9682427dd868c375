/** What a user reads for each kind of mistake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatPath, formatProblems } from '../../src/config/problems.js';

/** The report without the file's name. */
function report(content: string): string {
  try {
    loadConfiguration({ text: { name: 'f', content }, environment: {} });
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return formatProblems(error.problems);
  }
  assert.fail(`accepted: ${content}`);
}

const cases: readonly (readonly [mistake: string, yaml: string, report: string])[] = [
  [
    'an unknown key',
    'server: {max_conections: 1}',
    'f:1:10  server.max_conections: is not a known key. did you mean "max_connections"?',
  ],
  [
    'a key in camel case',
    'server: {maxConnections: 1}',
    'f:1:10  server.maxConnections: is not a known key. did you mean "max_connections"?',
  ],
  ['a key of another section', 'port: 1', 'f:1:1  port: is not a known key. did you mean "server.port"?'],
  [
    'a key of a model',
    'max_output_tokens: 1',
    'f:1:1  max_output_tokens: is not a known key. did you mean "providers.<model>.max_output_tokens"?',
  ],
  ['a key like no other', 'zebra: 1', 'f:1:1  zebra: is not a known key'],
  ['a wrong type', 'server: {port: "80"}', 'f:1:16  server.port: must be an integer from 0 to 65535 (got "80")'],
  ['a fraction', 'server: {port: 1.5}', 'f:1:16  server.port: must be an integer from 0 to 65535 (got 1.5)'],
  [
    'a number out of range',
    'simulation: {time_scale: 2000}',
    'f:1:26  simulation.time_scale: must be a number from 0 to 1000 (got 2000)',
  ],
  [
    'an open range',
    'simulation: {concurrency: {backpressure_threshold: 0}}',
    'f:1:52  simulation.concurrency.backpressure_threshold: must be a number > 0 and <= 1 (got 0)',
  ],
  [
    'a wrong choice',
    'server: {transport: usw}',
    'f:1:21  server.transport: must be one of "auto", "uws", "node" (got "usw"). did you mean "uws"?',
  ],
  [
    'a list for a scalar',
    'server: {host: [a]}',
    'f:1:16  server.host: must be a string of 1 to 253 characters (got ["a"])',
  ],
  [
    'a scalar for a list',
    'admin: {allowed_ips: ::1}',
    'f:1:22  admin.allowed_ips: must be a list, each an IP address or CIDR block (got "::1")',
  ],
  [
    'an address that is none',
    'admin: {allowed_ips: [10.0.0.0/8, 10.0.0.0/33]}',
    'f:1:35  admin.allowed_ips[1]: must be an IP address or CIDR block (got "10.0.0.0/33")',
  ],
  [
    'a URL that is none',
    'telemetry: {tracing: {otlp_endpoint: localhost}}',
    'f:1:38  telemetry.tracing.otlp_endpoint: must be a URL that starts with http:// or https:// (got "localhost")',
  ],
  [
    'equal ports',
    'telemetry: {metrics: {prometheus_port: 8080}}',
    'f:1:40  telemetry.metrics.prometheus_port: must differ from server.port (got 8080)',
  ],
  [
    'equal ports, by the other one',
    'server: {port: 9090}',
    'f:1:16  telemetry.metrics.prometheus_port: must differ from server.port (got 9090)',
  ],
  [
    'a model name that is none',
    'providers: {"a b": {}}',
    'f:1:13  providers["a b"]: must be a model name: at most 128 letters, digits, ".", "_", ":", "/", "@" or "-", the first a letter or digit',
  ],
  [
    'an output limit over the window',
    'providers: {x: {context_window_tokens: 9}}',
    'f:1:40  providers.x.max_output_tokens: must be <= context_window_tokens (9) (got 4096)',
  ],
  [
    'reply percentiles out of order',
    'providers: {x: {output_tokens: {p95: 1}}}',
    'f:1:38  providers.x.output_tokens.p95: must be >= p50 (150) (got 1)',
  ],
  [
    'an unknown distribution',
    'providers: {x: {latency: {itl: {distribution: norml}}}}',
    'f:1:47  providers.x.latency.itl.distribution: must be one of "constant", "normal", "log_normal" (got "norml"). did you mean "normal"?',
  ],
  [
    'a parameter of another distribution',
    'providers: {o1: {latency: {itl: {p50_ms: 3}}}}',
    'f:1:34  providers.o1.latency.itl.p50_ms: is not a known key',
  ],
  [
    'a distribution that is not named',
    'providers: {x: {latency: {itl: {p50_ms: 3}}}}',
    'f:1:27  providers.x.latency.itl.distribution: is required and must be one of "constant", "normal", "log_normal"',
  ],
  [
    'a missing parameter',
    'providers: {x: {latency: {itl: {distribution: normal, mean_ms: 3}}}}',
    'f:1:27  providers.x.latency.itl.std_dev_ms: is required',
  ],
  [
    'parameters that do not fit together',
    'providers: {gpt-4.1: {latency: {ttft: {p95_ms: 3}}}}',
    'f:1:48  providers["gpt-4.1"].latency.ttft.p95_ms: must be >= p50_ms (500) (got 3)',
  ],
];

for (const [mistake, yaml, expected] of cases) {
  test(`${mistake}: says what would be valid and where`, () => {
    assert.equal(report(yaml), expected);
  });
}

test('two ports of 0 do not clash, nor does an embedding model need an output limit', () => {
  const content =
    'server: {port: 0}\ntelemetry: {metrics: {prometheus_port: 0}}\nproviders: {e: {kind: embedding, context_window_tokens: 9}}';
  loadConfiguration({ text: { name: 'f', content }, environment: {} });
});

test('a path shows what a plain dot could not', () => {
  assert.equal(formatPath(['providers', 'gpt-4.1', 'latency']), 'providers["gpt-4.1"].latency');
  assert.equal(formatPath(['admin', 'allowed_ips', '0']), 'admin.allowed_ips[0]');
  assert.equal(formatPath([]), '');
});
