/**
 * Every kind of fault with every official SDK, newest and previous major, streamed and not: the error that its user gets, what it has been
 * given by then, and how often and how patiently it tries again. The expected outcome of each cell is written down in fault-matrix/.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faultNames } from '../../src/faults/registry.js';
import { type Simulator, startSimulator } from '../../src/index.js';
import { parseExposition } from '../http/prometheus.js';
import { MODELS, matrixSdks, observe } from './fault-matrix/clients.js';
import type { MatrixSdk, Mode, Observation, Outcome, Row } from './fault-matrix/contract.js';
import { SAID } from './fault-matrix/contract.js';
import { refusalRows } from './fault-matrix/refusals.js';
import { replyRows } from './fault-matrix/replies.js';

const ROWS: readonly Row[] = [...refusalRows, ...replyRows];
const MODES: readonly Mode[] = ['whole', 'stream'];
const PROMPT = 'Count to sixteen.';
/** Cells that wait at a time. */
const CONCURRENCY = 24;
/** No attempt of a test takes so long. */
const PATIENCE_MS = 60_000;
/** A timer may fire a little before its time. */
const TIMER_TOLERANCE_MS = 5;

const kindOf = ({ fault }: Row): string => fault.split(';')[0];

/** The cell of the major, else of the SDK. */
function cellOf(row: Row, mode: Mode, { major, name }: MatrixSdk): Outcome | 'unbounded' {
  const cell = row[mode][`${name} ${major}`] ?? row[mode][name];
  assert.ok(cell !== undefined, `no outcome of ${row.fault} for ${name} ${major}, ${mode}`);
  return cell;
}

function assertOutcome({ attemptsMs, error, ...seen }: Observation, expected: Outcome, row: Row): void {
  const told = error === undefined ? 'no error' : `${error.constructor.name}: ${error.message}\n${error.stack}`;
  assert.equal(error?.constructor.name, expected.error, told);
  assert.equal((error as { status?: number } | undefined)?.status, expected.status, told);
  if (expected.says !== undefined) assert.match(error?.message ?? '', expected.says);
  // A slow machine may have said less when the SDK's own time limit ends the attempt.
  if (row.timeoutMs === undefined) assert.equal(seen.text, expected.text, told);
  else assert.ok(expected.text.startsWith(seen.text), seen.text);
  assert.equal(seen.finish, expected.finish);
  if (expected.usage !== undefined) assert.equal(seen.usage, expected.usage, 'usage');
  assert.equal(attemptsMs.length, expected.attempts, 'attempts');
  for (const [index, leastMs] of (expected.waitsMs ?? []).entries()) {
    const waitedMs = attemptsMs[index + 1] - attemptsMs[index];
    assert.ok(waitedMs >= leastMs - TIMER_TOLERANCE_MS, `${waitedMs} ms before attempt ${index + 2}`);
  }
  assert.ok(seen.tookMs >= (row.takesMs ?? 0) - TIMER_TOLERANCE_MS, `${seen.tookMs} ms`);
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function widened({ least, most }: Range = { least: 0, most: 0 }, count: number, isSure: boolean): Range {
  return { least: isSure ? least + count : least, most: most + count };
}

function assertWithin(what: string, count: number, { least, most }: Range): void {
  assert.ok(count >= least && count <= most, `${what}: ${count}, not ${least} to ${most}`);
}

test('every kind of fault has a row', () => {
  assert.deepEqual(new Set(ROWS.map(kindOf)), new Set(faultNames));
});

describe('the matrix', () => {
  let simulator: Simulator;
  /** How often each kind had to happen, and how many attempts there were of cells whose SDK gives up, maybe before the server has read. */
  const expectedFaults = new Map<string, Range>();
  let attempts: Range = { least: 0, most: 0 };

  before(async () => {
    const latency = {
      ttft: { distribution: 'constant', value_ms: 2 },
      itl: { distribution: 'constant', value_ms: 1 },
    };
    simulator = await startSimulator({
      config: {
        // Faults that reset connections need it.
        server: { transport: 'node' },
        simulation: { request_overrides: { fault: true } },
        providers: Object.fromEntries(Object.values(MODELS).map((model) => [model, { latency }])),
        replies: { rules: [{ reply: { text: SAID } }] },
      },
    });
  });
  after(() => simulator.stop());

  for (const sdk of matrixSdks) {
    describe(sdk.label, { concurrency: CONCURRENCY }, () => {
      for (const row of ROWS) {
        for (const mode of MODES) {
          const expected = cellOf(row, mode, sdk);
          if (expected === 'unbounded') continue;
          test(`${row.fault}, ${mode}: ${expected.error ?? expected.finish ?? 'nothing'}`, async () => {
            const headers = { 'x-llm-sim-fault': row.fault };
            const timeoutMs = row.timeoutMs ?? PATIENCE_MS;
            const seen = await observe(sdk, { url: simulator.url, mode, prompt: PROMPT, headers, timeoutMs });
            const count = seen.attemptsMs.length;
            const isSure = row.timeoutMs === undefined;
            attempts = widened(attempts, count, isSure);
            const hits = row.sparing?.includes(mode) ? 0 : count;
            expectedFaults.set(kindOf(row), widened(expectedFaults.get(kindOf(row)), hits, isSure));
            assertOutcome(seen, expected, row);
          });
        }
      }
    });
  }

  test('the server saw every attempt, and every fault that was asked for and applies', async () => {
    const { sum } = parseExposition(await simulator.metrics());
    assertWithin('attempts', sum('llm_simulator_requests_started_total'), attempts);
    for (const [kind, range] of expectedFaults) assertWithin(kind, sum('llm_simulator_faults_total', { kind }), range);
  });
});
