/**
 * `npm run verify:compare`: how exact comparisons are on this machine. `compare` is run as a user runs it, on a simulator against itself, and on one
 * behind a gateway that holds everything for 5 ms and merges chunks two by two; what it reports is held against what is known: what the gateway
 * itself measured, and what it merged.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DIRECT_USER_AGENT } from '../../src/load/compare/contract.js';
import { quantileInterval, quantileOf } from '../../src/load/compare/intervals.js';
import type { AddedDelay, CompareResult } from '../../src/load/compare/result.js';
import { JournalTail } from '../../src/load/oracle/journal-tail.js';
import { endChildrenOnExit, startNode, stopChild } from '../streams/child-processes.js';
import { startConfigured } from '../streams/servers.js';
import type { GatewayFigures } from './gateway-process.js';
import { knownAddedMs } from './known-added.js';

const HELP = `npm run verify:compare -- [options]

Compares a simulator with itself, and with a gateway that holds everything for 5 ms and merges every 2 chunks.

  --pairs 300          requests that go each way
  --concurrency 8      pairs that are under way at once
  --json               figures as JSON on standard output

Exit code: 0 when both are within their bounds, 1 when one is not, 2 the command line is wrong.`;

const HELD_MS = 5;
/** The bounds: of a simulator against itself, and of what the gateway adds by its own clock. */
const SELF_BOUND_MS = 0.1;
const GATEWAY_BOUND_MS = 0.2;
const OUTPUT_TOKENS = 16;
/** As src/cli/compare.ts has it: rounds of warm-up pairs, which the gateway merges too. */
const WARM_UP_ROUNDS = 2;
const MODEL = 'gpt-4o-mini';

/** Wide times to first token: without equal plans, 300 of each would leave the mean uncertain by some ms. */
const CONFIGURATION = {
  server: { host: '127.0.0.1', port: 0, spare_acceptor: false, lame_duck_secs: 0 },
  simulation: { seed: 1 },
  telemetry: { journal: { capacity: 10_000 }, metrics: { prometheus_port: 0 }, logging: { level: 'error' } },
  providers: {
    [MODEL]: {
      latency: {
        ttft: { distribution: 'log_normal', p50_ms: 80, p95_ms: 250 },
        itl: { distribution: 'constant', value_ms: 8 },
        tokens_per_chunk: 1,
      },
    },
  },
};

endChildrenOnExit();
process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '300' },
      concurrency: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const simulator = await startConfigured(CONFIGURATION, folder, { cores: undefined });
  const direct = `http://127.0.0.1:${simulator.port}`;
  const flags = ['--pairs', values.pairs, '--concurrency', values.concurrency];
  const self = compare(direct, direct, flags);
  const { errors, figures, known, result: gateway } = await compareGateway(direct, flags, join(folder, 'pairs.csv'));
  await simulator.stop();
  const expectedMerges = mergesOf(Number(values.pairs));
  const checks = [
    check('self: added ttft', self.added.ttft, 0, SELF_BOUND_MS),
    check('self: added gap', self.added.gap, 0, SELF_BOUND_MS),
    checkErrors(gateway.added.ttft, known, errors),
    {
      name: 'gateway: merged chunks',
      text: `${gateway.chunking.merged} of ${expectedMerges}; with the warm-up the gateway counts ${figures.merged}`,
      holds:
        gateway.chunking.merged === expectedMerges &&
        figures.merged === mergesOf(Number(values.pairs) + WARM_UP_ROUNDS * Number(values.concurrency)),
    },
  ];
  if (values.json)
    console.log(JSON.stringify({ self, gateway, known: [...known], errors: [...errors], checks }, null, 2));
  else for (const { holds, name, text } of checks) console.log(`${holds ? 'ok    ' : 'MISSED'}  ${name}: ${text}`);
  return checks.every(({ holds }) => holds) ? 0 : 1;
}

/** One token a chunk: the first goes alone, then two and two. */
function mergesOf(streams: number): number {
  return streams * Math.floor((OUTPUT_TOKENS - 1) / 2);
}

