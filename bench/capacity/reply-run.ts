/** One run of whole replies: clients that ask a server for the same over and over, and what that costs the server. */
import { join } from 'node:path';
import type { ReplyCase } from '../replies/reply-case.js';
import { ClientProcess } from '../streams/client-process.js';
import { LatencyHistogram } from '../streams/latency-histogram.js';
import { cpuSeconds, processTree } from '../streams/process-usage.js';
import type { RunningServer } from '../streams/servers.js';
import { digits } from './part.js';
import type { FromReplyClient, ToReplyClient } from './reply-messages.js';

export interface ReplyFigures {
  readonly repliesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, all its processes; null where /proc is missing. */
  readonly cpuUsPerReply: number | null;
  /** Of one core. */
  readonly serverCpuShare: number | null;
  /** Of the busiest client process. */
  readonly clientCpuShare: number;
}

export interface ReplyRunOptions {
  readonly windowMs: number;
  readonly warmUpMs: number;
  /** Of all clients together. */
  readonly connections: number;
  readonly clients: number;
  readonly clientCores: string | undefined;
}

const ENTRY = join(import.meta.dirname, 'reply-client.ts');

/** The server goes on afterwards. */
export async function runReplies(
  server: RunningServer,
  one: ReplyCase,
  options: ReplyRunOptions,
): Promise<ReplyFigures> {
  const clients = Array.from(
    { length: options.clients },
    () => new ClientProcess<ToReplyClient, FromReplyClient>(ENTRY, options.clientCores),
  );
  const tell = (message: ToReplyClient) => {
    for (const client of clients) client.tell(message);
  };
  try {
    await Promise.all(clients.map((client) => client.hear('loaded')));
    const connections = Math.ceil(options.connections / options.clients);
    tell({ kind: 'ask', port: server.port, connections, request: requestText(one) });
    await pause(options.warmUpMs);
    const pids = processTree(server.pid);
    const cpuBefore = cpuSeconds(pids);
    const startMs = performance.now();
    tell({ kind: 'begin_window' });
    await pause(options.windowMs);
    tell({ kind: 'end_window' });
    const cpuAfter = cpuSeconds(pids);
    const seconds = (performance.now() - startMs) / 1_000;
    const windows = await Promise.all(clients.map((client) => client.hear('window')));
    const failure = windows.find((window) => window.failed > 0);
    if (failure !== undefined) throw new Error(`${one.path}: ${failure.failed} requests failed: ${failure.failure}`);
    const rate = windows.reduce((total, window) => total + window.replies / window.seconds, 0);
    const latency = new LatencyHistogram();
    for (const window of windows) latency.add(window.latency);
    const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
    return {
      repliesPerSecond: Math.round(rate),
      p50Ms: digits(latency.percentileUs(0.5) / 1_000, 3),
      p99Ms: digits(latency.percentileUs(0.99) / 1_000, 3),
      cpuUsPerReply: cpu === undefined || rate === 0 ? null : digits((cpu * 1e6) / (rate * seconds)),
      serverCpuShare: cpu === undefined ? null : digits(cpu / seconds, 3),
      clientCpuShare: digits(Math.max(...windows.map(({ clientCpuShare }) => clientCpuShare)), 3),
    };
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
  }
}

function requestText({ path, headers, body }: ReplyCase): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({ host: 'localhost', 'content-type': 'application/json', ...headers });
  return (
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}` +
    `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
