/**
 * One node that is told to end while streams are open, newcomers keep coming and others keep their connections. Who began before the listeners
 * closed, as the node's log has it, has to be served; the streams have to be whole; nothing may be ready after the signal.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from './attempt.js';
import { newcomers, type Probed, probes, QuickRequests, regular } from './clients.js';
import type { Expected } from './configuration.js';
import { HeldStreams } from './held-streams.js';
import type { NodeProcess } from './node-process.js';

export interface DrainRunOptions {
  readonly node: NodeProcess;
  readonly expected: Expected;
  readonly streams: number;
  readonly tokens: number;
  readonly newcomersPerSec: number;
  readonly regulars: number;
  /**
   * Whether connections may be lost that were made while the listeners closed: on uws it cannot be known that nobody waits to be accepted, on
   * node it can.
   */
  readonly mayLoseAtClose: boolean;
}

export interface DrainRunResult {
  readonly streams: number;
  readonly wholeStreams: number;
  /** Requests of newcomers and regulars, and how many of them were answered as expected after the signal and before the listeners closed. */
  readonly requests: number;
  readonly answeredInLameDuck: number;
  /** Connections that were refused after the listeners had closed. */
  readonly refusedAfterClose: number;
  readonly lostAtClose: number;
  /** From the signal on, ms. */
  readonly notReadyAfterMs: number;
  readonly listenersClosedAfterMs: number;
  /** How long it took to close them. */
  readonly closingMs: number;
  readonly endedAfterMs: number;
  readonly exitCode: number | null;
  /** What was not as it has to be, in words. */
  readonly defects: readonly string[];
}

/** Of clients before the signal, so that connections are in use when it comes. */
const SETTLE_MS = 500;
/** How long newcomers go on to come after the listeners have closed. */
const AFTER_CLOSE_MS = 200;
/** How long a signal may take to reach every process of a node. */
const SPREAD_MS_MAX = 1_000;
/** The log's line is written by another process than the one that closes. */
const AT_CLOSE_MS = 5;
const SHOWN_MAX = 5;

export async function runDrain(options: DrainRunOptions): Promise<DrainRunResult> {
  const { expected, node, streams, tokens } = options;
  const held = new HeldStreams(streams, tokens, expected);
  await held.open(node.url);
  const requests = new QuickRequests(expected);
  const stop = { clients: false, probes: false };
  const attempts = [
    newcomers(node.url, requests, options.newcomersPerSec, () => stop.clients),
    ...Array.from({ length: options.regulars }, () => regular(node.url, requests, () => stop.clients)),
  ];
  const probed = [`${node.url}/ready`, `${node.metricsUrl}/ready`].map((url) => probes(url, () => stop.probes));
  await sleep(SETTLE_MS);
  const signalMs = Date.now();
  node.signal('SIGTERM');
  await until(() => node.timeOf('listeners are closed') !== undefined, node.exited);
  await sleep(AFTER_CLOSE_MS);
  stop.clients = true;
  const done = (await Promise.all(attempts)).flat();
  const [streamDefects, exitCode] = await Promise.all([held.defects(), node.exited]);
  stop.probes = true;
  const [main, metrics] = (await Promise.all(probed)) as [Probed[], Probed[]];
  const times = {
    signalMs: node.timeOf('draining') ?? signalMs,
    closingMs: node.timeOf('listeners close') ?? Number.POSITIVE_INFINITY,
    closedMs: node.timeOf('listeners are closed') ?? Number.POSITIVE_INFINITY,
    endMs: Date.now(),
  };
  return judge({ options, held, streamDefects, exitCode, done, main, metrics, times });
}

interface Seen {
  readonly options: DrainRunOptions;
  readonly held: HeldStreams;
  readonly streamDefects: readonly string[];
  readonly exitCode: number | null;
  readonly done: readonly Attempt[];
  readonly main: readonly Probed[];
  readonly metrics: readonly Probed[];
  readonly times: {
    readonly signalMs: number;
    readonly closingMs: number;
    readonly closedMs: number;
    readonly endMs: number;
  };
}

