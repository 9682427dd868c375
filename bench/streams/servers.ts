/** The two servers that are compared, each a process of its own that is started for one run: the simulator and the baseline. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { TransportChoice } from '../../src/server/transport/select.js';
import type { BaselineOptions } from './baseline-server.js';
import { SERVER_CORE, type StartedChild, startNode, startProgram, stopChild } from './child-processes.js';
import type { LoadCase } from './load-case.js';

export const MODEL = 'bench';
/** `limit` is a bare server in C. */
export type Subject = 'simulator' | 'baseline' | 'limit';

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** What it runs on, in the words of its start-up line; empty for the baseline, which is told. */
  readonly transport: string;
  stop(): Promise<void>;
}

const START_MS_MAX = 60_000;
/** Above the number of streams, for the probe and for connections that are just closing. */
const SPARE_STREAMS = 100;
/** Of the simulated model: longer than any case asks for. */
const OUTPUT_TOKENS_MAX = 1_000_000;
/** As the simulator's pacer: so many overdue frames of one stream go out in a row. */
const FRAMES_PER_TURN = 32;

export interface Placement {
  /** Acceptor processes; 1 when absent. */
  readonly acceptors?: number;
  /** As taskset names them; undefined for any, the server's core when absent. */
  readonly cores?: string | undefined;
  /** Options of node's own, which its acceptors inherit. */
  readonly nodeOptions?: readonly string[];
}

/** The simulator as a user starts it, with constant latencies. */
export async function startSimulator(
  load: LoadCase,
  transport: TransportChoice,
  folder: string,
  placement: Placement = {},
): Promise<RunningServer> {
  return startConfigured(configurationFor(load, transport, placement.acceptors), folder, placement);
}

/** The simulator with any configuration; the folder takes the file. */
export async function startConfigured(
  configuration: unknown,
  folder: string,
  placement: Placement = {},
): Promise<RunningServer> {
  const file = join(folder, 'simulator.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const main = join(import.meta.dirname, '../../dist/src/main.js');
  const child = startNode(coresOf(placement), [...(placement.nodeOptions ?? []), main, 'serve', '--config', file]);
  const line = await firstMatch(child, /listens on http:\/\/[^ ]*:(\d+) \(transport (\w+)/);
  return runningServer(child, Number(line[1]), line[2]);
}

export async function startBaseline(
  load: LoadCase,
  transport: BaselineOptions['transport'],
  frameBytes: number,
): Promise<RunningServer> {
  const options: BaselineOptions = {
    transport,
    streamsMax: load.streams + SPARE_STREAMS,
    ttftMs: load.ttftMs,
    intervalMs: load.intervalMs,
    tokens: load.tokens,
    frameBytes,
    framesPerTurn: load.kind === 'saturated' ? FRAMES_PER_TURN : 1,
  };
  const entry = join(import.meta.dirname, 'baseline-server.ts');
  return startScript(entry, JSON.stringify(options), transport);
}

/** A bare server in C with the interface PROGRAM PORT INTERVAL_US, which writes to stderr once it listens. */
export async function startLimit(program: string, intervalMs: number, frameBytes: number): Promise<RunningServer> {
  const port = await freePort();
  const command = [program, String(port), String(Math.round(intervalMs * 1_000))];
  const child = startProgram(SERVER_CORE, command, undefined, { LIMIT_FRAME_BYTES: String(frameBytes) });
  await firstMatch(child, /ready|listen/);
  return runningServer(child, port, 'c');
}

/** Nobody else takes it in the moment until the server does, as a rule. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function coresOf(placement: Placement): string | undefined {
  return 'cores' in placement ? placement.cores : SERVER_CORE;
}

/** A server of tsx's that sends its port as its first message. */
export async function startScript(
  entry: string,
  argument: string,
  transport: string,
  placement: Placement = {},
): Promise<RunningServer> {
  const child = startNode(coresOf(placement), ['--import', 'tsx', entry, argument]);
  const ready = await inTime(child, once(child.process, 'message', { signal: AbortSignal.timeout(START_MS_MAX) }));
  return runningServer(child, (ready[0] as { port: number }).port, transport);
}

function runningServer(child: StartedChild, port: number, transport: string): RunningServer {
  return { pid: child.process.pid!, port, transport, stop: () => stopChild(child) };
}

/**
 * What every measured server is configured with: free ports, room for the streams, nothing logged. JSON is YAML. No spare acceptor: it
 * starts 5 s after the server, in the midst of a window, and takes half a second of the one core that the server has here.
 */
export function baseConfiguration(streams: number, transport: string, workers = 1) {
  const streamsMax = streams + SPARE_STREAMS;
  return {
    server: {
      host: '127.0.0.1',
      port: 0,
      workers,
      transport,
      max_connections: streamsMax,
      shutdown_timeout_secs: 0,
      spare_acceptor: false,
    },
    simulation: { seed: 1, concurrency: { max_concurrent_requests: streamsMax } },
    telemetry: { logging: { level: 'error' }, metrics: { prometheus_port: 0 } },
  };
}

function configurationFor(load: LoadCase, transport: TransportChoice, acceptors?: number): unknown {
  return {
    ...baseConfiguration(load.streams, transport, acceptors),
    providers: {
      [MODEL]: {
        dialect: 'openai',
        max_output_tokens: OUTPUT_TOKENS_MAX,
        context_window_tokens: 2 * OUTPUT_TOKENS_MAX,
        latency: {
          ttft: { distribution: 'constant', value_ms: load.ttftMs },
          itl: { distribution: 'constant', value_ms: load.intervalMs },
        },
      },
    },
  };
}

/** Waits for a line on the child's stderr. */
function firstMatch(child: StartedChild, pattern: RegExp): Promise<RegExpExecArray> {
  return inTime(
    child,
    new Promise((resolve, reject) => {
      child.process.stderr?.on('data', () => {
        const match = pattern.exec(child.output());
        if (match !== null) resolve(match);
      });
      setTimeout(() => reject(new Error('took too long')), START_MS_MAX).unref();
    }),
  );
}

/** What was waited for, or an error that says what the child wrote. */
async function inTime<T>(child: StartedChild, awaited: Promise<T>): Promise<T> {
  const died = once(child.process, 'exit').then(([code]) => {
    throw new Error(`ended with exit code ${code}`);
  });
  try {
    return await Promise.race([awaited, died]);
  } catch (cause) {
    await stopChild(child);
    throw new Error(`a server did not start: ${(cause as Error).message}\n${child.output()}`, { cause });
  }
}
