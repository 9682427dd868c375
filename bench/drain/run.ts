/** `npm run verify:drain` and `npm run verify:rolling`: whether a node leaves without its clients noticing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { balancerVersion } from './balancer.js';
import { configurationOf, Expected } from './configuration.js';
import { type DrainRunResult, runDrain } from './drain-run.js';
import { freePorts, NodeProcess } from './node-process.js';
import { type DrainOptions, HELP, parseOptions } from './options.js';
import { type RollingRunResult, runRolling } from './rolling-run.js';

const EXIT_DEFECT = 1;
const EXIT_USAGE = 2;
const EXIT_MISSING = 3;

/** Chunks per second over all streams, which leave a core time for everybody else. */
const CHUNKS_PER_SEC = 8_000;
const ITL_MS_MIN = 100;
/** How long opening a thousand streams may take, and how long they go on after the listeners have closed. */
const OPEN_SECS_PER_THOUSAND = 4;
const REST_SECS = 4;
const SHUTDOWN_SECS = 120;
const SPARE_REQUESTS = 2_000;

const COMMAND = [join(import.meta.dirname, '../../dist/src/main.js')];
const ROLLING_CLIENTS = 60;
const ROLLING_ITL_MS = 100;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
  let options: DrainOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-drain-'));
  try {
    return await (options.rolling ? verifyRolling(options, folder) : verifyDrain(options, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function verifyDrain(options: DrainOptions, folder: string): Promise<number> {
  const { lameDuckSecs, processes, streams, transport } = options;
  const itlMs = Math.max(ITL_MS_MIN, Math.ceil((streams / CHUNKS_PER_SEC) * 1_000));
  const secs = Math.ceil((streams / 1_000) * OPEN_SECS_PER_THOUSAND) + lameDuckSecs + REST_SECS;
  const { expected, file } = await configured(folder, {
    transport,
    processes,
    requests: streams + SPARE_REQUESTS,
    lameDuckSecs,
    shutdownTimeoutSecs: SHUTDOWN_SECS,
    itlMs,
  });
  const results: DrainRunResult[] = [];
  for (let run = 0; run < options.runs; run++) {
    const [port, metricsPort] = (await freePorts(2)) as [number, number];
    const node = await NodeProcess.start({ command: COMMAND, configurationFile: file, port, metricsPort });
    if (run === 0) progress(node.startLine);
    const isUws = node.startLine.includes('transport uws');
    const result = await runDrain({
      node,
      expected,
      streams,
      tokens: Math.ceil((secs * 1_000) / itlMs),
      newcomersPerSec: options.newcomersPerSec,
      regulars: options.regulars,
      mayLoseAtClose: isUws,
    });
    results.push(result);
    if (!options.json) reportDrain(result);
  }
  if (options.json)
    console.log(JSON.stringify({ transport, processes, lame_duck_secs: lameDuckSecs, runs: results }, undefined, 2));
  return verdict(results, options.json);
}

async function verifyRolling(options: DrainOptions, folder: string): Promise<number> {
  const versions = options.balancers.map((name) => [name, balancerVersion(name)] as const);
  for (const [name, version] of versions) {
    if (version === undefined) {
      console.error(`${name} is not installed: apt-get install ${name === 'nginx' ? 'nginx-light' : name}`);
      return EXIT_MISSING;
    }
    progress(version);
  }
  const { expected, file } = await configured(folder, {
    transport: options.transport,
    processes: options.processes,
    requests: SPARE_REQUESTS,
    lameDuckSecs: options.lameDuckSecs,
    shutdownTimeoutSecs: SHUTDOWN_SECS,
    itlMs: ROLLING_ITL_MS,
  });
  const results: RollingRunResult[] = [];
  for (const balancer of options.balancers) {
    const result = await runRolling({
      balancer,
      node: { command: COMMAND, configurationFile: file },
      expected,
      restarts: options.restarts,
      clients: ROLLING_CLIENTS,
      onProgress: progress,
    });
    results.push(result);
    if (!options.json) reportRolling(result);
  }
  if (options.json)
    console.log(JSON.stringify({ versions: Object.fromEntries(versions), runs: results }, undefined, 2));
  return verdict(results, options.json);
}

async function configured(
  folder: string,
  options: Parameters<typeof configurationOf>[0],
): Promise<{ file: string; expected: Expected }> {
  const configuration = configurationOf(options);
  const file = join(folder, 'simulator.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  return { file, expected: await Expected.of(configuration) };
}

function reportDrain(result: DrainRunResult): void {
  console.log(`${result.wholeStreams} of ${result.streams} streams whole, byte for byte`);
  console.log(`${result.requests} other requests, ${result.answeredInLameDuck} of them answered in the lame duck`);
  console.log(
    `not ready ${result.notReadyAfterMs} ms after the signal; listeners closed after ${result.listenersClosedAfterMs} ms, ` +
      `in ${result.closingMs} ms; ended after ${result.endedAfterMs} ms with exit code ${result.exitCode}`,
  );
  console.log(`${result.lostAtClose} connections lost at the close, ${result.refusedAfterClose} refused after it`);
}

function reportRolling(result: RollingRunResult): void {
  const { balancer, failed, nodeEndedAfterMs, replies, restarts, secs, streams } = result;
  console.log(
    `${balancer}: ${restarts} restarts in ${secs} s, ${streams} streams and ${replies} whole replies, ${failed} failed; ` +
      `nodes ended after ${Math.min(...nodeEndedAfterMs)} to ${Math.max(...nodeEndedAfterMs)} ms`,
  );
}

function verdict(results: readonly { readonly defects: readonly string[] }[], quiet: boolean): number {
  const defects = results.flatMap((result) => result.defects);
  for (const defect of defects) console.error(`DEFECT ${defect}`);
  if (defects.length > 0) return EXIT_DEFECT;
  if (!quiet) console.log('Nobody was refused or cut off who came before the listeners closed.');
  return 0;
}

/** For a person who waits: nothing in a pipe. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
}