function judge({ done, exitCode, held, main, metrics, options, streamDefects, times }: Seen): DrainRunResult {
  const { closedMs, closingMs, endMs, signalMs } = times;
  const failed = done.filter(({ outcome }) => outcome === 'failed');
  const atClose = failed.filter(
    ({ connectedMs = 0, endMs: end }) =>
      end >= closingMs && connectedMs >= closingMs - AT_CLOSE_MS && connectedMs <= closedMs,
  );
  const early = done.filter((one) => one.outcome === 'refused' && one.endMs < closingMs);
  const inLameDuck = done.filter(
    (one) => one.startMs > signalMs && one.startMs < closingMs && one.outcome === 'answered',
  );
  const defects = [
    ...shown('a stream', streamDefects),
    ...shown(
      'a request',
      failed.filter((one) => !atClose.includes(one)).map((one) => told(one, closingMs)),
    ),
    ...shown(
      'refused before the listeners closed',
      early.map((one) => told(one, closingMs)),
    ),
    ...(options.mayLoseAtClose
      ? []
      : shown(
          'lost at the close',
          atClose.map((one) => told(one, closingMs)),
        )),
    ...readinessDefects('the main port', main, signalMs, closingMs),
    ...readinessDefects('the metrics port', metrics, signalMs, closingMs),
    ...inLameDuck
      .filter(({ closes, startMs }) => !closes && startMs > signalMs + SPREAD_MS_MAX)
      .slice(0, 1)
      .map(() => 'an answer in the lame duck did not announce the close'),
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
  ];
  return {
    streams: held.count,
    wholeStreams: held.whole,
    requests: done.length,
    answeredInLameDuck: inLameDuck.length,
    refusedAfterClose: done.filter(({ outcome }) => outcome === 'refused').length - early.length,
    lostAtClose: atClose.length,
    notReadyAfterMs: Math.max(...[main, metrics].map((seen) => firstNotReadyMs(seen, signalMs) - signalMs)),
    listenersClosedAfterMs: closedMs - signalMs,
    closingMs: closedMs - closingMs,
    endedAfterMs: endMs - signalMs,
    exitCode,
    defects,
  };
}

const told = ({ connectedMs, endMs, startMs, why }: Attempt, closingMs: number): string =>
  `${why}; it began ${startMs - closingMs} ms and ended ${endMs - closingMs} ms from the close` +
  (connectedMs === undefined ? '' : `, connected at ${connectedMs - closingMs} ms`);

function shown(what: string, defects: readonly string[]): string[] {
  const lines = defects.slice(0, SHOWN_MAX).map((defect) => `${what}: ${defect}`);
  return defects.length > SHOWN_MAX ? [...lines, `${what}: ${defects.length - SHOWN_MAX} more`] : lines;
}

/** When the first probe began that was answered with 503; Infinity where none was. */
function firstNotReadyMs(seen: readonly Probed[], signalMs: number): number {
  return seen.find(({ status, timeMs }) => timeMs >= signalMs && status === 503)?.timeMs ?? Number.POSITIVE_INFINITY;
}

/** Of probes that nobody can have answered before the signal had reached every process, and of ones before the listeners closed. */
function readinessDefects(where: string, seen: readonly Probed[], signalMs: number, closingMs: number): string[] {
  const from = Math.min(firstNotReadyMs(seen, signalMs), signalMs + SPREAD_MS_MAX);
  const late = seen.filter(({ timeMs }) => timeMs > from);
  const mute = seen.some(({ endMs, status }) => status === undefined && endMs < closingMs);
  return [
    ...(late.some(({ status }) => status === 200) ? [`${where} was ready after the signal`] : []),
    ...(mute ? [`${where} did not answer a probe before the listeners closed`] : []),
  ];
}

/** Also over when the node has ended. */
async function until(condition: () => boolean, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!condition() && !over) await sleep(5);
}
