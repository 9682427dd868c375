/**
 * Two nodes behind a load balancer, of which one after the other is told to end and started again, while streams and whole replies are asked
 * for through the balancer. Not one may fail.
 */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempt, attempt } from './attempt.js';
import { Balancer, type BalancerName } from './balancer.js';
import { type Expected, HELD_MODEL, QUICK_MODEL, requestOf, type SentRequest } from './configuration.js';
import { freePorts, type NodeOptions, NodeProcess } from './node-process.js';

export interface RollingRunOptions {
  readonly balancer: BalancerName;
  readonly node: Pick<NodeOptions, 'command' | 'configurationFile'>;
  readonly expected: Expected;
  /** Of each node. */
  readonly restarts: number;
  /** Clients that ask for one thing after another, each on a connection that it keeps: half of them for streams of some seconds. */
  readonly clients: number;
  readonly onProgress?: (text: string) => void;
}

export interface RollingRunResult {
  readonly balancer: BalancerName;
  readonly restarts: number;
  readonly streams: number;
  readonly replies: number;
  readonly failed: number;
  /** From the signal to the end of a node, ms. */
  readonly nodeEndedAfterMs: readonly number[];
  readonly secs: number;
  readonly defects: readonly string[];
}

const NODES = 2;
const STREAM_TOKENS = 15;
const REPLY_TOKENS = 5;
/** Requests that differ; the clients repeat them. */
const DISTINCT = 20;
const SETTLE_MS = 500;
const PAUSE_MS_MAX = 40;
const SHOWN_MAX = 5;

export async function runRolling(options: RollingRunOptions): Promise<RollingRunResult> {
  const startMs = performance.now();
  const [port, statisticsPort, ...ports] = (await freePorts(2 + 2 * NODES)) as [number, number, ...number[]];
  const start = (index: number): Promise<NodeProcess> =>
    NodeProcess.start({
      ...options.node,
      port: ports[2 * index] as number,
      metricsPort: ports[2 * index + 1] as number,
    });
  const nodes = await Promise.all(Array.from({ length: NODES }, (_, index) => start(index)));
  const balancer = await Balancer.start(options.balancer, {
    port,
    statisticsPort,
    nodes: nodes.map((_, index) => ports[2 * index] as number),
  });
  const streams = askedOf(options.expected, true);
  const replies = askedOf(options.expected, false);
  let over = false;
  const clients = Array.from({ length: options.clients }, (_, index) =>
    client(balancer.url, index % 2 === 0 ? streams : replies, () => over),
  );
  const nodeEndedAfterMs: number[] = [];
  const exitCodes: (number | null)[] = [];
  try {
    for (const [index] of nodes.entries()) await balancer.hasNoticed(index);
    await sleep(SETTLE_MS);
    for (let restart = 0; restart < options.restarts * NODES; restart++) {
      const index = restart % NODES;
      const signalMs = performance.now();
      nodes[index]?.signal('SIGTERM');
      exitCodes.push(await (nodes[index] as NodeProcess).exited);
      nodeEndedAfterMs.push(Math.round(performance.now() - signalMs));
      nodes[index] = await start(index);
      await balancer.hasNoticed(index);
      options.onProgress?.(`${options.balancer}: restart ${restart + 1} of ${options.restarts * NODES}`);
    }
    await sleep(SETTLE_MS);
  } finally {
    over = true;
  }
  const done = await Promise.all(clients);
  await balancer.stop();
  for (const node of nodes) node.signal('SIGKILL');
  await Promise.all(nodes.map((node) => node.exited));
  const failures = done.flat().filter(({ outcome }) => outcome !== 'answered');
  return {
    balancer: options.balancer,
    restarts: options.restarts * NODES,
    streams: countOf(done, 0),
    replies: countOf(done, 1),
    failed: failures.length,
    nodeEndedAfterMs,
    secs: Math.round((performance.now() - startMs) / 1_000),
    defects: [
      ...failures.slice(0, SHOWN_MAX).map(({ outcome, why }) => `${outcome}: ${why}`),
      ...(failures.length > 0 ? [`${options.balancer} said: ${balancer.output}`] : []),
      ...exitCodes.filter((code) => code !== 0).map((code) => `exit code ${code}`),
    ],
  };
}

/** What the clients with an index of that remainder by two have asked for. */
const countOf = (done: readonly Attempt[][], remainder: number): number =>
  done.filter((_, index) => index % 2 === remainder).reduce((sum, attempts) => sum + attempts.length, 0);

interface Asked {
  readonly sent: SentRequest;
  readonly bytes: Buffer;
}

function askedOf(expected: Expected, stream: boolean): Asked[] {
  return Array.from({ length: DISTINCT }, (_, index) => {
    const model = stream ? HELD_MODEL : QUICK_MODEL;
    const sent = requestOf(model, `rolling-${index}`, stream ? STREAM_TOKENS : REPLY_TOKENS, stream);
    return { sent, bytes: expected.bytesOf(sent) };
  });
}

async function client(url: string, asked: readonly Asked[], isOver: () => boolean): Promise<Attempt[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const attempts: Attempt[] = [];
  while (!isOver()) {
    const { bytes, sent } = asked[attempts.length % asked.length] as Asked;
    attempts.push(await attempt(url, sent, bytes, agent));
    await sleep(Math.random() * PAUSE_MS_MAX);
  }
  agent.destroy();
  return attempts;
}
