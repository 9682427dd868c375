/**
 * The part `startup`: from the start of the process to its first answer to a chat completion and to /ready on the metrics port, which is
 * 200 once every acceptor serves; and what the idle node takes.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startProgram, stopChild } from '../streams/child-processes.js';
import { processTree, proportionalBytes, residentBytes } from '../streams/process-usage.js';
import { freePort } from '../streams/servers.js';
import { digits, median, type PartContext } from './part.js';

export interface StartupRow {
  readonly acceptors: number;
  readonly starts: number;
  /** Medians, and the slowest. */
  readonly firstAnswerMs: number;
  readonly firstAnswerMsMax: number;
  readonly readyMs: number;
  readonly readyMsMax: number;
  /** Of all processes together; null where /proc is missing. */
  readonly residentBytes: number | null;
  readonly proportionalBytes: number | null;
  readonly processes: number;
}

export interface StartupResult {
  readonly rows: readonly StartupRow[];
}

interface Start {
  readonly firstAnswerMs: number;
  readonly readyMs: number;
  readonly residentBytes: number | undefined;
  readonly proportionalBytes: number | undefined;
  readonly processes: number;
}

const ACCEPTORS = [1, 2];
const START_MS_MAX = 60_000;
/** Between two attempts while nobody listens. */
const RETRY_MS = 2;
/** Until what the start left behind is collected. */
const IDLE_MS = 1_000;
const CHAT = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello.' }], max_tokens: 5 });

export async function measureStartup(context: PartContext): Promise<StartupResult> {
  const rows: StartupRow[] = [];
  for (const acceptors of ACCEPTORS) {
    const starts: Start[] = [];
    for (let repetition = 1; repetition <= context.extent.pairs; repetition++) {
      context.progress(`${acceptors} acceptors, ${repetition} of ${context.extent.pairs}`);
      starts.push(await startOnce(acceptors, context));
    }
    rows.push(rowOf(acceptors, starts));
  }
  return { rows };
}

async function startOnce(acceptors: number, { folder, transport }: PartContext): Promise<Start> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const file = join(folder, 'startup.yaml');
  const configuration = {
    server: { host: '127.0.0.1', port, workers: acceptors, transport, shutdown_timeout_secs: 0 },
    simulation: { seed: 1, time_scale: 0 },
    telemetry: { logging: { level: 'error' }, metrics: { prometheus_port: metricsPort } },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const main = join(import.meta.dirname, '../../dist/src/main.js');
  const startMs = performance.now();
  const child = startProgram(undefined, [process.execPath, main, 'serve', '--config', file]);
  try {
    const chat = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${CHAT.length}\r\n\r\n${CHAT}`;
    const [firstAnswerMs, readyMs] = await Promise.all([
      firstOk(port, chat, startMs),
      firstOk(metricsPort, 'GET /ready HTTP/1.1\r\nhost: x\r\n\r\n', startMs),
    ]);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const pids = processTree(child.process.pid!);
    return {
      firstAnswerMs,
      readyMs,
      residentBytes: residentBytes(pids),
      proportionalBytes: proportionalBytes(pids),
      processes: pids.length,
    };
  } catch (cause) {
    throw new Error(`the server did not start: ${(cause as Error).message}\n${child.output()}`, { cause });
  } finally {
    await stopChild(child);
  }
}

/** Asks until the answer is 200; ms since the start. */
async function firstOk(port: number, request: string, startMs: number): Promise<number> {
  while (performance.now() - startMs < START_MS_MAX) {
    if (await isOk(port, request)) return performance.now() - startMs;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`nothing answered on port ${port} within ${START_MS_MAX / 1_000} s`);
}

function isOk(port: number, request: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const settle = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(START_MS_MAX, () => settle(false));
    socket.once('data', (bytes) => settle(bytes.toString('latin1').startsWith('HTTP/1.1 200')));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}

function rowOf(acceptors: number, starts: readonly Start[]): StartupRow {
  const of = (figure: (start: Start) => number | undefined) =>
    starts.map(figure).filter((value) => value !== undefined);
  const bytes = (values: readonly number[]) => (values.length === 0 ? null : Math.round(median(values)));
  return {
    acceptors,
    starts: starts.length,
    firstAnswerMs: digits(median(of(({ firstAnswerMs }) => firstAnswerMs)), 3),
    firstAnswerMsMax: digits(Math.max(...of(({ firstAnswerMs }) => firstAnswerMs)), 3),
    readyMs: digits(median(of(({ readyMs }) => readyMs)), 3),
    readyMsMax: digits(Math.max(...of(({ readyMs }) => readyMs)), 3),
    residentBytes: bytes(of((start) => start.residentBytes)),
    proportionalBytes: bytes(of((start) => start.proportionalBytes)),
    processes: starts[0].processes,
  };
}
