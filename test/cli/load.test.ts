/** The command `load`, as a user runs it against a simulator: what it prints, which files it leaves, and how it ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import type { RunResult } from '../../src/load/result.js';
import { environment, eventually, moduleArguments, Program, runCommand } from '../process/program.js';

const folder = mkdtempSync(join(tmpdir(), 'load-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator({ config: { simulation: { time_scale: 0 } } });
});
after(() => simulator.stop());

interface Run {
  readonly code: number | null;
  readonly result: RunResult;
  readonly stderr: string;
}

/** Runs it with --json. */
async function runLoad(...flags: string[]): Promise<Run> {
  const { code, stdout, stderr } = await runCommand(['load', '--url', simulator.url, '--json', ...flags]);
  assert.notEqual(stdout, '', stderr);
  return { code, result: JSON.parse(stdout), stderr };
}

/** A slow machine makes a run invalid, and says so: the exit code follows the verdict whatever that is. */
function assertExitCode({ code, result }: Run): void {
  const { validity, assertions } = result;
  assert.equal(code, validity.valid ? (assertions.every(({ passed }) => passed) ? 0 : 1) : 7, JSON.stringify(validity));
}

describe('load', () => {
  test('sends as many requests as it was told to, and measures all of them', async () => {
    const run = await runLoad('--users', '3', '--requests', '30', '--output-tokens', '8');
    assertExitCode(run);
    const { total, series, target, seed, plan } = run.result;
    assert.equal(run.result.kind, 'load');
    assert.deepEqual([total.requests, total.complete, total.errors], [30, 30, 0]);
    assert.equal(total.output_tokens, 240);
    assert.equal(total.ttft.count, 30);
    assert.equal(
      series.reduce((sum, { finished }) => sum + finished, 0),
      30,
    );
    assert.deepEqual([target, seed], [simulator.url, 1]);
    assert.match(plan.join('\n'), /3 users; at most 30 requests\nmain \(100 %\): openai\.chat gpt-4o-mini, streamed/);
    assert.deepEqual(run.stderr, '');
  });

  test('runs a plan of several kinds of requests, with conversations, from a file', async () => {
    const { code, stdout, stderr } = await runCommand([
      'load',
      '--plan',
      'test/cli/mixed-load.yaml',
      '--url',
      simulator.url,
      '--json',
    ]);
    const result: RunResult = JSON.parse(stdout);
    assertExitCode({ code, result, stderr });
    assert.deepEqual(Object.keys(result.by_mix), ['chat', 'claude', 'gemini', 'responses', 'azure', 'whole', 'index']);
    for (const [name, figures] of Object.entries(result.by_mix)) {
      assert.equal(figures.complete, figures.requests, `${name}: ${JSON.stringify(figures.errors_by_kind)}`);
    }
    assert.equal(result.total.requests, 80);
    assert.equal(result.total.goodput_share, 1);
  });

  test('the same plan and seed get the same answers, another seed others', async () => {
    const flags = ['--users', '2', '--requests', '12', '--output-tokens', '5,40', '--seed'];
    const [one, again, other] = [
      await runLoad(...flags, '4'),
      await runLoad(...flags, '4'),
      await runLoad(...flags, '5'),
    ];
    assert.equal(one!.result.total.output_tokens, again!.result.total.output_tokens);
    assert.notEqual(
      one!.result.total.input_tokens + one!.result.total.output_tokens,
      other!.result.total.input_tokens + other!.result.total.output_tokens,
    );
  });

  test('prints a table, and writes the files that were asked for', async () => {
    const [html, junit, csv] = ['report.html', 'junit.xml', 'requests.csv'].map(inFolder) as [string, string, string];
    const { code, stdout } = await runCommand([
      'load',
      '--url',
      simulator.url,
      '--requests',
      '10',
      '--assert',
      'errors.429==0',
      '--html',
      html,
      '--junit',
      junit,
      '--csv',
      csv,
    ]);
    assert.ok(code === 0 || code === 7);
    assert.match(stdout, /load of http:/);
    assert.match(stdout, /errors\.429==0/);
    assert.match(readFileSync(html, 'utf8'), /^<!doctype html>[\s\S]*<\/html>\s*$/i);
    assert.match(readFileSync(junit, 'utf8'), /<testcase [^>]*name="errors\.429==0"/);
    assert.equal(readFileSync(csv, 'utf8').trimEnd().split('\r\n').length, 11);
  });

  test('an assertion that does not hold ends it with exit code 1, and says by how much', async () => {
    const run = await runLoad('--requests', '5', '--assert', 'error_rate>50%', '--assert', 'error_rate<50%');
    assertExitCode(run);
    const [fails, holds] = run.result.assertions;
    assert.deepEqual([fails!.passed, holds!.passed], [false, true]);
    assert.match(fails!.explanation, /0 % is not above 50 %/);
  });

  test('a target at which nobody listens makes the run invalid', async () => {
    const { code, stdout } = await runCommand(['load', '--url', 'http://127.0.0.1:1', '--requests', '5', '--json']);
    assert.equal(code, 7);
    const { validity, total }: RunResult = JSON.parse(stdout);
    assert.equal(total.errors_by_outcome.connect_failed, 5);
    assert.ok(validity.reasons.some((reason) => reason.code === 'unreachable'));
  });

  test('what the target does not do fails the assertions about it: exit code 1', async () => {
    // One request that is late is no verdict about the generator.
    const dead = ['load', '--url', 'http://127.0.0.1:1', '--requests', '1'];
    for (const assertion of ['error_rate<1%', 'ttft_p95<1s']) {
      const { code, stdout } = await runCommand([...dead, '--assert', assertion]);
      if (/generator_busy/.test(stdout)) continue;
      assert.equal(code, 1, stdout);
      assert.match(stdout, /^FAILED: [\s\S]*^ {2}unreachable: /m);
    }
    assert.equal((await runCommand([...dead, '--assert', 'error_rate>50%'])).code, 7);
  });

  test('SIGINT ends the run, and what was measured so far is printed', async () => {
    const csv = inFolder('interrupted.csv');
    const args = ['load', '--url', simulator.url, '--duration', '10m', '--output-tokens', '4', '--json', '--csv', csv];
    const program = new Program([...moduleArguments('src/main'), ...args], environment());
    const journal = `${simulator.url}/admin/journal?limit=1`;
    const sent = async () =>
      ((await (await fetch(journal)).json()) as { processes: { recorded: number }[] }).processes[0]?.recorded ?? 0;
    const before = await sent();
    await eventually(
      async () => ((await sent()) > before + 20 ? true : undefined),
      () => 'no requests were sent',
    );
    // A report of the threads has come by then.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    program.child.kill('SIGINT');
    const { code, stdout, stderr } = await program.outcome();
    const result: RunResult = JSON.parse(stdout);
    assert.equal(code, 7, stderr);
    assert.ok(result.total.complete > 0);
    assert.ok(result.validity.reasons.some((reason) => reason.code === 'interrupted'));
    assert.match(stderr, /ending the run/);
  });

  test('--upstream tells what arrived at the simulator', async () => {
    const html = inFolder('upstream.html');
    const run = await runLoad('--requests', '8', '--upstream', simulator.url, '--html', html);
    assertExitCode(run);
    assert.match(readFileSync(html, 'utf8'), /8 sent, 8 at the upstream/);
    assert.deepEqual([run.result.upstream?.requests, run.result.upstream?.attempts.per_request], [8, 1]);
  });

  test('a variable that is set but empty is no key', async () => {
    const env = environment({ LLM_SIM_LOAD_API_KEY: '', LLM_SIM_ADMIN_KEY: '' });
    const { code, stderr } = await runCommand(['load', '--url', 'http://127.0.0.1:1', '--show-plan'], env);
    assert.equal(code, 0, stderr);
  });

  test('--show-plan prints a plan without keys, and sends nothing', async () => {
    const { code, stdout } = await runCommand([
      'load',
      '--url',
      'http://user:sk-secret@127.0.0.1:1',
      '--api-key',
      'sk-secret',
      '--header',
      'Authorization: Bearer sk-secret',
      '--header',
      'x-team: blue',
      '--rate',
      '5',
      '--duration',
      '2m',
      '--show-plan',
    ]);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout).arrivals, [{ pattern: 'poisson', rate: 5, duration_secs: 120 }]);
    assert.deepEqual(JSON.parse(stdout).target, { url: 'http://127.0.0.1:1', headers: { 'x-team': 'blue' } });
    assert.doesNotMatch(stdout, /sk-secret/);
  });
});

