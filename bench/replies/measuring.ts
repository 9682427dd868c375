/** One run against one server: what is asked for is tried once, then asked for over and over by clients that wait for nothing. */
import autocannon from 'autocannon';
import type { RunningServer } from '../streams/servers.js';
import { bodiesOf, type ReplyCase } from './reply-case.js';

export interface Figures {
  readonly repliesPerSecond: number;
  readonly p99Ms: number;
}

export interface Options {
  readonly pairs: number;
  readonly seconds: number;
  readonly connections: number;
  /** Whether all requests are equal. */
  readonly bodies: 'same' | 'different';
  readonly only: string;
  /** A YAML file whose effect is measured instead. */
  readonly with: string | undefined;
  readonly transport: string;
  readonly json: boolean;
}

/** Sends the request once, so that nothing is measured that does not work; returns the reply's length. */
export async function probe(server: RunningServer, { path, headers, body }: ReplyCase): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const reply = Buffer.from(await response.arrayBuffer());
  if (response.status === 200) return reply.length;
  throw new Error(`${path} answered ${response.status}: ${reply.toString().slice(0, 500)}`);
}

/** Keeps asking for as long as the options say. */
export async function load(
  server: RunningServer,
  one: ReplyCase,
  { bodies, connections, seconds }: Options,
): Promise<Figures> {
  const { path, headers, body } = one;
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}${path}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(bodies === 'same'
      ? { body: JSON.stringify(body) }
      : { requests: bodiesOf(one).map((other) => ({ body: other })) }),
    connections,
    duration: seconds,
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${path}: ${failed} requests failed`);
  return { repliesPerSecond: result.requests.average, p99Ms: result.latency.p99 };
}

/** JSON is YAML. No spare acceptor: it starts 5 s after the server, at the end of a run, and takes half a second of the server's core. */
export function configuration(transport: string) {
  return {
    server: { host: '127.0.0.1', port: 0, workers: 1, transport, shutdown_timeout_secs: 0, spare_acceptor: false },
    simulation: { seed: 1, time_scale: 0 },
    telemetry: { logging: { level: 'error' }, metrics: { prometheus_port: 0 } },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One line that is replaced by the next, on a terminal only. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
