/** `llm-simulator compare`: what it prints and writes, its exit codes, and what it says about command lines that are wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, type TestGateway } from '../../bench/compare/known-gateway.js';
import { type Simulator, startSimulator } from '../../src/index.js';
import type { CompareResult } from '../../src/load/compare/result.js';
import {
  environment,
  eventually,
  moduleArguments,
  type Outcome,
  Program,
  runCommand,
  temporaryFile,
  temporaryFolder,
} from '../process/program.js';

const latency = { ttft: { distribution: 'constant', value_ms: 20 }, itl: { distribution: 'constant', value_ms: 2 } };
const PLAN = `
mix:
  chat: { model: gpt-4o-mini, prompt_tokens: 20, output_tokens: 8 }
  whole: { model: gpt-4o-mini, stream: false, prompt_tokens: 20, output_tokens: 8 }
assertions: ['ttft_p99<1ms']
`;

let simulator: Simulator;
let gateway: TestGateway;
before(async () => {
  simulator = await startSimulator({ config: { providers: { 'gpt-4o-mini': { latency } } } });
  gateway = await startGateway(simulator.url, { dropsAnswerHeaders: ['x-request-id'] });
});
after(async () => {
  await gateway.stop();
  await simulator.stop();
});

/** Requests that have ended at the simulator. */
async function recorded(): Promise<number> {
  const journal = await fetch(`${simulator.url}/admin/journal?limit=1`);
  const { processes } = (await journal.json()) as { readonly processes: readonly { readonly recorded: number }[] };
  return processes[0]!.recorded;
}

const compare = (...flags: string[]): Promise<Outcome> =>
  runCommand(
    ['compare', '--direct', simulator.url, '--gateway', gateway.url, '--pairs', '6', '--concurrency', '2', ...flags],
    environment(),
  );

describe('a comparison', () => {
  test('is printed as a table, and written as a page and for JUnit', async () => {
    const folder = temporaryFolder();
    const [html, junit, csv] = [join(folder, 'report.html'), join(folder, 'junit.xml'), join(folder, 'pairs.csv')];
    const { code, stderr, stdout } = await compare(
      '--assert',
      'anomalies==0',
      '--html',
      html,
      '--junit',
      junit,
      '--csv',
      csv,
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /until the first token/);
    assert.match(stdout, /lost x-request-id {2}6 pairs/);
    assert.match(stdout, /no anomalies/);
    assert.match(stdout, /ok {7}anomalies==0: 0 is equal to 0/);
    const page = readFileSync(html, 'utf8');
    assert.match(page, /^<!doctype html>/i);
    assert.match(page, /Added until the first token/);
    assert.match(readFileSync(junit, 'utf8'), /<testcase[^>]*name="anomalies==0"/);
    const [head = '', ...rows] = readFileSync(csv, 'utf8').trim().split('\r\n');
    assert.equal(rows.length, 6);
    const columns = head.split(',');
    for (const row of rows) {
      const cells = row.split(',');
      assert.equal(cells.length, columns.length);
      assert.equal(cells[columns.indexOf('direct_outcome')], 'complete');
      assert.ok(Number(cells[columns.indexOf('direct_first_content_ms')]) >= 20);
    }
  });

  test('is one document with --json, of a plan’s mix', async () => {
    const plan = temporaryFile('plan.yaml', PLAN);
    const { code, stderr, stdout } = await compare('--json', '--plan', plan, '--seed', '3');
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as CompareResult;
    assert.deepEqual([result.kind, result.pairs, result.seed], ['compare', 6, 3]);
    assert.deepEqual(result.ground.same_plan, 6);
    assert.equal(result.plan.length, 2);
    // What a plan says of a load is not asked of a comparison.
    assert.deepEqual(result.assertions, []);
  });

  test('whose assertions do not hold ends with exit code 1', async () => {
    const { code, stdout } = await compare('--assert', 'lost_headers==0', '--assert', 'pairs>=6');
    assert.equal(code, 1);
    assert.match(stdout, /FAILED {3}lost_headers==0: 1 is not equal to 0/);
    assert.match(stdout, /ok {7}pairs>=6/);
  });

  test('with a header for the gateway that cannot be sent is refused', async () => {
    const { code, stderr } = await compare('--gateway-header', 'expect: 100-continue');
    assert.equal(code, 2);
    assert.match(stderr, /--gateway-header expect must not be one of/);
  });

  test('with a gateway that is not there is invalid: exit code 7', async () => {
    const { code, stdout } = await compare('--gateway', 'http://127.0.0.1:1', '--no-marks');
    assert.equal(code, 7);
    assert.match(stdout, /INVALID {2}no request was answered in full on both ways \[nothing_complete\]/);
  });

  test('with a gateway that is not there fails what is asserted of it: exit code 1', async () => {
    const html = join(temporaryFolder(), 'dead.html');
    const { code } = await compare(
      '--gateway',
      'http://127.0.0.1:1',
      '--assert',
      'added_ttft_p50<20ms',
      '--html',
      html,
    );
    assert.equal(code, 1);
    assert.match(readFileSync(html, 'utf8'), /no request was answered in full/);
  });
});

test('a signal ends it with what is done by then', async () => {
  const ways = ['--direct', simulator.url, '--gateway', gateway.url];
  const args = ['compare', ...ways, '--pairs', '100000', '--concurrency', '2', '--json'];
  const program = new Program([...moduleArguments('src/main'), ...args]);
  const before = await recorded();
  // The warm-up's four pairs, and some that count.
  await eventually(
    async () => ((await recorded()) > before + 20 ? true : undefined),
    () => `nothing is sent: ${program.stderr}`,
  );
  program.child.kill('SIGINT');
  const { code, stdout } = await program.outcome();
  const result = JSON.parse(stdout) as CompareResult;
  assert.equal(code, 7);
  assert.equal(result.validity.reasons[0]?.code, 'cut_short');
  assert.ok(result.pairs > 0 && result.pairs < 100_000 && result.content.equal === result.pairs);
});

describe('a wrong command line', () => {
  for (const [what, flags, expected] of [
    [
      'an assertion about nothing',
      ['--assert', 'added_tft_p50<1ms', '--assert', 'pairs=3'],
      /added_ttft_p50[\s\S]*pairs==3/,
    ],
    ['a gateway that is no URL', ['--gateway', 'localhost:1'], /--gateway[\s\S]*http:\/\//],
    ['the version of an API in a URL', ['--gateway', 'http://localhost:1/v1/'], /"http:\/\/localhost:1"\?/],
    ['no pairs', ['--pairs', '0'], /integer from 1 to 100000/],
    ['a header that is none', ['--gateway-header', 'x'], /--gateway-header/],
    ['a dialect that is none', ['--gateway-dialect', 'x'], /openai\.chat/],
  ] as const) {
    test(`with ${what} is refused before anything is sent`, async () => {
      const { code, stderr, stdout } = await compare(...flags);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, expected);
    });
  }

  test('without the two ways is refused', async () => {
    const { code, stderr } = await runCommand(['compare', '--direct', 'http://127.0.0.1:1']);
    assert.equal(code, 2);
    assert.match(stderr, /--gateway <url>/);
  });
});