function check(name: string, { p50, p99, pairs }: AddedDelay, truth: number, bound: number) {
  const { high_ms: high, low_ms: low, ms } = p50;
  const holds = low !== null && high !== null && low >= truth - bound && high <= truth + bound;
  return {
    name,
    holds,
    text: `${ms} ms (95 %: ${low} … ${high}), p99 ${p99.ms} ms, ${pairs} pairs; ${truth} ± ${bound} wanted`,
  };
}

/** The gateway's own delay varies, so each pair is held against what the gateway added to that very request. */
function checkErrors({ p50 }: AddedDelay, known: Float64Array, errors: Float64Array) {
  const truth = quantileOf(known, 0.5);
  const { high, low, value } = quantileInterval(errors, 0.5);
  const bound = GATEWAY_BOUND_MS;
  const holds =
    low !== undefined &&
    high !== undefined &&
    low >= -bound &&
    high <= bound &&
    Math.abs((p50.ms ?? Number.POSITIVE_INFINITY) - truth) <= bound;
  const pairByPair = `pair by pair off by ${rounded(value)} ms (95 %: ${rounded(low ?? Number.NaN)} … ${rounded(high ?? Number.NaN)})`;
  const text = `${p50.ms} ms (95 %: ${p50.low_ms} … ${p50.high_ms}) where it added ${rounded(truth)} ms; ${pairByPair}; ± ${bound} wanted`;
  return { name: 'gateway: added ttft', holds, text };
}

function compare(direct: string, gateway: string, flags: readonly string[]): CompareResult {
  const main = join(import.meta.dirname, '../../dist/src/main.js');
  const request = ['--model', MODEL, '--prompt-tokens', '20', '--output-tokens', String(OUTPUT_TOKENS)];
  const args = [main, 'compare', '--direct', direct, '--gateway', gateway, '--json', ...request, ...flags];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`compare ended with ${status}:\n${stderr}\n${stdout.slice(0, 2_000)}`);
  return JSON.parse(stdout) as CompareResult;
}

interface GatewayRun {
  readonly result: CompareResult;
  readonly figures: GatewayFigures;
  /** What it added to the time to first token by its own clock and the upstream's journal, of the pairs that count, sorted. */
  readonly known: Float64Array;
  /** By how much the comparison says more, pair by pair, sorted. */
  readonly errors: Float64Array;
}

async function compareGateway(direct: string, flags: readonly string[], csv: string): Promise<GatewayRun> {
  const entry = join(import.meta.dirname, 'gateway-process.ts');
  const behaviour = JSON.stringify({ holdsMs: HELD_MS, merges: true });
  const child = startNode(undefined, ['--import', 'tsx', entry, direct, behaviour]);
  const [{ port }] = (await once(child.process, 'message')) as [{ port: number }];
  const journal = await JournalTail.open({ url: direct });
  const result = compare(direct, `http://127.0.0.1:${port}`, [...flags, '--csv', csv]);
  await journal.poll();
  const answered = once(child.process, 'message') as Promise<[GatewayFigures]>;
  child.process.send('figures');
  const [figures] = await answered;
  await stopChild(child);
  const entries = journal.entries.filter(({ userAgent }) => userAgent !== DIRECT_USER_AGENT);
  const known = knownAddedMs(figures.firstContentMs, entries);
  const pairs = addedByKey(csv).flatMap(([key, added]) => {
    const truth = known.get(key);
    return truth === undefined ? [] : [{ truth, error: added - truth }];
  });
  return {
    result,
    figures,
    known: Float64Array.from(pairs, ({ truth }) => truth).sort(),
    errors: Float64Array.from(pairs, ({ error }) => error).sort(),
  };
}

/** Keys and numbers need no quotes. */
function addedByKey(csv: string): [key: string, addedMs: number][] {
  const [head = '', ...rows] = readFileSync(csv, 'utf8').trim().split('\r\n');
  const column = head.split(',').indexOf('added_ttft_ms');
  return rows.map((row) => row.split(',')).map((cells) => [cells[0]!, Number(cells[column])]);
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
