/** `npm run fuzz`: see options.ts for what it takes and CONTRIBUTING.md for what it is for. */
import { availableParallelism } from 'node:os';
import { readFinding, type SavedFinding, saveFinding } from './findings.js';
import { EXIT_FOUND, EXIT_NOT_READY, EXIT_USAGE, type FuzzOptions, HELP, parseOptions, SEED_MAX } from './options.js';
import { type Outcome, supervise } from './supervisor.js';
import { targets } from './targets/registry.js';

/** More at a time would make each other's waiting longer, and find no more. */
const AT_A_TIME_MAX = 2;

interface Row {
  readonly target: string;
  readonly outcome: Outcome;
  readonly finding?: SavedFinding;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: FuzzOptions;
  let names: readonly string[];
  try {
    options = parseOptions(args);
    names = chosen(options.targets);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options.help) console.log(HELP);
  else if (options.list) for (const { name, promise } of targets) console.log(`${name.padEnd(14)} ${promise}`);
  else if (options.replay !== undefined) return replayed(options.replay, options);
  else return search(options, names);
  return 0;
}

/** @throws Error with a sentence for a name that no target has */
function chosen(wanted: readonly string[]): readonly string[] {
  const names = targets.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no target is named ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return wanted.length === 0 ? names : wanted;
}

async function search(options: FuzzOptions, names: readonly string[]): Promise<number> {
  const { runs, json } = options;
  const seed = options.seed ?? Math.floor(Math.random() * (SEED_MAX + 1));
  const picked = targets.filter(({ name }) => names.includes(name));
  const lanes = Math.min(AT_A_TIME_MAX, availableParallelism(), picked.length);
  const weights = picked.reduce((sum, { weight }) => sum + weight, 0);
  if (!json) console.log(`fuzz: seed ${seed}, ${options.seconds} s, ${picked.length} targets, ${lanes} at a time`);
  const rows: Row[] = [];
  const waiting = [...picked].sort((one, other) => other.weight - one.weight);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, weight } = next;
      const seconds = (options.seconds * lanes * weight) / weights;
      const outcome = await supervise({ target: name, seed, seconds, runs });
      const row = { target: name, outcome, ...saved(outcome, name, seed, options.findings) };
      rows.push(row);
      if (!json) console.log(lineOf(row));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (json) console.log(JSON.stringify({ seed, targets: rows }, undefined, 2));
  return exitCodeOf(rows);
}

async function replayed(file: string, { json }: FuzzOptions): Promise<number> {
  let finding: ReturnType<typeof readFinding>;
  try {
    finding = readFinding(file);
    chosen([finding.target]);
  } catch (error) {
    console.error((error as Error).message);
    return EXIT_USAGE;
  }
  const { target, seed, input } = finding;
  const row = { target, outcome: await supervise({ target, seed, seconds: 0, runs: 1, replay: { input } }) };
  console.log(json ? JSON.stringify(row, undefined, 2) : lineOf(row));
  return exitCodeOf([row]);
}

function saved(outcome: Outcome, target: string, seed: number, folder: string): { finding?: SavedFinding } {
  if (outcome.kind !== 'failed') return {};
  const { kind: _, secs: __, ...found } = outcome;
  return { finding: saveFinding(folder, { target, seed, ...found }) };
}

function exitCodeOf(rows: readonly Row[]): number {
  if (rows.some(({ outcome }) => outcome.kind === 'failed')) return EXIT_FOUND;
  return rows.some(({ outcome }) => outcome.kind === 'not_ready') ? EXIT_NOT_READY : 0;
}

function lineOf({ target, outcome, finding }: Row): string {
  const name = target.padEnd(14);
  if (outcome.kind === 'skipped') return `${name} skipped: ${outcome.reason}`;
  if (outcome.kind === 'not_ready') return `${name} could not be made ready: ${outcome.reason}`;
  const { executions, secs } = outcome;
  const rate = secs > 0 ? `${Math.round(executions / secs)}/s` : '';
  const figures = `${name} ${String(executions).padStart(8)} inputs ${rate.padStart(9)}`;
  if (outcome.kind === 'passed') return `${figures}  nothing found`;
  const where = finding === undefined ? '' : `\n  saved in ${finding.file}; again: ${finding.again}`;
  return `${figures}  FAILED${where}\n${outcome.message.replaceAll(/^/gm, '  ')}`;
}
