/** The command line of `npm run verify:drain` and `npm run verify:rolling`. */
import { parseArgs } from 'node:util';
import { BALANCERS, type BalancerName } from './balancer.js';

export const HELP = `npm run verify:drain -- [options]      one node is told to end under load
npm run verify:rolling -- [options]    two nodes behind a load balancer are restarted, one after the other

  --streams 5000          streams that are open when the node is told to end
  --newcomers 200         connections per second that are made for one request each
  --regulars 50           clients that keep their connection and send a request every few milliseconds
  --lame-duck 3           server.lame_duck_secs
  --processes 1           acceptor processes of a node
  --transport auto        node, uws or auto
  --runs 1                nodes that are told to end, one after the other
  --balancers haproxy,nginx   verify:rolling: Debian's packages haproxy and nginx-light
  --restarts 3            verify:rolling: of each node
  --quick                 a smaller load: 200 streams, 100 newcomers, 10 regulars, a lame duck of 1 s, 1 restart
  --json                  the figures as one JSON document on standard output
  --help

Exit code: 0 everything was served as it has to be, 1 something was not, 2 the command line is wrong, 3 a load balancer is not installed.`;

export interface DrainOptions {
  readonly help: boolean;
  readonly rolling: boolean;
  readonly streams: number;
  readonly newcomersPerSec: number;
  readonly regulars: number;
  readonly lameDuckSecs: number;
  readonly processes: number;
  readonly transport: string;
  readonly runs: number;
  readonly balancers: readonly BalancerName[];
  readonly restarts: number;
  readonly json: boolean;
}

/** Above what a process can have open here, and what a run may take. */
const STREAMS_MAX = 9_000;
const NEWCOMERS_MAX = 5_000;
const REGULARS_MAX = 1_000;
const LAME_DUCK_SECS_MAX = 60;
const PROCESSES_MAX = 16;
const REPEATS_MAX = 50;

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[]): DrainOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      streams: text,
      newcomers: text,
      regulars: text,
      'lame-duck': text,
      processes: text,
      transport: { type: 'string', default: 'auto' },
      runs: text,
      balancers: { type: 'string', default: BALANCERS.join(',') },
      restarts: text,
      rolling: flag,
      quick: flag,
      json: flag,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { balancers, quick, transport } = values;
  if (!['auto', 'node', 'uws'].includes(transport))
    throw new Error(`--transport must be auto, node or uws, got ${transport}`);
  return {
    help: values.help,
    rolling: values.rolling,
    streams: integer('--streams', values.streams ?? (quick ? '200' : '5000'), 1, STREAMS_MAX),
    newcomersPerSec: integer('--newcomers', values.newcomers ?? (quick ? '100' : '200'), 1, NEWCOMERS_MAX),
    regulars: integer('--regulars', values.regulars ?? (quick ? '10' : '50'), 1, REGULARS_MAX),
    lameDuckSecs: integer('--lame-duck', values['lame-duck'] ?? (quick ? '1' : '3'), 1, LAME_DUCK_SECS_MAX),
    processes: integer('--processes', values.processes ?? '1', 1, PROCESSES_MAX),
    transport,
    runs: integer('--runs', values.runs ?? '1', 1, REPEATS_MAX),
    balancers: balancers.split(',').map(balancer),
    restarts: integer('--restarts', values.restarts ?? (quick ? '1' : '3'), 1, REPEATS_MAX),
    json: values.json,
  };
}

function balancer(name: string): BalancerName {
  const known = BALANCERS.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`--balancers takes ${BALANCERS.join(' and ')}, got ${name}`);
  return known;
}

function integer(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new Error(`${option} must be an integer from ${minimum} to ${maximum}, got ${text}`);
}
