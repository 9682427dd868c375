/** What `npm run fuzz` is told on its command line. */
import { parseArgs } from 'node:util';

export const HELP = `npm run fuzz -- [OPTION…]

Feeds inputs made at random to the simulator and its parts, and watches for what must never happen: a crash, a rejection that nobody
handles, an answer that no client could expect, a leak.

  --seconds N    time for the targets, all together; making them ready comes on top (60)
  --seed N       where the inputs begin, 0 to 2147483647; drawn unless given, and printed
  --target NAME  only this one; may be given several times
  --runs N       so many inputs per target at most
  --replay FILE  executes the input in a file that a failing run wrote
  --findings DIR where such files go (fuzz-findings)
  --list         the targets, with what each promises
  --json         the result as one JSON document

Exit codes: 0 nothing was found · 1 a promise was broken · 2 the command line is not valid · 3 a target could not be made ready`;

export const EXIT_FOUND = 1;
export const EXIT_USAGE = 2;
export const EXIT_NOT_READY = 3;

export const SEED_MAX = 0x7fff_ffff;
const SECONDS_MAX = 86_400;

export interface FuzzOptions {
  readonly seconds: number;
  /** Undefined: to be drawn. */
  readonly seed: number | undefined;
  readonly targets: readonly string[];
  readonly runs: number;
  readonly replay: string | undefined;
  readonly findings: string;
  readonly list: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Error with a sentence that says what is wrong */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      target: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      replay: { type: 'string' },
      findings: { type: 'string', default: 'fuzz-findings' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    seconds: numberOf('--seconds', values.seconds, 0.1, SECONDS_MAX),
    seed: values.seed === undefined ? undefined : wholeNumberOf('--seed', values.seed, 0, SEED_MAX),
    targets: values.target,
    runs: values.runs === undefined ? SEED_MAX : wholeNumberOf('--runs', values.runs, 1, SEED_MAX),
    replay: values.replay,
    findings: values.findings,
    list: values.list,
    json: values.json,
    help: values.help,
  };
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new Error(`${name} takes a number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  }
  return value;
}

function wholeNumberOf(name: string, text: string, least: number, most: number): number {
  const value = numberOf(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`${name} takes a whole number, not ${JSON.stringify(text)}`);
  return value;
}
