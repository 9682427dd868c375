/**
 * `npm run bench:capacity`: how many streams and requests a node holds, at what cost and lateness, part by part. Each part's figures go
 * into a file as soon as it is measured; docs/capacity.md is made of those files. docs/benchmarks.md says how to run it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildrenOnExit } from '../streams/child-processes.js';
import { probeCase } from '../streams/load-case.js';
import { machineFacts, openFilesLimit } from '../streams/machine.js';
import { probeServer, type ServerFacts } from '../streams/probe.js';
import { describeMachine } from '../streams/report.js';
import { startSimulator } from '../streams/servers.js';
import { measureParts } from './by-part.js';
import { measureHeadroom } from './headroom.js';
import { limitProgram } from './limit-program.js';
import { type CapacityOptions, HELP, parseOptions } from './options.js';
import { measurePaced } from './paced.js';
import type { PartContext, PartName } from './part.js';
import { measureRatios } from './ratios.js';
import { measureReplies } from './replies.js';
import { type Measured, type ResultOf, writeMeasured } from './results.js';
import { measureScaling } from './scaling.js';
import { measureSoak, type SoakResult } from './soak.js';
import { measureStartup } from './startup.js';

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_GROWTH = 3;

/** Assumed where nothing tells. */
const OPEN_FILES_MAX = 1_024;

const measureOf: { readonly [Part in PartName]: (context: PartContext) => Promise<ResultOf[Part]> } = {
  startup: measureStartup,
  paced: measurePaced,
  parts: measureParts,
  replies: measureReplies,
  scaling: measureScaling,
  ratios: measureRatios,
  headroom: measureHeadroom,
  soak: measureSoak,
};

endChildrenOnExit();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: CapacityOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return EXIT_OK;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-capacity-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return await measureAll(options, folder);
  } catch (error) {
    progress('');
    console.error(`bench:capacity: ${(error as Error).message}`);
    return EXIT_FAILED;
  }
}

async function measureAll(options: CapacityOptions, folder: string): Promise<number> {
  const facts = await probeServer(await startSimulator(probeCase, options.transport, folder));
  console.error(describeMachine(machineFacts(), facts.transport));
  const limit = limitProgram(options.limitProgram, folder);
  let exitCode = EXIT_OK;
  for (const part of options.parts) {
    const broken: string[] = [];
    const measuring = measurePart(part, options, facts, { folder, limitProgram: limit, broken });
    const measured = await measuring.catch((error: Error) => error);
    progress('');
    if (measured instanceof Error) {
      console.error(`! ${part}: ${measured.message}`);
      exitCode = EXIT_FAILED;
      continue;
    }
    if (options.json) console.log(JSON.stringify(measured));
    const file = options.resultsFolder === undefined ? undefined : writeMeasured(options.resultsFolder, measured);
    console.error(`${part}: ${measured.seconds} s${file === undefined ? '' : `, figures in ${file}`}`);
    for (const what of broken) console.error(`! ${part}: ${what}`);
    if (broken.length > 0) exitCode = EXIT_FAILED;
    // Seconds tell nothing of hours.
    const grows = part === 'soak' && !options.extent.isQuick && (measured.result as SoakResult).grows;
    if (grows && exitCode === EXIT_OK) exitCode = EXIT_GROWTH;
  }
  if (options.resultsFolder !== undefined) console.error('npm run generate makes docs/capacity.md of the figures');
  return exitCode;
}

interface Surroundings extends Pick<PartContext, 'folder' | 'limitProgram'> {
  readonly broken: string[];
}

async function measurePart<Part extends PartName>(
  part: Part,
  { extent }: CapacityOptions,
  { transport, frameBytes }: ServerFacts,
  { broken, ...surroundings }: Surroundings,
): Promise<Measured<Part>> {
  const date = new Date().toISOString();
  const startMs = performance.now();
  const openFilesMax = openFilesLimit() ?? OPEN_FILES_MAX;
  const machine = { ...machineFacts(), openFilesMax };
  const result = await measureOf[part]({
    ...surroundings,
    transport,
    frameBytes,
    extent,
    openFilesMax,
    progress: (text) => progress(`${part}: ${text}`),
    broke: (what) => broken.push(what),
  });
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  return { part, transport, date, seconds, machine, extent, result };
}

/** One line that is replaced by the next, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
