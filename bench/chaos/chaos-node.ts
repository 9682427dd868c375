/** A node that is to be harmed: its configuration, its processes, and its books as it tells them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configurationOf, Expected } from '../drain/configuration.js';
import { freePorts, NodeProcess } from '../drain/node-process.js';
import type { ChaosSetting } from './experiment.js';

/** Guards against hanging, nothing else. */
const WAIT_MS_MAX = 60_000;
const POLL_MS = 10;
/** Besides the streams: probes, and connections that are just closing. */
const SPARE_CONNECTIONS = 2_000;
const SHUTDOWN_SECS = 30;

export interface ChaosConfiguration {
  readonly processes: number;
  readonly itlMs: number;
  /** Over those of the server's section. */
  readonly server?: object;
  readonly telemetry?: object;
  /** Options for node itself, which its processes inherit. */
  readonly nodeOptions?: readonly string[];
  readonly ports?: readonly [port: number, metricsPort: number];
}

export interface ProcessFacts {
  readonly pid: number;
  readonly place: number;
  readonly activeRequests: number;
}

/** What a node says of its requests. */
export interface NodeBooks {
  readonly started: number;
  readonly active: number;
  readonly finished: number;
  readonly aborted: number;
  readonly failed: number;
  readonly lost: number;
}

export interface ChaosNode {
  readonly node: NodeProcess;
  readonly expected: Expected;
  readonly ports: readonly [port: number, metricsPort: number];
}

export async function startNode(setting: ChaosSetting, wanted: ChaosConfiguration): Promise<ChaosNode> {
  const base = configurationOf({
    transport: setting.transport,
    processes: wanted.processes,
    requests: setting.streams + SPARE_CONNECTIONS,
    lameDuckSecs: 0,
    shutdownTimeoutSecs: SHUTDOWN_SECS,
    itlMs: wanted.itlMs,
  }) as { server: object };
  const configuration = {
    ...base,
    server: { ...base.server, ...wanted.server },
    ...(wanted.telemetry === undefined ? {} : { telemetry: wanted.telemetry }),
  };
  const configurationFile = join(setting.folder, 'simulator.yaml');
  writeFileSync(configurationFile, JSON.stringify(configuration));
  const ports = wanted.ports ?? ((await freePorts(2)) as [number, number]);
  const [port, metricsPort] = ports;
  const command = [...(wanted.nodeOptions ?? []), ...setting.command];
  const node = await NodeProcess.start({ command, configurationFile, port, metricsPort });
  return { node, ports, expected: await Expected.of(configuration) };
}

/** Ends the node, whatever state it is in. */
export async function endNode({ node }: ChaosNode): Promise<void> {
  node.signal('SIGKILL');
  await node.exited;
}

/** The acceptors that have reported, by place. */
export async function processesOf({ node }: ChaosNode): Promise<ProcessFacts[]> {
  const stats = (await (await fetch(`${node.url}/admin/stats`)).json()) as {
    processes: { pid: number; place: number; active_requests: number }[];
  };
  return stats.processes.map(({ active_requests, pid, place }) => ({ pid, place, activeRequests: active_requests }));
}

/** A metric's sum over the samples that have the label, from the metrics port. */
export async function metricOf({ node }: ChaosNode, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${node.metricsUrl}/metrics`)).text();
  let sum = 0;
  for (const line of text.split('\n'))
    if (line.startsWith(`${name} `) || (line.startsWith(`${name}{`) && line.includes(label)))
      sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  return sum;
}

/** The books once nothing is open. */
export async function booksAtRest(chaos: ChaosNode): Promise<NodeBooks> {
  const ended = (outcome: string) => metricOf(chaos, 'llm_simulator_requests_ended_total', `outcome="${outcome}"`);
  await until(async () => (await metricOf(chaos, 'llm_simulator_active_requests')) === 0, 'nothing is open');
  return {
    started: await metricOf(chaos, 'llm_simulator_requests_started_total'),
    active: 0,
    finished: await ended('finished'),
    aborted: await ended('aborted'),
    failed: await ended('failed'),
    lost: await ended('lost'),
  };
}

/** Asks until it holds; returns after how many ms it did. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    if (await holds().catch(() => false)) return Math.round(performance.now() - startMs);
    if (performance.now() - startMs > WAIT_MS_MAX) throw new Error(`waited in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
