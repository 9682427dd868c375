/**
 * Counts the system calls by which the simulator sends, per event that a client gets, with strace: it writes down each call with its time
 * and socket, and those within the client's own window count. Slow streams, because strace costs more than a send does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadCase, pacedCase } from '../streams/load-case.js';
import { runLoad } from '../streams/load-run.js';
import { startSimulator } from '../streams/servers.js';
import { digits, type PartContext } from './part.js';

export interface SyscallFigures {
  readonly events: number;
  readonly sends: number;
  readonly sendsPerEvent: number;
}

const STREAMS = 500;
const QUICK_STREAMS = 50;
const TRACE_MS = 3_000;
const QUICK_TRACE_MS = 500;
/** Until strace has every thread. */
const ATTACH_MS = 1_000;
const CALLS = 'trace=sendto,sendmsg,write,writev';
/** A line of strace -f -ttt -yy: `1234 1764130000.123456 sendto(31<TCP:[127.0.0.1:8080->127.0.0.1:40000]>, …`. */
const SEND_LINE = /^(?:\d+ +)?(\d+\.\d+) (?:sendto|sendmsg|write|writev)\(\d+<TCP/;

/** Undefined where there is no strace, or it may not trace. */
export async function measureSyscalls(context: PartContext): Promise<SyscallFigures | undefined> {
  if (spawnSync('strace', ['-V']).status !== 0) return undefined;
  const { extent, folder, transport } = context;
  const traceMs = extent.isQuick ? QUICK_TRACE_MS : TRACE_MS;
  // Long enough replies for what strace takes before the window.
  const streams = extent.isQuick ? QUICK_STREAMS : STREAMS;
  const load: LoadCase = {
    ...pacedCase(streams, traceMs, ATTACH_MS + traceMs),
    kind: 'cut',
    settleMs: extent.settleMs,
  };
  const file = join(folder, 'strace.txt');
  const server = startSimulator(load, transport, folder);
  let trace: { stop(): Promise<void> } | undefined;
  const run = await runLoad('simulator', load, server, {
    observe: async (moment, pids) => {
      if (moment === 'window_ended') await trace?.stop();
      if (moment !== 'window_begins') return;
      trace = startTrace(pids, file);
      await new Promise((resolve) => setTimeout(resolve, ATTACH_MS));
    },
  });
  const { events, fromUs, toUs } = run.window;
  // strace has the time of day; the window the monotonic clock.
  const shiftUs = Date.now() * 1_000 - Number(process.hrtime.bigint() / 1_000n);
  const sends = countSends(readFileSync(file, 'latin1'), (fromUs + shiftUs) / 1e6, (toUs + shiftUs) / 1e6);
  return sends === 0 ? undefined : { events, sends, sendsPerEvent: digits(sends / events) };
}

/** @param from seconds since the epoch, as `to` */
export function countSends(trace: string, from: number, to: number): number {
  let sends = 0;
  for (const line of trace.split('\n')) {
    const seconds = Number(SEND_LINE.exec(line)?.[1] ?? Number.NaN);
    if (seconds >= from && seconds < to) sends++;
  }
  return sends;
}

function startTrace(pids: readonly number[], file: string): { stop(): Promise<void> } {
  const targets = pids.flatMap((pid) => ['-p', String(pid)]);
  const child = spawn(
    'strace',
    ['-f', '-ttt', '-yy', '-s', '0', '-e', CALLS, '-e', 'signal=none', '-o', file, ...targets],
    {
      stdio: 'ignore',
    },
  );
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.on('error', () => {});
  return {
    stop: () => {
      child.kill('SIGINT');
      return gone;
    },
  };
}
