/** The command line of `npm run verify:chaos`. */
import { parseArgs } from 'node:util';
import { experiments } from './experiments.js';

export const HELP = `npm run verify:chaos -- [options]

  --streams 5000      streams that are open when a node is harmed
  --heal-ms 1000      how long a node may take to heal; 0 where the machine is not quiet enough to judge that
  --transport auto    node, uws or auto
  --only NAMES        some of the experiments, separated by commas: ${experiments.map(({ name }) => name).join(', ')}
  --quick             200 streams
  --json              the figures as one JSON document on standard output
  --help

Exit code: 0 every promise was kept, 1 one was not, 2 the command line is wrong. Linux only. All of it takes about ten minutes with 5,000
streams, three with 200.`;

export interface ChaosOptions {
  readonly help: boolean;
  readonly streams: number;
  readonly healMsMax: number | undefined;
  readonly transport: string;
  readonly only: readonly string[] | undefined;
  readonly json: boolean;
}

/** Above what a process can have open here. */
const STREAMS_MAX = 9_000;
const HEAL_MS_MAX = 600_000;

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      streams: text,
      'heal-ms': { type: 'string', default: '1000' },
      transport: { type: 'string', default: 'auto' },
      only: text,
      quick: flag,
      json: flag,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!['auto', 'node', 'uws'].includes(values.transport))
    throw new Error(`--transport must be auto, node or uws, got ${values.transport}`);
  const only = values.only?.split(',');
  for (const name of only ?? [])
    if (!experiments.some((experiment) => experiment.name === name)) throw new Error(`there is no experiment ${name}`);
  return {
    help: values.help,
    streams: integer('--streams', values.streams ?? (values.quick ? '200' : '5000'), 1, STREAMS_MAX),
    healMsMax: integer('--heal-ms', values['heal-ms'], 0, HEAL_MS_MAX) || undefined,
    transport: values.transport,
    only,
    json: values.json,
  };
}

function integer(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new Error(`${option} must be an integer from ${minimum} to ${maximum}, got ${text}`);
}
