/**
 * `npm run bench:streams`: the simulator against a bare server on the same transport, measured at the client's socket, in interleaved
 * pairs (simulator, baseline, simulator, …) so that what else the machine does meets both alike. docs/benchmarks.md explains.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endChildrenOnExit } from './child-processes.js';
import { type LoadCase, pacedCase, probeCase, saturatedCase } from './load-case.js';
import { runLoad } from './load-run.js';
import { machineFacts, openFilesLimit } from './machine.js';
import { type BenchOptions, HELP, parseOptions } from './options.js';
import { probeServer } from './probe.js';
import { brokenStreams, type CaseResult, formatReport, type Pair, summarize } from './report.js';
import { startBaseline, startSimulator } from './servers.js';

/** Files that a process needs besides its sockets. */
const SPARE_FILES = 200;

endChildrenOnExit();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return await measure(options, folder);
  } catch (error) {
    console.error(`bench:streams: ${(error as Error).message}`);
    return 1;
  }
}

async function measure(options: BenchOptions, folder: string): Promise<number> {
  const cases = casesOf(options);
  requireOpenFiles(Math.max(...cases.map(({ streams }) => streams)));
  const machine = machineFacts();
  const facts = await probeServer(await startSimulator(probeCase, options.transport, folder));
  const results: CaseResult[] = [];
  for (const load of cases) {
    const pairs: Pair[] = [];
    for (let pair = 1; pair <= options.pairs; pair++) {
      const step = (server: string) =>
        progress(`${load.streams} streams ${load.kind}, pair ${pair} of ${options.pairs}: ${server}`);
      step('simulator');
      const simulator = await runLoad('simulator', load, await startSimulator(load, facts.transport, folder));
      step('baseline');
      const baseline = await runLoad('baseline', load, await startBaseline(load, facts.transport, facts.frameBytes));
      pairs.push({ simulator, baseline });
    }
    results.push({ load, pairs });
  }
  progress('');
  console.log(formatReport(machine, facts.transport, results));
  const file = options.jsonFile ?? defaultFile();
  mkdirSync(dirname(file), { recursive: true });
  const cased = results.map((result) => ({ ...result, ratios: summarize(result) }));
  writeFileSync(file, `${JSON.stringify({ date: new Date(), machine, ...facts, cases: cased }, undefined, 2)}\n`);
  console.log(`figures of every run: ${file}`);
  return brokenStreams(results) > 0 ? 1 : 0;
}

function casesOf({ streams, saturatedStreams, windowMs, settleMs }: BenchOptions): LoadCase[] {
  const cases = streams.map((number) => pacedCase(number, windowMs, settleMs));
  if (saturatedStreams > 0) cases.push(saturatedCase(saturatedStreams, windowMs, settleMs));
  if (cases.length === 0) throw new Error('nothing to measure: --streams is empty and --saturated is 0');
  return cases;
}

function requireOpenFiles(streams: number): void {
  const limit = openFilesLimit();
  if (limit === undefined || limit >= streams + SPARE_FILES) return;
  throw new Error(
    `${streams} streams need ${streams + SPARE_FILES} open files per process, but the limit is ${limit}; ` +
      `raise it (ulimit -n ${streams + SPARE_FILES}) or ask for fewer streams (--streams, --saturated)`,
  );
}

function defaultFile(): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return join(import.meta.dirname, '../results', `streams-${time}.json`);
}

/** One line that is replaced by the next, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
