/**
 * `npm run verify:reload`: 2,000 open streams, 500 random changes of the configuration file, about half of them wrong. No stream may be touched,
 * each wrong file has to be refused with line and column, and all processes have to be at the same generation after each.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildrenOnExit, SERVER_CORE, startNode, stopChild } from '../streams/child-processes.js';
import { countOf, programArguments } from '../streams/program-arguments.js';
import { Mutations } from './mutations.js';
import { OpenStreams, plannerOf } from './open-streams.js';
import { runReloads } from './reload-run.js';

const START_MS_MAX = 60_000;

const HELP = `npm run verify:reload -- [options]    open streams while the configuration changes again and again

  --streams 2000    open streams
  --mutations 500   changes of the file, about half of them wrong
  --tokens 1500     of each stream
  --seed 1          of the changes
  --workers 2       acceptor processes
  --help

Exit code: 0 every change was taken or refused as it has to be and no stream was touched, 1 not so, 2 the command line is wrong.`;

endChildrenOnExit();
process.exitCode = await main();

async function main(): Promise<number> {
  const values = programArguments(HELP, { streams: '2000', mutations: '500', tokens: '1500', seed: '1', workers: '2' });
  const numberOf = (name: keyof typeof values) => countOf(name, values[name], HELP);
  const [streams, count, tokens] = [numberOf('streams'), numberOf('mutations'), numberOf('tokens')];
  const [seed, workers] = [numberOf('seed'), numberOf('workers')];
  const fixed = {
    server: ['host: 127.0.0.1', 'port: 0', `workers: ${workers}`, `max_connections: ${2 * streams + 100}`],
    telemetry: ['logging: { level: warn }', 'metrics: { prometheus_port: 0 }'],
    concurrency: 2 * streams + 100,
  };
  const text = firstText(fixed, tokens);
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-reload-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'simulator.yaml');
  writeFileSync(file, text);
  const server = await start(file);
  const open = new OpenStreams({ url: server.url, streams, tokens });
  try {
    await open.open(await plannerOf(text));
    console.log(`${open.openCount} streams are open`);
    const onProgress = (done: number) => {
      if (done % 25 === 0)
        console.log(`${done} of ${count}; ${open.received} bytes as planned, ${open.openCount} open`);
    };
    const mutations = new Mutations(seed, fixed);
    const result = await runReloads({ url: server.url, file, text, streams: open, mutations, count, onProgress });
    report(result, open, await slipOf(server.url));
    return result.failures.length === 0 ? 0 : 1;
  } finally {
    open.close();
    await server.stop();
  }
}

function firstText(
  fixed: { server: readonly string[]; telemetry: readonly string[]; concurrency: number },
  tokens: number,
): string {
  return [
    'server:',
    ...fixed.server.map((line) => `  ${line}`),
    'telemetry:',
    ...fixed.telemetry.map((line) => `  ${line}`),
    'simulation:',
    `  concurrency: { max_concurrent_requests: ${fixed.concurrency} }`,
    'providers:',
    '  streaming:',
    '    extends: gpt-4o',
    `    max_output_tokens: ${tokens}`,
    '    latency:',
    '      ttft: { distribution: constant, value_ms: 100 }',
    '      itl: { distribution: constant, value_ms: 1000 }',
    '',
  ].join('\n');
}

async function start(file: string): Promise<{ url: string; stop(): Promise<void> }> {
  const entry = join(import.meta.dirname, '../../dist/src/main.js');
  const child = startNode(SERVER_CORE, [entry, 'serve', '--config', file]);
  const endMs = performance.now() + START_MS_MAX;
  while (performance.now() < endMs) {
    const [, url] = /listens on (http:\S+) /.exec(child.output()) ?? [];
    if (url !== undefined) return { url, stop: () => stopChild(child) };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stopChild(child);
  throw new Error(`the server did not start: ${child.output()}`);
}

async function slipOf(url: string): Promise<string> {
  const stats = (await (await fetch(`${url}/admin/stats`)).json()) as { slip: object; event_loop_lag: object };
  return `slip ${JSON.stringify(stats.slip)}, event loop lag ${JSON.stringify(stats.event_loop_lag)}`;
}

type Result = Awaited<ReturnType<typeof runReloads>>;

function report({ applied, appliedMs, failures, refused, refusedMs }: Result, open: OpenStreams, slip: string): void {
  for (const failure of failures.slice(0, 20)) console.log(failure);
  console.log(`${applied} applied (${quantiles(appliedMs)}), ${refused} refused (${quantiles(refusedMs)})`);
  console.log(`${open.received} bytes of streams, all as planned up to here; ${open.openCount} streams open still`);
  console.log(`at the end: ${slip}`);
  console.log(failures.length === 0 ? 'as it has to be' : `${failures.length} failures`);
}

function quantiles(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
