/** One run: a server, as a rule a fresh one, a fresh load client, and what both have to say about the window. */

import { CLIENT_CORE } from './child-processes.js';
import { ClientCrew, type CrewWindow } from './client-crew.js';
import type { LoadCase } from './load-case.js';
import type { LoadPlan, StreamTotals } from './load-messages.js';
import { cpuSeconds, processTree, residentBytes, waitingSeconds } from './process-usage.js';
import { MODEL, type RunningServer, type Subject } from './servers.js';

export interface Measurement {
  readonly subject: Subject;
  /** Events that arrived per second of the window. */
  readonly chunksPerSecond: number;
  /** The server's CPU time in the window, per event; undefined where /proc is missing. */
  readonly cpuUsPerChunk: number | undefined;
  /** The same from the first connection to the last event: opening and rendering included. */
  readonly wholeCpuUsPerChunk: number | undefined;
  /** Of one core, in the window. */
  readonly serverCpuShare: number | undefined;
  /** Time in the window in which the server's threads waited for a core, as a share of it. */
  readonly serverWaitShare: number | undefined;
  /** Resident memory of the server's processes before the first connection. */
  readonly idleResidentBytes: number | undefined;
  /** The same in the middle of the window. */
  readonly busyResidentBytes: number | undefined;
  /** The difference of the two, per stream. */
  readonly residentBytesPerStream: number | undefined;
  /** From before the first connection to after the last event, on the machine's monotonic clock (process.hrtime). */
  readonly fromUs: number;
  readonly toUs: number;
  /** From the first connection to the last stream's response headers. */
  readonly openMs: number;
  readonly window: CrewWindow;
  readonly totals: StreamTotals;
}

/** What a stream's opening may take on a machine that others use as well. */
const OPEN_MS_PER_STREAM = 5;

/** Of a run: before the first connection, around the window, and when the replies have ended. */
export type Moment = 'opening' | 'window_begins' | 'window_ended' | 'ended';

/** Who loads the server, and what else happens meanwhile. */
export interface LoadOptions {
  /** As many as it takes to open the streams; 1 when absent. */
  readonly clients?: number;
  /** Where they run; undefined for anywhere, the client's core when absent. */
  readonly clientCore?: string | undefined;
  /** Called at each moment, with the server's processes, its first one first. */
  readonly observe?: (moment: Moment, pids: readonly number[]) => Promise<void> | void;
}

/**
 * Measures the server, and stops it in any case.
 * @param starting may be yet to start, so that the client does so meanwhile
 */
export async function runLoad(
  subject: Subject,
  load: LoadCase,
  starting: RunningServer | Promise<RunningServer>,
  options: LoadOptions = {},
): Promise<Measurement> {
  return stoppingAfter(starting, () => measureLoad(subject, load, starting, options));
}

/** Whatever becomes of the runs, the server does not outlive them. */
export async function stoppingAfter<Result>(
  starting: RunningServer | Promise<RunningServer>,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } finally {
    const stopServer = async () => (await starting).stop();
    // A server that did not start has been stopped, and is why the run failed.
    await stopServer().catch(() => {});
  }
}

/**
 * Measures the server and leaves it running, for another run on the same one.
 * @param starting as runLoad's
 */
export async function measureLoad(
  subject: Subject,
  load: LoadCase,
  starting: RunningServer | Promise<RunningServer>,
  options: LoadOptions = {},
): Promise<Measurement> {
  const core = 'clientCore' in options ? options.clientCore : CLIENT_CORE;
  const client = new ClientCrew(options.clients ?? 1, core);
  try {
    const [server] = await Promise.all([starting, client.loaded()]);
    const pids = processTree(server.pid);
    const idleBytes = residentBytes(pids);
    const idleCpu = cpuSeconds(pids);
    await options.observe?.('opening', pids);
    const fromUs = monotonicUs();
    client.open(planFor(load, server.port));
    const openMs = await client.opened(load.rampMs + load.streams * OPEN_MS_PER_STREAM);
    await client.streaming(load.ttftMs);
    await pause(load.settleMs);
    await options.observe?.('window_begins', pids);

    const cpuBefore = cpuSeconds(pids);
    const waitedBefore = waitingSeconds(pids);
    const startMs = performance.now();
    client.beginWindow();
    await pause(load.windowMs / 2);
    const busyBytes = residentBytes(pids);
    await pause(load.windowMs / 2);
    const windowEnd = client.endWindow();
    const cpuInWindow = difference(cpuSeconds(pids), cpuBefore);
    const waited = difference(waitingSeconds(pids), waitedBefore);
    const seconds = (performance.now() - startMs) / 1_000;
    await options.observe?.('window_ended', pids);
    const window = await windowEnd;

    if (load.kind === 'paced') await client.ended(load.tokens * load.intervalMs);
    const wholeCpu = difference(cpuSeconds(pids), idleCpu);
    await options.observe?.('ended', pids);
    const toUs = monotonicUs();
    const totals = await client.close();
    const chunksPerSecond = window.events / window.seconds;
    return {
      subject,
      chunksPerSecond,
      cpuUsPerChunk: scaled(cpuInWindow, 1e6 / (chunksPerSecond * seconds)),
      wholeCpuUsPerChunk: scaled(wholeCpu, 1e6 / totals.events),
      serverCpuShare: scaled(cpuInWindow, 1 / seconds),
      serverWaitShare: scaled(waited, 1 / seconds),
      fromUs,
      toUs,
      openMs,
      idleResidentBytes: idleBytes,
      busyResidentBytes: busyBytes,
      residentBytesPerStream: scaled(difference(busyBytes, idleBytes), 1 / load.streams),
      window,
      totals,
    };
  } finally {
    await client.stop();
  }
}

function planFor({ streams, rampMs, intervalMs, tokens }: LoadCase, port: number): Omit<LoadPlan, 'streamsBefore'> {
  return { host: '127.0.0.1', port, streams, rampMs, intervalMs, tokens, request: chatRequest(tokens) };
}

/** The bytes of a streaming chat completion with a reply of so many tokens. */
function chatRequest(tokens: number): string {
  const body = JSON.stringify({
    model: MODEL,
    stream: true,
    max_tokens: tokens,
    messages: [{ role: 'user', content: 'Tell me about timing wheels, please.' }],
  });
  return (
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1_000n);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
