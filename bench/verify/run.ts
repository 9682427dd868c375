/**
 * `npm run verify:latency`: what the configuration says is what a client measures at its socket. Starts the simulator as a user does, drives
 * it with an independent client, and tests the measured times against the configured distributions. docs/latency-verification.md explains.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endChildrenOnExit } from '../streams/child-processes.js';
import { machineFacts, openFilesLimit } from '../streams/machine.js';
import { HELP, parseOptions, type VerifyOptions } from './options.js';
import { writeReport } from './report-page.js';
import { figuresOf, formatReport } from './report-text.js';
import type { Stage } from './stage.js';
import { fullStages, quickStages } from './stages.js';
import { type StageResult, verifyStage } from './verify-stage.js';

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;
const EXIT_NOT_MEASURED = 3;
const EXIT_NOT_JUDGED = 4;
/** Files that a process needs besides its sockets. */
const SPARE_FILES = 200;

endChildrenOnExit();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: VerifyOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-verify-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return await verify(options, folder);
  } catch (error) {
    console.error(`verify:latency: ${(error as Error).message}`);
    return EXIT_NOT_MEASURED;
  }
}

async function verify(options: VerifyOptions, folder: string): Promise<number> {
  const stages = stagesOf(options);
  requireOpenFiles(Math.max(...stages.map(({ streams }) => streams)));
  const machine = machineFacts();
  const results: StageResult[] = [];
  for (const stage of stages) results.push(await verifyStage(stage, options, folder, progress));
  progress('writing the report');
  writeReport(options.out, machine, results);
  progress('');
  console.log(
    options.json ? JSON.stringify(figuresOf(machine, results), undefined, 2) : formatReport(machine, results),
  );
  if (!options.json) console.log(`report: ${resolve(options.out, 'index.html')}`);
  return exitCodeOf(results);
}

function stagesOf({ quick, only }: VerifyOptions): Stage[] {
  const stages = (quick ? quickStages() : fullStages()).filter(({ name }) => name.includes(only));
  if (stages.length === 0) throw new Error(`no stage is called "${only}"`);
  return stages;
}

function exitCodeOf(results: readonly StageResult[]): number {
  const verdicts = new Set(results.flatMap(({ cases, pace }) => [pace, ...cases.map(({ verdict }) => verdict)]));
  if (verdicts.has('broken')) return EXIT_BROKEN;
  return verdicts.has('not judged') ? EXIT_NOT_JUDGED : 0;
}

function requireOpenFiles(streams: number): void {
  const limit = openFilesLimit();
  if (limit === undefined || limit >= streams + SPARE_FILES) return;
  throw new Error(
    `${streams} streams need ${streams + SPARE_FILES} open files per process, but the limit is ${limit}; raise it (ulimit -n ${streams + SPARE_FILES})`,
  );
}

/** One line that is replaced by the next, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
