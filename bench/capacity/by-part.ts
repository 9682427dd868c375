/**
 * The part `parts`: which part of the simulator the CPU time of a chunk is spent in. One run is measured, thread by thread; a second one,
 * which is the same but for V8's sampling profiler, says how the time of the acceptor's main thread divides. So the rows add up to what
 * was measured without a profiler, whose own thread costs as much as the simulator's.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadCase } from '../streams/load-case.js';
import { type Moment, runLoad } from '../streams/load-run.js';
import { threadSeconds } from '../streams/process-usage.js';
import { startSimulator } from '../streams/servers.js';
import { type CpuProfile, profileParts, timeByPart, totalOf } from './cpu-profile.js';
import { digits, type PartContext } from './part.js';

export interface PartRow {
  readonly part: string;
  /** While all streams are open and none begins or ends. */
  readonly pacingUs: number;
  /** From the first connection to the last event. */
  readonly wholeUs: number;
}

export interface PartsResult {
  readonly streams: number;
  readonly tokens: number;
  readonly tokensPerSecond: number;
  /** CPU µs per chunk as measured without the profiler, which the rows add up to; and with it. */
  readonly pacingUs: number;
  readonly wholeUs: number;
  readonly profiledPacingUs: number;
  readonly profiledWholeUs: number;
  readonly rows: readonly PartRow[];
}

const STREAMS = 5_000;
const QUICK_STREAMS = 100;
const TOKENS = 100;
const QUICK_TOKENS = 15;
/** 8 tokens/s: 40,000 chunks/s of 5,000 streams, which one core of a small machine carries. */
const INTERVAL_MS = 125;
const CONNECTIONS_PER_SECOND = 3_000;
const SAMPLE_US = 1_000;

const OTHERS = 'other threads: parsing and rendering, compiler, garbage collector';
const PRIMARY = 'primary process';

/** @throws Error where /proc is missing: without CPU times there is nothing to divide. The acceptor is the node's second process. */
export async function measureParts(context: PartContext): Promise<PartsResult> {
  const { extent, folder, transport } = context;
  const load = loadOf(extent.isQuick, extent.windowMs, extent.settleMs);
  context.progress('without the profiler');
  const clock = new ThreadClock();
  const plainServer = startSimulator(load, transport, folder);
  const plain = await runLoad('simulator', load, plainServer, { observe: (moment, pids) => clock.read(moment, pids) });
  context.progress('with the profiler');
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles);
  const nodeOptions = ['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-interval', String(SAMPLE_US)];
  const server = await startSimulator(load, transport, folder, { nodeOptions });
  const profiled = await runLoad('simulator', load, server);
  for (const run of [plain, profiled]) if (run.totals.broken > 0) context.broke(`${run.totals.broken} streams`);
  const profile = acceptorProfile(profiles, server.pid);
  rmSync(profiles, { recursive: true });
  const { fromUs, toUs } = profiled.window;
  const pacing = divide(timeByPart(profile, fromUs, toUs), clock.between('window_begins', 'window_ended'));
  const whole = divide(timeByPart(profile, profiled.fromUs, profiled.toUs), clock.between('opening', 'ended'));
  const perChunk = (times: Map<string, number>, part: string, events: number) =>
    digits(((times.get(part) ?? 0) * 1e6) / events);
  return {
    streams: load.streams,
    tokens: load.tokens,
    tokensPerSecond: 1_000 / load.intervalMs,
    pacingUs: digits((totalOf(pacing) * 1e6) / plain.window.events),
    wholeUs: digits((totalOf(whole) * 1e6) / plain.totals.events),
    profiledPacingUs: digits(profiled.cpuUsPerChunk ?? 0),
    profiledWholeUs: digits(profiled.wholeCpuUsPerChunk ?? 0),
    rows: [...profileParts, OTHERS, PRIMARY].map((part) => ({
      part,
      pacingUs: perChunk(pacing, part, plain.window.events),
      wholeUs: perChunk(whole, part, plain.totals.events),
    })),
  };
}

function loadOf(isQuick: boolean, windowMs: number, settleMs: number): LoadCase {
  const streams = isQuick ? QUICK_STREAMS : STREAMS;
  const rampMs = (streams / CONNECTIONS_PER_SECOND) * 1_000;
  const tokens = isQuick ? QUICK_TOKENS : TOKENS;
  return { kind: 'paced', streams, intervalMs: INTERVAL_MS, ttftMs: 500, tokens, rampMs, settleMs, windowMs };
}

/** CPU seconds of a node with one acceptor. */
interface NodeSeconds {
  readonly main: number;
  readonly others: number;
  readonly primary: number;
}

/** Reads the CPU time of a node's threads at the moments of a run. */
class ThreadClock {
  readonly #seconds = new Map<Moment, NodeSeconds>();

  /** @throws Error where there is no /proc */
  read(moment: Moment, [primaryPid, acceptorPid]: readonly number[]): void {
    const primary = threadSeconds(primaryPid);
    const acceptor = threadSeconds(acceptorPid);
    if (primary === undefined || acceptor === undefined) throw new Error('CPU times of threads cannot be read here');
    this.#seconds.set(moment, { ...acceptor, primary: primary.main + primary.others });
  }

  between(from: Moment, to: Moment): NodeSeconds {
    const [before, after] = [this.#seconds.get(from)!, this.#seconds.get(to)!];
    return {
      main: after.main - before.main,
      others: after.others - before.others,
      primary: after.primary - before.primary,
    };
  }
}

/** Files are named CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile; a process's main thread is 0. */
function acceptorProfile(folder: string, primaryPid: number): CpuProfile {
  const name = readdirSync(folder).find((file) => {
    const [, pid, thread] = /\.(\d+)\.(\d+)\.\d+\.cpuprofile$/.exec(file) ?? [];
    return thread === '0' && Number(pid) !== primaryPid;
  });
  if (name === undefined) throw new Error('the acceptor left no profile');
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
}

/** CPU seconds by part: the main thread's as its samples are, and what else the node's processes took. */
export function divide(
  samples: ReadonlyMap<string, number>,
  { main, others, primary }: NodeSeconds,
): Map<string, number> {
  const total = totalOf(samples);
  const parts = new Map([...samples].map(([part, us]) => [part, (us / total) * main]));
  return parts.set(OTHERS, others).set(PRIMARY, primary);
}
