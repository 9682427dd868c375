/**
 * `npm run bench:telemetry`: what telemetry costs of the saturated chunk rate. Runs with everything on (metrics, scraped every second in
 * OpenMetrics with gzip; 10 % of requests traced and exported; a line in the log for each) and with everything off alternate; the figures are
 * the pairs' ratios. Exit code 1 when a stream breaks or the median costs more than 8 %.
 *
 *   npm run bench:telemetry                                     5,000 streams, five pairs
 *   npm run bench:telemetry -- --streams 200 --pairs 1 --seconds 1 --transport node
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endChildrenOnExit } from '../streams/child-processes.js';
import { saturatedCase } from '../streams/load-case.js';
import { type Measurement, runLoad } from '../streams/load-run.js';
import { machineFacts } from '../streams/machine.js';
import { describeMachine } from '../streams/report.js';
import { baseConfiguration, freePort, MODEL, startConfigured } from '../streams/servers.js';
import { Scraper } from './scraper.js';

const COST_MAX = 0.08;
const SETTLE_MS = 1_500;
const OUTPUT_TOKENS_MAX = 1_000_000;

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '5000' },
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    transport: { type: 'string', default: 'auto' },
  },
});
const streams = Number(values.streams);
const pairs = Number(values.pairs);
const load = saturatedCase(streams, Number(values.seconds) * 1_000, SETTLE_MS);

interface Pair {
  readonly on: Measurement;
  readonly off: Measurement;
}

const OFF = {
  logging: { level: 'silent' },
  metrics: { enabled: false },
  tracing: { enabled: false },
  journal: { enabled: false },
};

const rateOf = ({ on, off }: Pair): number => on.chunksPerSecond / off.chunksPerSecond;
const cpuOf = ({ on, off }: Pair): number => (on.cpuUsPerChunk ?? Number.NaN) / (off.cpuUsPerChunk ?? Number.NaN);

endChildrenOnExit();
process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-telemetry-'));
  const collector = await startCollector();
  const results: Pair[] = [];
  console.log(describeMachine(machineFacts(), values.transport));
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const on = await measureOn(folder, (collector.address() as AddressInfo).port);
      const off = await runLoad('simulator', load, startConfigured(configuration(OFF), folder));
      results.push({ on, off });
      console.log(describe({ on, off }));
    }
  } finally {
    collector.closeAllConnections();
    collector.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return judge(results);
}

async function measureOn(folder: string, collectorPort: number): Promise<Measurement> {
  const metricsPort = await freePort();
  const scraper = new Scraper(`http://127.0.0.1:${metricsPort}/metrics`);
  const telemetry = {
    logging: { level: 'info', format: 'json' },
    metrics: { enabled: true, prometheus_port: metricsPort },
    tracing: {
      enabled: true,
      sample_rate: 0.1,
      otlp_endpoint: `http://127.0.0.1:${collectorPort}`,
      otlp_protocol: 'http/protobuf',
    },
    journal: { enabled: false },
  };
  return runLoad('simulator', load, startConfigured(configuration(telemetry), folder), {
    observe: (moment) => {
      if (moment === 'opening') scraper.start();
      if (moment !== 'ended') return;
      scraper.stop();
      if (scraper.scrapes === 0) throw new Error('no scrape was answered');
    },
  });
}

function configuration(telemetry: object): unknown {
  const constant = (valueMs: number) => ({ distribution: 'constant', value_ms: valueMs });
  const model = {
    dialect: 'openai',
    max_output_tokens: OUTPUT_TOKENS_MAX,
    context_window_tokens: 2 * OUTPUT_TOKENS_MAX,
    latency: { ttft: constant(load.ttftMs), itl: constant(load.intervalMs) },
  };
  return { ...baseConfiguration(streams, values.transport), telemetry, providers: { [MODEL]: model } };
}

/** Takes every span in and keeps none. */
function startCollector(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function describe(pair: Pair): string {
  const { on, off } = pair;
  const rates = `${Math.round(on.chunksPerSecond)} chunks/s on, ${Math.round(off.chunksPerSecond)} off`;
  const cpu = `${on.cpuUsPerChunk?.toFixed(3)} µs CPU a chunk on, ${off.cpuUsPerChunk?.toFixed(3)} off`;
  return `${rates}: ${rateOf(pair).toFixed(3)}; ${cpu}: ${cpuOf(pair).toFixed(3)}`;
}

function judge(results: readonly Pair[]): boolean {
  const median = (figures: readonly number[]): number =>
    figures.toSorted((left, right) => left - right)[Math.floor(figures.length / 2)] as number;
  const cost = 1 - median(results.map(rateOf));
  const cpu = median(results.map(cpuOf)) - 1;
  const broken = results.flatMap(({ on, off }) => [on, off]).reduce((sum, { totals }) => sum + totals.broken, 0);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  console.log(
    `telemetry costs ${percent(cost)} of the chunk rate (at most ${percent(COST_MAX)}), ${percent(cpu)} CPU a chunk more`,
  );
  console.log(`${broken} streams broken`);
  return cost <= COST_MAX && broken === 0;
}
