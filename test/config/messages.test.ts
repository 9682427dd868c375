/** What a user reads for each kind of mistake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatPath, formatProblems } from '../../src/config/problems.js';
import { faultNames } from '../../src/faults/registry.js';
import { distributions } from '../../src/latency/registry.js';

const faults = faultNames.map((name) => JSON.stringify(name)).join(', ');
const DISTRIBUTIONS = distributions.map(({ name }) => JSON.stringify(name)).join(', ');

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
    'an address of a proxy that is none',
    'admin: {trusted_proxies: [proxy.example, ::1/129]}',
    [
      'f:1:27  admin.trusted_proxies[0]: must be an IP address or CIDR block (got "proxy.example")',
      'f:1:42  admin.trusted_proxies[1]: must be an IP address or CIDR block (got "::1/129")',
    ].join('\n'),
  ],
  [
    'keys that no client could send',
    'server: {api_keys: ["a b"]}\nadmin: {api_key: "key\\n"}',
    [
      'f:1:21  server.api_keys[0]: must be an API key of 1 to 1024 visible ASCII characters without spaces (got "(hidden)")',
      'f:2:18  admin.api_key: must be null or a key of 1 to 1024 visible ASCII characters without spaces (got "(hidden)")',
    ].join('\n'),
  ],
  [
    'a URL that is none',
    'telemetry: {tracing: {otlp_endpoint: localhost}}',
    'f:1:38  telemetry.tracing.otlp_endpoint: must be a URL that starts with http:// or https:// (got "localhost")',
  ],
  [
    'a URL with a password, which is not repeated',
    'telemetry: {tracing: {otlp_endpoint: "http://user:secret@localhost:4318"}}',
    'f:1:38  telemetry.tracing.otlp_endpoint: must be a URL without a user and password, since addresses are shown. Put them into telemetry.tracing.headers: authorization: Basic …',
  ],
  [
    'a URL with a password and the wrong scheme, which is not repeated',
    'telemetry: {tracing: {otlp_endpoint: "ftp://user:secret@localhost"}}',
    'f:1:38  telemetry.tracing.otlp_endpoint: must be a URL without a user and password, since addresses are shown. Put them into telemetry.tracing.headers: authorization: Basic …',
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
    'a length that is none',
    'providers: {x: {output_tokens: 0, reasoning: {tokens: many}}}',
    'f:1:32  providers.x.output_tokens: must be an integer from 1 to 10000000, {p50, p95}, or a distribution of tokens (got 0)\n' +
      'f:1:55  providers.x.reasoning.tokens: must be an integer from 1 to 1000000, {p50, p95}, or a distribution of tokens (got "many")',
  ],
  [
    'percentiles of which one is missing, where there is no default',
    'providers: {x: {latency: {tokens_per_chunk: {p50: 3}}}}',
    'f:1:27  providers.x.latency.tokens_per_chunk.p95: is required',
  ],
  [
    'a length of an unknown distribution',
    'providers: {x: {output_tokens: {distribution: nomal, mean_tokens: 5}}}',
    `f:1:47  providers.x.output_tokens.distribution: must be one of ${DISTRIBUTIONS} (got "nomal"). did you mean "normal"?`,
  ],
  [
    'a parameter of a length in milliseconds',
    'providers: {x: {output_tokens: {distribution: constant, value_ms: 5}}}',
    'f:1:17  providers.x.output_tokens.value_tokens: is required\n' +
      'f:1:57  providers.x.output_tokens.value_ms: is not a known key. did you mean "value_tokens"?',
  ],
  [
    'a length whose parameters do not fit together',
    'providers: {x: {output_tokens: {distribution: log_normal, p50_tokens: 9, p95_tokens: 8}}}',
    'f:1:86  providers.x.output_tokens.p95_tokens: must be >= p50_tokens (9) (got 8)',
  ],
  [
    'a burst of one chunk',
    'providers: {x: {latency: {burst: {probability: 2, chunks: 1}}}}',
    'f:1:48  providers.x.latency.burst.probability: must be a number from 0 to 1 (got 2)\n' +
      'f:1:59  providers.x.latency.burst.chunks: must be an integer from 2 to 256 (got 1)',
  ],
  [
    'a parameter of a distribution out of range',
    'providers: {x: {latency: {itl: {distribution: constant, value_ms: -3}}, output_tokens: {distribution: constant, value_tokens: many}}}',
    'f:1:67  providers.x.latency.itl.value_ms: must be a number from 0 to 3600000 (got -3)\n' +
      'f:1:127  providers.x.output_tokens.value_tokens: must be a number from 0 to 3600000 (got "many")',
  ],
  [
    'a number that JSON lacks',
    'providers: {x: {latency: {itl: {distribution: empirical, histogram: {edges_ms: [-.inf, .nan], counts: []}}}}}',
    'f:1:81  providers.x.latency.itl.histogram.edges_ms[0]: must be a number from 0 to 3600000 (got -.inf)\n' +
      'f:1:88  providers.x.latency.itl.histogram.edges_ms[1]: must be a number from 0 to 3600000 (got .nan)\n' +
      'f:1:103  providers.x.latency.itl.histogram.counts: must be a list of 1 to 999 entries, each a number from 0 to 1000000000000000 (got [])',
  ],
  [
    'wrong weights, and a number that JSON lacks in a list',
    'admin: {allowed_ips: .inf}\n' +
      'server: {host: [.inf]}\n' +
      'providers: {x: {latency: {itl: {distribution: mixture, components: [{weight: 0, distribution: constant, value_ms: 5}, {weight: a, distribution: constant, value_ms: 5}]}}}}',
    'f:1:22  admin.allowed_ips: must be a list, each an IP address or CIDR block (got .inf)\n' +
      'f:2:16  server.host: must be a string of 1 to 253 characters (got [".inf"])\n' +
      'f:3:78  providers.x.latency.itl.components[0].weight: must be a number > 0 and <= 1000000 (got 0)\n' +
      'f:3:128  providers.x.latency.itl.components[1].weight: must be a number > 0 and <= 1000000 (got "a")',
  ],
  [
    'a chunk that is longer than there can be',
    'providers: {x: {latency: {tokens_per_chunk: {distribution: constant, value_tokens: 2000}}}}',
    'f:1:84  providers.x.latency.tokens_per_chunk.value_tokens: must be <= 1024, the most that there can be (got 2000)',
  ],
  [
    'several components of mixtures',
    'providers: {x: {latency: {itl: {distribution: mixture, components: [{weight: 1, distribution: gamma, p50_ms: 9, p95_ms: 3}, {weight: 0, distribution: constant, value_ms: 1}]}}}}\n' +
      'replies: {rules: [{reply: {latency: {ttft: {distribution: mixture, components: [{weight: 1, distribution: gamma, p50_ms: 9, p95_ms: 3}, {weight: 1}]}}}}]}',
    'f:1:121  providers.x.latency.itl.components[0].p95_ms: must be >= p50_ms (9) (got 3)\n' +
      'f:1:134  providers.x.latency.itl.components[1].weight: must be a number > 0 and <= 1000000 (got 0)\n' +
      'f:2:133  replies.rules[0].reply.latency.ttft.components[0].p95_ms: must be >= p50_ms (9) (got 3)\n' +
      'f:2:137  replies.rules[0].reply.latency.ttft.components[1].distribution: is required and must be one of "constant", "uniform", "normal", "log_normal", "exponential", "gamma", "weibull", "pareto", "empirical"',
  ],
  [
    'a mixture whose components are none',
    'providers: {x: {latency: {itl: {distribution: mixture, components: [3, null]}, ttft: {distribution: gamma, components: [{}]}}}}',
    'f:1:69  providers.x.latency.itl.components[0]: must be a mapping of keys to values (got 3)\n' +
      'f:1:72  providers.x.latency.itl.components[1]: must be a mapping of keys to values (got null)\n' +
      'f:1:108  providers.x.latency.ttft.components: is not a known key',
  ],
  [
    'batching keys that do not agree, beside another that is wrong',
    'providers: {x: {latency: {batching: {replicas: 0, max_batch_size: 3000, max_batched_tokens: 100}}}}',
    'f:1:48  providers.x.latency.batching.replicas: must be an integer from 1 to 256 (got 0)\n' +
      'f:1:93  providers.x.latency.batching.max_batched_tokens: must be >= max_batch_size (3000) (got 100)',
  ],
  [
    'a section where a number belongs',
    'server: {port: {}}',
    'f:1:16  server.port: must be an integer from 0 to 65535 (got {})',
  ],
  [
    'lists that are too short',
    'providers: {x: {latency: {ttft: {distribution: mixture, components: []}, itl: {distribution: empirical, quantiles: [{p: 1, ms: 2}]}}}}',
    'f:1:69  providers.x.latency.ttft.components: must be a list of 1 to 16 entries, each a mapping of keys to values (got [])\n' +
      'f:1:116  providers.x.latency.itl.quantiles: must be a list of 2 to 1000 entries, each a mapping of keys to values (got [{"p":1,"ms":2}])',
  ],
  [
    'keys without their unit',
    'providers: {x: {prefix_cache: {ttl: 3}, latency: {itl: {distribution: log_normal, p50_ms: 1, p95: 9}, batching: {step_time: {base: 4}}}}}',
    'f:1:32  providers.x.prefix_cache.ttl: is not a known key. did you mean "ttl_secs"?\n' +
      'f:1:94  providers.x.latency.itl.p95: is not a known key. did you mean "p95_ms"?\n' +
      'f:1:126  providers.x.latency.batching.step_time.base: is not a known key. did you mean "base_ms"?',
  ],
  [
    'keys with another unit',
    'providers: {x: {prefix_cache: {ttl_seconds: 3}, output_tokens: {distribution: gamma, shape: 2, scale_ms: 3}}}',
    'f:1:32  providers.x.prefix_cache.ttl_seconds: is not a known key. did you mean "ttl_secs"?\n' +
      'f:1:96  providers.x.output_tokens.scale_ms: is not a known key. did you mean "scale_tokens"?',
  ],
  [
    'an unknown distribution',
    'providers: {x: {latency: {itl: {distribution: norml}}}}',
    `f:1:47  providers.x.latency.itl.distribution: must be one of ${DISTRIBUTIONS} (got "norml"). did you mean "normal"?`,
  ],
  [
    'a parameter of another distribution',
    'providers: {o1: {latency: {itl: {value_ms: 3}}}}',
    'f:1:34  providers.o1.latency.itl.value_ms: is not a known key',
  ],
  [
    'percentiles over parameters of a lower layer',
    'providers: {o1: {latency: {itl: {p50_ms: 3}}}}',
    'f:1:42  providers.o1.latency.itl.mean_ms: must not be combined with percentiles (got 12)',
  ],
  [
    'a problem within a component of a mixture',
    'providers: {x: {latency: {itl: {distribution: mixture, components: [{weight: 1, distribution: gamma, p50_ms: 9, p95_ms: 3}]}}}}',
    'f:1:121  providers.x.latency.itl.components[0].p95_ms: must be >= p50_ms (9) (got 3)',
  ],
  [
    'a mixture of mixtures',
    'providers: {x: {latency: {itl: {distribution: mixture, components: [{weight: 1, distribution: mixture, components: []}]}}}}',
    'f:1:95  providers.x.latency.itl.components[0].distribution: must be one of "constant", "uniform", "normal", "log_normal", "exponential", "gamma", "weibull", "pareto", "empirical" (got "mixture")',
  ],
  [
    'a histogram without a count per bin',
    'providers: {x: {latency: {itl: {distribution: empirical, histogram: {edges_ms: [0, 1], counts: [1, 2]}}}}}',
    'f:1:96  providers.x.latency.itl.histogram.counts: must have one entry per bin: 1 for 2 edges, not 2 (got [1,2])',
  ],
  [
    'a distribution that is not named',
    'providers: {x: {latency: {itl: {p50_ms: 3}}}}',
    `f:1:27  providers.x.latency.itl.distribution: is required and must be one of ${DISTRIBUTIONS}`,
  ],
  [
    'a missing parameter',
    'providers: {x: {latency: {itl: {distribution: normal, mean_ms: 3}}}}',
    'f:1:27  providers.x.latency.itl.std_dev_ms: is required with mean_ms',
  ],
  [
    'parameters that do not fit together',
    'providers: {gpt-4.1: {latency: {ttft: {p95_ms: 3}}}}',
    'f:1:48  providers["gpt-4.1"].latency.ttft.p95_ms: must be >= p50_ms (500) (got 3)',
  ],
  [
    'a generator that is none',
    'replies: {generator: ehco}',
    'f:1:22  replies.generator: must be one of "text", "echo", "fixed", "template" (got "ehco"). did you mean "echo"?',
  ],
  [
    'a generator without its text',
    'replies: {generator: fixed}',
    'f:1:22  replies.text: must not be empty for the generator fixed (got "")',
  ],
  ['a text that nobody says', 'replies: {text: hello}', 'f:1:11  replies.text: has no meaning for the generator text'],
  [
    'an unknown variable',
    'replies: {generator: template, text: "{{last_mesage}}"}',
    'f:1:38  replies.text: names the variable "last_mesage", which is none of last_message, model, endpoint, prompt_tokens, header.<name>. did you mean "last_message"?',
  ],
  [
    'a template that is none',
    'replies: {rules: [{reply: {text: "{{#model}}"}}]}',
    'f:1:34  replies.rules[0].reply.text: must be a template: unclosed section "model" at 10 (got "{{#model}}")',
  ],
  [
    'a group that the expression lacks',
    'replies: {rules: [{match: {last_message: (a)}, reply: {tool_calls: [{name: t, arguments: {x: ["{{match.2}}"]}}]}}]}',
    'f:1:95  replies.rules[0].reply.tool_calls[0].arguments.x[0]: names the variable "match.2", which is none of last_message, model, endpoint, prompt_tokens, match.0, match.1, header.<name>. did you mean "match.0"?',
  ],
  [
    'an expression that is none',
    'replies: {rules: [{match: {last_message: "refund ("}, reply: {text: "{{match.1}}"}}]}',
    'f:1:42  replies.rules[0].match.last_message: must be a regular expression: Unterminated group (got "refund (")',
  ],
  [
    'an expression for a header that is none',
    'replies: {rules: [{match: {headers: {X-A: "["}}, reply: {}}]}',
    'f:1:43  replies.rules[0].match.headers.X-A: must be a regular expression: Unterminated character class (got "[")',
  ],
  [
    'a header name that is none',
    'replies: {rules: [{match: {headers: {"x y": a}}, reply: {}}]}',
    'f:1:38  replies.rules[0].match.headers["x y"]: must be the name of a header',
  ],
  [
    'a rule for a model that nobody has',
    'replies: {rules: [{match: {model: gpt-4p}, reply: {text: a}}]}',
    'f:1:35  replies.rules[0].match.model: must match the name of a configured model (got "gpt-4p"). did you mean "gpt-4"?',
  ],
  ['a rule without a reply', 'replies: {rules: [{match: {}}]}', 'f:1:19  replies.rules[0].reply: is required'],
  [
    'a key of a rule',
    'replies: {rules: [{match: {modle: a}, reply: {}}]}',
    'f:1:28  replies.rules[0].match.modle: is not a known key. did you mean "model"?',
  ],
  ['a rule that is no mapping', 'replies: {rules: [a]}', 'f:1:19  replies.rules[0]: must be a rule (got "a")'],
  [
    'a fault that is none',
    'replies: {rules: [{reply: {fault: {kind: rate_limited}}}]}',
    `f:1:42  replies.rules[0].reply.fault.kind: must be one of ${faults} (got "rate_limited"). did you mean "rate_limit"?`,
  ],
  [
    'a text beside a fault',
    'replies: {rules: [{reply: {fault: {kind: timeout}, text: a}}]}',
    'f:1:52  replies.rules[0].reply.text: has no meaning beside the fault timeout',
  ],
  [
    'a waiting time for a fault that has none',
    'replies: {rules: [{reply: {fault: {kind: timeout, retry_after_secs: 1}}}]}',
    'f:1:51  replies.rules[0].reply.fault.retry_after_secs: is not a known key. did you mean "providers.<model>.errors.rate_limit.retry_after_secs"?',
  ],
  [
    'a finish that needs tool calls',
    'replies: {rules: [{reply: {text: a, finish_reason: tool_calls}}]}',
    'f:1:52  replies.rules[0].reply.finish_reason: must not be "tool_calls" without tool_calls',
  ],
  [
    'a latency of a rule that does not fit together',
    'replies: {rules: [{reply: {latency: {ttft: {distribution: log_normal, p50_ms: 9, p95_ms: 3}}}}]}',
    'f:1:90  replies.rules[0].reply.latency.ttft.p95_ms: must be >= p50_ms (9) (got 3)',
  ],
  [
    'several rules at once',
    'replies: {rules: [{match: {last_message: "("}, reply: {fault: {kind: x}}}, {match: {modle: a}, reply: {text: "{{x}}", finish_reason: tool_calls}}, a]}',
    [
      'f:1:42  replies.rules[0].match.last_message: must be a regular expression: Unterminated group (got "(")',
      `f:1:70  replies.rules[0].reply.fault.kind: must be one of ${faults} (got "x")`,
      'f:1:85  replies.rules[1].match.modle: is not a known key. did you mean "model"?',
      'f:1:134  replies.rules[1].reply.finish_reason: must not be "tool_calls" without tool_calls',
      'f:1:148  replies.rules[2]: must be a rule (got "a")',
    ].join('\n'),
  ],
  [
    'a rule that no request reaches',
    'replies: {rules: [{reply: {text: a}}, {match: {model: gpt-4}, reply: {text: b}}]}',
    'f:1:39  replies.rules[1]: is never reached: replies.rules[0] takes every request',
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
