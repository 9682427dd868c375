/** `llm-simulator validate`: every problem at once, with its place, and an exit code for scripts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { environment, runCommand, temporaryFile, temporaryFolder } from '../process/program.js';

const VALID = 'server: { port: 9001 }\n';
const INVALID = `server:
  prot: 80
simulation:
  time_scale: -1
telemetry:
  logging: { level: loud }
`;

describe('a valid configuration', () => {
  test('ends with exit code 0 and says what was read', async () => {
    const file = temporaryFile('valid.yaml', VALID);
    const { code, stdout, stderr } = await runCommand(['validate', '--config', file]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /valid\.yaml is valid: \d+ models/);
    assert.equal(stderr, '');
  });

  test('is the default one when no file is named', async () => {
    const { code, stdout } = await runCommand(['validate']);
    assert.equal(code, 0);
    assert.match(stdout, /^the default configuration is valid/);
  });

  test('is reported as JSON when asked', async () => {
    const { code, stdout } = await runCommand(['validate', '--json', '-c', temporaryFile('valid.yaml', VALID)]);
    assert.equal(code, 0);
    const { valid, problems, models } = JSON.parse(stdout);
    assert.deepEqual([valid, problems, models > 0], [true, [], true]);
  });
});

describe('percentiles', () => {
  const file = temporaryFile(
    'percentiles.yaml',
    'providers: {x: {latency: {ttft: {distribution: gamma, p50_ms: 30, p95_ms: 90, p99_ms: 150}}}}\n',
  );

  test('that a family cannot meet are told with what is drawn instead', async () => {
    const { code, stdout } = await runCommand(['validate', '--config', file]);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+ percentiles are met to 0\.01 %$/m);
    assert.match(stdout, /^providers\.x\.latency\.ttft\.p95_ms: 90 ms wanted, 97\.\d+ ms drawn \(\+7\.98 %\)$/m);
  });

  test('are listed as JSON when asked, those that are met by their number', async () => {
    const { stdout } = await runCommand(['validate', '--json', '--config', file]);
    const { percentiles, percentiles_met: met } = JSON.parse(stdout) as {
      percentiles: { path: string; relative_error: number }[];
      percentiles_met: number;
    };
    const errors = percentiles.filter(({ path }) => path.startsWith('providers.x.'));
    assert.deepEqual(
      errors.map(({ path, relative_error }) => [path, Number(relative_error.toPrecision(3))]),
      [
        ['providers.x.latency.ttft.p50_ms', -0.0141],
        ['providers.x.latency.ttft.p95_ms', 0.0798],
        ['providers.x.latency.ttft.p99_ms', -0.0606],
      ],
    );
    assert.ok(met > 0);
  });
});

describe('an invalid configuration', () => {
  test('ends with exit code 3 and every problem with its place and a suggestion', async () => {
    const file = temporaryFile('invalid.yaml', INVALID);
    const { code, stdout, stderr } = await runCommand(['validate', '--config', file]);
    assert.equal(code, 3);
    assert.equal(stdout, '');
    const lines = stderr.split('\n');
    const at = (place: string) => lines.find((line) => line.startsWith(`${file}:${place}  `));
    assert.match(at('2:3') ?? stderr, /server\.prot: .*port/);
    assert.match(at('4:15') ?? stderr, /simulation\.time_scale: .*got -1/);
    assert.match(at('6:21') ?? stderr, /telemetry\.logging\.level: .*got "loud"/);
  });

  test('is reported as JSON with the same problems', async () => {
    const file = temporaryFile('invalid.yaml', INVALID);
    const { code, stdout, stderr } = await runCommand(['validate', '--json', '--config', file]);
    assert.equal(code, 3);
    assert.equal(stderr, '');
    const { valid, problems } = JSON.parse(stdout);
    assert.equal(valid, false);
    assert.deepEqual(problems.map(({ path }: { path: string }) => path).sort(), [
      'server.prot',
      'simulation.time_scale',
      'telemetry.logging.level',
    ]);
    for (const { origin } of problems) assert.deepEqual([origin.kind, origin.file], ['file', file]);
  });

  test('values that JSON lacks are written as in YAML', async () => {
    const file = temporaryFile('infinite.yaml', 'server: { port: .inf }\nsimulation: { time_scale: .nan }\n');
    const { stdout } = await runCommand(['validate', '--json', '--config', file]);
    const { problems } = JSON.parse(stdout) as { problems: { value: unknown }[] };
    assert.deepEqual(
      problems.map(({ value }) => value),
      ['.inf', '.nan'],
    );
  });

  test('a wrong environment variable is a problem too, and is named', async () => {
    const { code, stderr } = await runCommand(['validate'], environment({ LLM_SIM__SERVER__THREADS: 'many' }));
    assert.equal(code, 3);
    assert.match(stderr, /^LLM_SIM__SERVER__THREADS {2}server\.threads: /m);
  });

  test('a file that cannot be read ends with exit code 3 and its name, as text and as JSON', async () => {
    const missing = `${temporaryFolder()}/missing.yaml`;
    const text = await runCommand(['validate', '--config', missing]);
    assert.equal(text.code, 3);
    assert.match(text.stderr, /missing\.yaml {2}does not exist$/m);
    const json = await runCommand(['validate', '--json', '--config', missing]);
    assert.equal(json.code, 3);
    assert.match(JSON.parse(json.stdout).problems[0].message, /does not exist/);
  });
});
