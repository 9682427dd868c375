/** The `faults` section and what requests may ask for: what is accepted, and what is said of the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';
import { redacted } from '../../src/config/schema/marks.js';
import { patterns } from '../../src/faults/patterns/registry.js';
import { faultKinds, settingSchema } from '../../src/faults/registry.js';

const load = (content: string) => loadConfiguration({ text: { name: 'f', content }, environment: {} });

/** `line:column  message` of every problem. */
function problemsOf(content: string): string[] {
  try {
    load(content);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure);
    return formatProblems(error.problems)
      .split('\n')
      .map((line) => line.replace(/^f:/, ''));
  }
  return assert.fail('it is accepted');
}

test('without a word there are no rules, and requests may ask for nothing', () => {
  const { faults, simulation } = load('');
  assert.deepEqual(faults, { enabled: true, rules: [] });
  assert.deepEqual(simulation.request_overrides, { fault: false, latency: false });
});

test('every kind is accepted by its bare name and with its defaults, and every pattern as in its examples', () => {
  const kinds = faultKinds.flatMap((kind) => {
    const properties = Object.entries(settingSchema(kind).properties ?? {});
    const defaults = properties.map(([key, property]) => [key, property.const ?? property.default]);
    return [kind.name, Object.fromEntries(defaults)];
  });
  const rules = [
    ...kinds.map((fault, index) => ({ name: `k${index}`, fault })),
    ...patterns.flatMap(({ name, schema }) =>
      schema.examples.map((pattern, index) => ({ name: `${name} ${index}`, fault: 'overloaded', pattern })),
    ),
  ];
  const { faults } = loadConfiguration({ object: { faults: { rules } }, environment: {} });
  assert.deepEqual(faults.rules, rules);
});

test('everything that is wrong is said at once, where it stands, with what would be valid', () => {
  const problems = problemsOf(`faults:
  enabledd: true
  rules:
    - {name: a, fault: rate_limt}
    - {name: a, fault: {kind: rate_limit, retry_after: 3}}
    - {name: b, fault: {kind: server_error, status: 501}, probability: 2}
    - {name: c, fault: timeout, pattern: {kind: burst, rate: 0.9, mean_length: 2}}
    - {name: d, fault: timeout, pattern: {kind: brust, rate: 0.9}}
    - {name: e, fault: 5, match: {model: gpt-4oo, headers: {"x a": "."}, provider: openia}}
    - {fault: {kind: [nope]}}
    - {name: f, fault: {}}
    - {name: g, fault: refusal, match: {headers: {x-b: "("}}, pattern: {kind: window, from: 5, until: 3}}
    - {name: h, fault: refusal, match: {endpoint: openai.chat.completion}}
providers:
  gpt-4o: {errors: {rate_limit: {probability: 0.9}, timeout: {probability: 0.2}}}
simulation: {request_overrides: {faults: true}}
`);
  const expected: readonly (readonly [place: string, sentence: RegExp])[] = [
    ['2:3  faults.enabledd', /is not a known key\. did you mean "enabled"\?$/],
    [
      '4:24  faults.rules[0].fault',
      /must be one of "rate_limit", .* \(got "rate_limt"\)\. did you mean "rate_limit"\?$/,
    ],
    ['5:14  faults.rules[1].name', /must be unique: faults\.rules\[0\] has it \(got "a"\)$/],
    ['5:43  faults.rules[1].fault.retry_after', /is not a known key\. did you mean "retry_after_secs"\?$/],
    ['6:53  faults.rules[2].fault.status', /must be one of 500, 502, 503, 504 \(got 501\)$/],
    ['6:72  faults.rules[2].probability', /must be a number from 0 to 1 \(got 2\)$/],
    ['7:62  faults.rules[3].pattern.rate', /must be <= mean_length \/ \(mean_length \+ 1\) \(0\.666667\)/],
    ['8:49  faults.rules[4].pattern.kind', /\(got "brust"\)\. did you mean "burst"\?$/],
    [
      '9:24  faults.rules[5].fault',
      /must be the name of a fault, or a mapping with its kind and parameters \(got 5\)$/,
    ],
    ['9:42  faults.rules[5].match.model', /must match the name of a configured model/],
    ['9:61  faults.rules[5].match.headers["x a"]', /must be the name of a header$/],
    ['9:84  faults.rules[5].match.provider', /did you mean "openai"\?$/],
    ['10:7  faults.rules[6].name', /is required$/],
    ['10:22  faults.rules[6].fault.kind', /must be one of "rate_limit"/],
    ['11:17  faults.rules[7].fault.kind', /is required and must be one of "rate_limit"/],
    ['12:56  faults.rules[8].match.headers.x-b', /must be a regular expression: Unterminated group \(got "\("\)$/],
    ['12:103  faults.rules[8].pattern.until', /must be > from \(5\)$/],
    [
      '13:51  faults.rules[9].match.endpoint',
      /must match the name of an endpoint.*did you mean "openai\.chat\.completions"\?$/,
    ],
    ['15:12  providers.gpt-4o.errors', /must have probabilities whose sum is at most 1 \(got 1\.105\)$/],
    ['16:34  simulation.request_overrides.faults', /did you mean "fault"\?$/],
  ];
  for (const [place, sentence] of expected) {
    const [found, ...others] = problems.filter((problem) => problem.startsWith(`${place}: `));
    assert.ok(found !== undefined && others.length === 0, `${place} in\n${problems.join('\n')}`);
    assert.match(found, sentence);
  }
  assert.equal(problems.length, expected.length, problems.join('\n'));
});

test('API keys are shown neither in problems nor in a configuration that is shown', () => {
  const key = 'sk-canary-3f9a';
  const wrong = problemsOf(
    `faults: {rules: [{name: a, fault: overloaded, match: {api_key: [${key}, 1, {${key}: 1}]}}]}`,
  );
  assert.ok(wrong.length > 0 && !wrong.join('\n').includes(key), wrong.join('\n'));
  const rules = [
    { name: 'a', fault: 'overloaded', match: { api_key: key } },
    { name: 'b', fault: 'overloaded', match: { api_key: [key, key] } },
  ];
  const configuration = loadConfiguration({ object: { faults: { rules } }, environment: {} });
  assert.ok(!JSON.stringify(redacted(configuration)).includes(key));
});

test('rules with a name twice, or too many headers, are refused', () => {
  const rules = Array.from({ length: 9 }, (_, rule) => {
    const headers = Array.from({ length: 8 }, (__, index) => `x-${rule}-${index}: "."`).join(', ');
    return `{name: r${rule}, fault: overloaded, match: {headers: {${headers}}}}`;
  });
  assert.match(
    problemsOf(`faults: {rules: [${rules.join(', ')}]}`)[0] ?? '',
    /more than 64 different headers \(got 72\)/,
  );
});
