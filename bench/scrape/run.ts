/**
 * `npm run bench:scrape`: what a scrape of a busy node takes of its main threads, those of the primary and of both acceptors together. Every
 * histogram of every model is filled first, and streams are open. Windows with scrapes and without alternate; the figures are the differences
 * within the pairs, divided by the scrapes.
 *
 *   npm run bench:scrape                                        100 models, 500 streams, five pairs
 *   npm run bench:scrape -- --models 10 --streams 50 --pairs 1
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endChildrenOnExit } from '../streams/child-processes.js';
import { machineFacts } from '../streams/machine.js';
import { processTree, threadSeconds } from '../streams/process-usage.js';
import { describeMachine } from '../streams/report.js';
import { baseConfiguration, freePort, startConfigured } from '../streams/servers.js';

const WINDOW_MS = 2_000;
const SCRAPES = 20;
/** The median of the differences should not be above it. */
const MAIN_MS_MAX = 20;
/** Requests at a time while histograms are filled. */
const FILLING = 50;

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '100' },
    streams: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '5' },
    transport: { type: 'string', default: 'auto' },
  },
});
const models = Array.from({ length: Number(values.models) }, (_, index) => `model-${index}`);
const streams = Number(values.streams);

/** As Prometheus asks, and as a person does. */
const KINDS: readonly { readonly name: string; readonly headers: Record<string, string> }[] = [
  { name: 'OpenMetrics, gzip', headers: { accept: 'application/openmetrics-text', 'accept-encoding': 'gzip' } },
  { name: 'text', headers: { accept: 'text/plain', 'accept-encoding': 'identity' } },
];

endChildrenOnExit();
await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-scrape-'));
  const metricsPort = await freePort();
  const server = await startConfigured(configuration(metricsPort), folder, { acceptors: 2, cores: undefined });
  console.log(describeMachine(machineFacts(), server.transport));
  const leave = new AbortController();
  try {
    const pids = processTree(server.pid);
    await fill(`http://127.0.0.1:${server.port}`);
    openStreams(`http://127.0.0.1:${server.port}`, leave.signal);
    await sleep(WINDOW_MS);
    const url = `http://127.0.0.1:${metricsPort}/metrics`;
    await describeScrape(url);
    for (const { headers, name } of KINDS) {
      await report(`${name}, metrics port`, pids, () => scrape(url, headers));
      await report(`${name}, an acceptor's port`, pids, () =>
        scrape(`http://127.0.0.1:${server.port}/metrics`, headers),
      );
    }
  } finally {
    leave.abort();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configuration(metricsPort: number): unknown {
  const base = baseConfiguration(streams + FILLING, values.transport, 2);
  const latency = {
    ttft: { distribution: 'uniform', min_ms: 1, max_ms: 100 },
    itl: { distribution: 'uniform', min_ms: 0, max_ms: 50 },
  };
  const providers = Object.fromEntries(
    models.map((model) => [model, { dialect: 'openai', max_output_tokens: 100_000, latency }]),
  );
  return {
    ...base,
    providers,
    telemetry: { ...base.telemetry, metrics: { prometheus_port: metricsPort } },
  };
}

/** Two streams and two whole replies of every model, each on a connection of its own, so that both acceptors serve each. */
async function fill(url: string): Promise<void> {
  const wanted = models.flatMap((model) => [true, true, false, false].map((stream) => ({ model, stream })));
  for (let first = 0; first < wanted.length; first += FILLING) {
    const batch = wanted.slice(first, first + FILLING);
    await Promise.all(batch.map(async (fields) => (await chat(url, { ...fields, max_tokens: 20 })).text()));
  }
}

function openStreams(url: string, signal: AbortSignal): void {
  for (let index = 0; index < streams; index++) {
    const model = models[index % models.length];
    void chat(url, { model, stream: true, max_tokens: 100_000 }, signal)
      .then((response) => response.text())
      .catch(() => {});
  }
}

function chat(url: string, fields: object, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Tell me about metrics, please.' }], ...fields });
  const headers = { 'content-type': 'application/json', connection: 'close' };
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function scrape(url: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`a scrape was answered with ${response.status}`);
  await response.arrayBuffer();
}

async function describeScrape(url: string): Promise<void> {
  const text = await (await fetch(url)).text();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  console.log(`${models.length} models, ${streams} streams: ${series} series, ${Math.round(text.length / 1_024)} KB`);
}

async function report(name: string, pids: readonly number[], once: () => Promise<void>): Promise<void> {
  const costs: number[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const without = await mainMs(pids, async () => {});
    const beside = await mainMs(pids, once);
    costs.push((beside - without) / SCRAPES);
  }
  costs.sort((left, right) => left - right);
  const median = costs[Math.floor(costs.length / 2)] as number;
  const range = `${costs[0]?.toFixed(1)} to ${costs.at(-1)?.toFixed(1)}`;
  console.log(`${name}: ${median.toFixed(1)} ms of main threads a scrape (${range}; wanted: at most ${MAIN_MS_MAX})`);
}

/** What all main threads ran in a window in which something is done so often. */
async function mainMs(pids: readonly number[], work: () => Promise<void>): Promise<number> {
  const before = ranMs(pids);
  const startMs = performance.now();
  for (let index = 0; index < SCRAPES; index++) {
    await work();
    await sleep(Math.max(0, startMs + ((index + 1) * WINDOW_MS) / SCRAPES - performance.now()));
  }
  return ((ranMs(pids) - before) * WINDOW_MS) / (performance.now() - startMs);
}

function ranMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (threadSeconds(pid)?.main ?? 0) * 1_000, 0);
}
