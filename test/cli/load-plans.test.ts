/** What plans ask for is what a simulator gets and what the run tells: arrivals, lengths, keys, clients that leave, and bounds. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import type { RunResult } from '../../src/load/result.js';
import { eventually, runCommand } from '../process/program.js';

const folder = mkdtempSync(join(tmpdir(), 'load-plans-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

let fast: Simulator;
let slow: Simulator;
before(async () => {
  fast = await startSimulator({ config: { simulation: { time_scale: 0 } } });
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const latency = { ttft: constant(60_000), itl: constant(10) };
  slow = await startSimulator({ config: { providers: { 'gpt-4o-mini': { latency } } } });
});
after(() => Promise.all([fast.stop(), slow.stop()]));

type Row = { readonly [column: string]: string };

interface Told {
  readonly code: number | null;
  readonly result: RunResult;
  /** Of each request, in the order of their keys. */
  readonly rows: readonly Row[];
}

async function run(url: string, plan: string, ...flags: string[]): Promise<Told> {
  const csv = join(folder, 'requests.csv');
  const file = fileOf('plan.yaml', plan);
  const args = ['load', '--url', url, '--plan', file, '--json', '--csv', csv, ...flags];
  const { code, stdout, stderr } = await runCommand(args);
  assert.notEqual(stdout, '', stderr);
  const [head = '', ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
  const names = head.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell])));
  rows.sort((one, other) => (one.key! < other.key! ? -1 : 1));
  return { code, result: JSON.parse(stdout), rows };
}

interface JournalEntry {
  readonly request_id: string;
  readonly api_key: string | null;
  readonly result: string;
}

async function journalOf({ url }: Simulator): Promise<JournalEntry[]> {
  const answer = await fetch(`${url}/admin/journal?limit=1000`);
  return ((await answer.json()) as { entries: JournalEntry[] }).entries;
}

describe('a plan', () => {
  test('has a trace arrive at its times, with its lengths', async () => {
    fileOf('calls.csv', 'arrival_ms,input_tokens,output_tokens\n1000,20,5\n1250,40,7\n1100,30,6\n');
    const { result, rows } = await run(fast.url, 'arrivals: [{ pattern: trace, file: calls.csv, use_lengths: true }]');
    assert.deepEqual(
      rows.map(({ intended_ms, input_tokens, output_tokens }) =>
        [intended_ms, input_tokens, output_tokens].map(Number),
      ),
      [
        [0, 20, 5],
        [100, 30, 6],
        [250, 40, 7],
      ],
    );
    assert.equal(result.total.complete, 3);
  });

  test('sends the same with any number of threads, and conversations grow', async () => {
    const plan =
      'closed_loop: { users: 4 }\nmax_requests: 24\nmix: { a: { output_tokens: 9, conversation: { turns: 4 } } }';
    const [one, three] = [await run(fast.url, plan, '--threads', '1'), await run(fast.url, plan, '--threads', '3')];
    const sent = ({ rows }: Told) =>
      rows.map(({ key, input_tokens, output_tokens }) => [key, input_tokens, output_tokens]);
    assert.equal(one!.rows.length, 24);
    assert.deepEqual(sent(one!), sent(three!));
    const first = one!.rows.filter(({ conversation }) => conversation === '0').map((row) => Number(row.input_tokens));
    assert.equal(first.length, 4);
    for (const [turn, tokens] of first.entries())
      if (turn > 0) assert.ok(tokens > first[turn - 1]! + 100, String(first));
  });

  test('puts fields into bodies, and gives clients keys of their own', async () => {
    const plan =
      'max_requests: 40\nidentities: { count: 6 }\nmix: { a: { fields: { max_completion_tokens: 3, user: someone } } }';
    const { result } = await run(fast.url, plan, '--seed', '77', '--upstream', fast.url);
    assert.equal(result.total.output_tokens, 120);
    const mine = (await journalOf(fast)).filter(({ request_id }) => request_id.startsWith('load-77-'));
    assert.equal(mine.length, 40);
    assert.equal(new Set(mine.map(({ api_key }) => api_key)).size, 6);
    assert.equal(result.upstream?.api_keys.at_upstream, 6);
  });

  test('leaves out its warm-up, and what it keeps back counts in the series of seconds', async () => {
    const { result } = await run(
      fast.url,
      'arrivals: [{ pattern: constant, rate: 10, duration_secs: 2 }]\nwarm_up_secs: 1',
    );
    assert.equal(result.total.requests, 10);
    assert.equal(
      result.series.reduce((sum, { finished }) => sum + finished, 0),
      20,
    );
  });

  test('has clients leave, which is neither success nor error', async () => {
    const { result } = await run(
      slow.url,
      'closed_loop: { users: 5 }\nmax_requests: 10\nmix: { a: { cancel: { share: 1, after: 500 } } }',
    );
    const { requests, cancelled, errors, complete } = result.total;
    assert.deepEqual([requests, cancelled, errors, complete], [10, 10, 0, 0]);
    const left = await eventually(
      async () => {
        const found = (await journalOf(slow)).filter(({ result: ended }) => ended === 'aborted');
        return found.length >= 10 ? found : undefined;
      },
      () => 'the simulator did not see that clients left',
    );
    assert.equal(left.length, 10);
  });

  test('gives a request up after its time, as an error', async () => {
    const { result } = await run(
      slow.url,
      'max_requests: 2\nrequest_timeout_secs: 0.2',
      '--assert',
      'errors.timeout==2',
    );
    assert.deepEqual(result.total.errors_by_outcome, { timeout: 2 });
    assert.equal(result.assertions[0]?.passed, true);
  });

  test('sends no more than may be in flight, which makes the run invalid', async () => {
    const plan =
      'arrivals: [{ pattern: burst, size: 8, interval_secs: 1, duration_secs: 0.5 }]\nmax_in_flight: 5\nrequest_timeout_secs: 0.5';
    const { code, result } = await run(slow.url, plan);
    assert.equal(code, 7);
    assert.equal(result.not_sent, 3);
    assert.ok(result.validity.reasons.some((reason) => reason.code === 'not_sent'));
  });

  test('cuts what has not ended when its grace period is over, and says so', async () => {
    const { code, result } = await run(
      slow.url,
      'closed_loop: { users: 3 }\nduration_secs: 0.5\ngrace_period_secs: 0.2',
    );
    assert.equal(code, 7);
    assert.ok(
      result.validity.reasons.some((reason) => reason.code === 'cut_at_end'),
      JSON.stringify(result.validity),
    );
    assert.equal(result.cut, 3);
  });
});

describe('what the target does wrong', () => {
  test('is counted by its kind, and an assertion about a status sees it', async () => {
    const faults = { rules: [{ name: 'limit', fault: 'rate_limit', match: { stream: true } }] };
    const failing = await startSimulator({ config: { simulation: { time_scale: 0 }, faults } });
    try {
      const plan = 'max_requests: 12\nmix: { streams: {}, whole: { stream: false } }';
      const { result } = await run(
        failing.url,
        plan,
        '--assert',
        'streams.errors.429==0',
        '--assert',
        'whole.error_rate==0',
      );
      const { streams, whole } = result.by_mix;
      assert.deepEqual(streams?.errors_by_kind, { 429: streams?.requests });
      assert.equal(whole?.complete, whole?.requests);
      assert.deepEqual(
        result.assertions.map(({ passed }) => passed),
        [false, true],
      );
    } finally {
      await failing.stop();
    }
  });
});
