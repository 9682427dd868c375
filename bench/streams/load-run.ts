/** One run: a fresh server, a fresh load client, and what both have to say about the window. */

import { join } from 'node:path';
import { ClientProcess } from './client-process.js';
import type { LoadCase } from './load-case.js';
import type { FromClient, LoadPlan, StreamTotals, ToClient, WindowFigures } from './load-messages.js';
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
  /** Resident memory in the middle of the window, less what the idle server had, per stream. */
  readonly residentBytesPerStream: number | undefined;
  readonly window: WindowFigures;
  readonly totals: StreamTotals;
}

/** Measures the server, and stops it in any case. */
export async function runLoad(subject: Subject, load: LoadCase, server: RunningServer): Promise<Measurement> {
  const client = new ClientProcess<ToClient, FromClient>(join(import.meta.dirname, 'load-client.ts'));
  try {
    await client.hear('loaded');
    const pids = processTree(server.pid);
    const idleBytes = residentBytes(pids);
    const idleCpu = cpuSeconds(pids);
    client.tell({ kind: 'open', plan: planFor(load, server.port) });
    await client.hear('all_streaming', load.rampMs + load.ttftMs);
    await pause(load.settleMs);

    const cpuBefore = cpuSeconds(pids);
    const waitedBefore = waitingSeconds(pids);
    const startMs = performance.now();
    client.tell({ kind: 'begin_window' });
    await pause(load.windowMs / 2);
    const busyBytes = residentBytes(pids);
    await pause(load.windowMs / 2);
    client.tell({ kind: 'end_window' });
    const cpuInWindow = difference(cpuSeconds(pids), cpuBefore);
    const waited = difference(waitingSeconds(pids), waitedBefore);
    const seconds = (performance.now() - startMs) / 1_000;
    const window = await client.hear('window');

    if (load.kind === 'paced') await client.hear('all_ended', load.tokens * load.intervalMs);
    const wholeCpu = difference(cpuSeconds(pids), idleCpu);
    client.tell({ kind: 'close' });
    const totals = await client.hear('totals');
    const chunksPerSecond = window.events / window.seconds;
    return {
      subject,
      chunksPerSecond,
      cpuUsPerChunk: scaled(cpuInWindow, 1e6 / (chunksPerSecond * seconds)),
      wholeCpuUsPerChunk: scaled(wholeCpu, 1e6 / totals.events),
      serverCpuShare: scaled(cpuInWindow, 1 / seconds),
      serverWaitShare: scaled(waited, 1 / seconds),
      residentBytesPerStream: scaled(difference(busyBytes, idleBytes), 1 / load.streams),
      window,
      totals,
    };
  } finally {
    await Promise.all([client.stop(), server.stop()]);
  }
}

function planFor({ streams, rampMs, intervalMs, tokens }: LoadCase, port: number): LoadPlan {
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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
