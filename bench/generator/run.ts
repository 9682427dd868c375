/**
 * `npm run verify:generator`: the load generator holds as many streams as it is said to hold, and measures what an independent client
 * measures at the same server at the same time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLIENT_CORE, canPin, endChildrenOnExit } from '../streams/child-processes.js';
import { machineFacts } from '../streams/machine.js';
import { describeMachine } from '../streams/report.js';
import { type Agreement, measureAgreement } from './agreement.js';
import { COMPARED, disagreements } from './figures.js';
import { type HeldStreams, holdStreams } from './held-streams.js';

const HELP = `npm run verify:generator -- [options]

Holds many streams of a simulator in one process of the load generator, and compares what it measures with what a small client in C
measures at the same time. The second part needs a C compiler and is left out without one.

  --streams 5000   streams that are open at once
  --threads 1      of the generator, in the first part
  --json           figures as JSON on standard output

Exit code: 0 both hold, 1 one does not, 2 the command line is wrong, 3 it could not be measured.`;

const EXIT_MISSED = 1;
const EXIT_USAGE = 2;
const EXIT_NOT_MEASURED = 3;

interface Options {
  readonly streams: number;
  readonly threads: number;
  readonly json: boolean;
}

endChildrenOnExit();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-generator-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return await verify(options, folder);
  } catch (error) {
    console.error(`verify:generator: ${(error as Error).message}`);
    return EXIT_NOT_MEASURED;
  }
}

async function verify({ json, streams, threads }: Options, folder: string): Promise<number> {
  const machine = machineFacts();
  // Threads that are started from here on stay there as well.
  if (canPin) spawnSync('taskset', ['--pid', '--cpu-list', CLIENT_CORE, String(process.pid)]);
  const held = await holdStreams(streams, threads, folder);
  const agreement = await measureAgreement(folder);
  const missed = [...missedOfHeld(held), ...(agreement === undefined ? [] : missedOfAgreement(agreement))];
  if (json) console.log(JSON.stringify({ machine, held, agreement, missed }, undefined, 2));
  else
    console.log(
      [describeMachine(machine, held.transport), '', ...heldLines(held), '', ...agreementLines(agreement), ''].join(
        '\n',
      ),
    );
  for (const miss of missed) console.error(`missed: ${miss}`);
  return missed.length === 0 ? 0 : EXIT_MISSED;
}

function missedOfHeld({ complete, openMost, streams }: HeldStreams): string[] {
  return [
    ...(openMost < streams ? [`${openMost} of ${streams} streams were open at once`] : []),
    ...(complete < streams ? [`${complete} of ${streams} streams came to their end`] : []),
  ];
}

function missedOfAgreement({ generator, reference }: Agreement): string[] {
  return (['ttft', 'gap'] as const).flatMap((kind) =>
    disagreements(generator[kind], reference[kind]).map((name) => `the clients do not agree about ${kind} ${name}`),
  );
}

function heldLines(held: HeldStreams): string[] {
  const { chunks, complete, elapsedSecs, latenessP99Ms, openMost, rssMb, streams } = held;
  return [
    `${openMost} of ${streams} streams open at once, ${complete} read to their end, ${chunks} chunks in ${elapsedSecs.toFixed(1)} s`,
    `requests sent at most ${latenessP99Ms.toFixed(1)} ms late (99 of 100), memory of the generator ${rssMb.toFixed(0)} MB`,
  ];
}

function agreementLines(agreement: Agreement | undefined): string[] {
  if (agreement === undefined) return ['agreement: not measured, there is no C compiler'];
  const row = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(9)));
  const rows = (['ttft', 'gap'] as const).flatMap((kind) =>
    (['generator', 'reference'] as const).map((client) => {
      const figures = agreement[client][kind];
      return [`${kind}, ${client}`, ...COMPARED.map((name) => figures[name].toFixed(2)), String(figures.count)];
    }),
  );
  return [['ms', ...COMPARED, 'count'], ...rows].map((cells) => row(cells).join(''));
}

/** @returns undefined when help is asked for @throws Error when the command line is wrong */
function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      streams: { type: 'string', default: '5000' },
      threads: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    streams: wholeNumber('streams', values.streams),
    threads: wholeNumber('threads', values.threads),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} takes a whole number from 1 to 999999`);
  return Number(text);
}