describe('a command line that is wrong', () => {
  for (const [story, flags, code, message] of [
    ['without a target', [], 2, /nothing says where requests go[\s\S]*--url/],
    [
      'rate and users at once',
      ['--url', 'http://h', '--rate', '1', '--users', '1'],
      2,
      /'--users <number>' cannot be used with option '-r, --rate <number>'/,
    ],
    [
      'a think time of a rate',
      ['--url', 'http://h', '--rate', '1', '--think-time', '5'],
      2,
      /--think-time is for users/,
    ],
    ['a pattern that is none', ['--url', 'http://h', '--pattern', 'ramp;'], 2, /has the form NAME/],
    ['a time that is none', ['--url', 'http://h', '--duration', '5 days'], 2, /must be a time: 30, 30s/],
    ['an objective that is none', ['--url', 'http://h', '--objective', 'speed<5'], 2, /has the form 'ttft<500ms'/],
    ['an unknown preset', ['--url', 'http://h', '--preset', 'smok'], 2, /Allowed choices are smoke/],
    ['a header that is none', ['--url', 'http://h', '--header', 'nothing'], 2, /is no header/],
    ['a plan that is not there', ['--plan', 'none.yaml'], 3, /none\.yaml {2}does not exist/],
    [
      'a plan that is wrong',
      ['--url', 'h:1', '--assert', 'speed<5', '--assert', 'ttft_p99'],
      3,
      /--url[\s\S]*"speed" is no measure[\s\S]*has no comparison/,
    ],
    [
      'an upstream that is not there',
      ['--url', 'http://127.0.0.1:1', '--upstream', 'http://127.0.0.1:1'],
      2,
      /nobody answers at --upstream/,
    ],
    [
      'a file in no folder',
      ['--url', 'http://127.0.0.1:1', '--html', '/nowhere/report.html'],
      1,
      /\/nowhere\/report\.html cannot be written/,
    ],
  ] as const) {
    test(story, async () => {
      const outcome = await runCommand(['load', ...flags]);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.equal(outcome.stdout, '');
      assert.match(outcome.stderr, message);
    });
  }
});
