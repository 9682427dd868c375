/** The command line of `npm run bench:capacity`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TransportChoice } from '../../src/server/transport/select.js';
import { type Extent, type PartName, partNames } from './part.js';

export const HELP = `npm run bench:capacity -- [options]

Measures what one node holds, and writes the figures from which \`npm run generate\` makes docs/capacity.md and its pictures.

  --only PART          one of ${partNames.join(', ')}, or several with commas; all when absent
  --transport auto     node, uws or auto
  --streams 1000,…     open streams whose capacity is searched for; 1000,2000,5000,10000,20000 when absent
  --pairs 5            interleaved pairs of a comparison
  --seconds 2          length of a window in which is measured
  --minutes 30         length of the soak
  --limit PROGRAM      a bare server in C (PROGRAM PORT INTERVAL_US) instead of bench/capacity/limit/limit.c, which is compiled
                       where there is a cc; without either the comparison with C is left out
  --results FOLDER     where the figures go; docs/capacity when absent
  --json               the figures on standard output as well
  --quick              a smoke test of half a minute: figures without meaning, written only with --results
  --help

Exit code: 0 success, 1 a stream broke or a run failed, 2 the command line is wrong, 3 the soak found growth.`;

export interface CapacityOptions {
  readonly help: boolean;
  readonly parts: readonly PartName[];
  readonly transport: TransportChoice;
  readonly extent: Extent;
  readonly limitProgram: string | undefined;
  /** Undefined for nowhere. */
  readonly resultsFolder: string | undefined;
  readonly json: boolean;
}

const STREAMS_MAX = 50_000;
const STREAM_COUNTS_MAX = 10;
const PAIRS_MAX = 20;
const SECONDS_MAX = 60;
const MINUTES_MAX = 24 * 60;
const DEFAULT_FOLDER = join(import.meta.dirname, '../../docs/capacity');

const FULL = {
  streams: '1000,2000,5000,10000,20000',
  pairs: '5',
  seconds: '2',
  minutes: '30',
  settleMs: 600,
  rateSettleMs: 3_000,
};
const QUICK = { streams: '100', pairs: '1', seconds: '0.5', minutes: '0.05', settleMs: 100, rateSettleMs: 100 };

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[]): CapacityOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: partNames.join(',') },
      transport: { type: 'string', default: 'auto' },
      streams: { type: 'string' },
      pairs: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      limit: { type: 'string' },
      results: { type: 'string' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { only, quick, transport } = values;
  if (transport !== 'auto' && transport !== 'node' && transport !== 'uws') {
    throw new Error(`--transport must be auto, node or uws, got ${transport}`);
  }
  const usual = quick ? QUICK : FULL;
  const streams = listOf(values.streams ?? usual.streams);
  if (streams.length === 0 || streams.length > STREAM_COUNTS_MAX) {
    throw new Error(`--streams takes from 1 to ${STREAM_COUNTS_MAX} numbers`);
  }
  return {
    help: values.help,
    parts: partsOf(only),
    transport,
    extent: {
      streams: streams.map((text) => number('--streams', text, 1, STREAMS_MAX, true)),
      pairs: number('--pairs', values.pairs ?? usual.pairs, 1, PAIRS_MAX, true),
      windowMs: number('--seconds', values.seconds ?? usual.seconds, 0.2, SECONDS_MAX) * 1_000,
      settleMs: usual.settleMs,
      rateSettleMs: usual.rateSettleMs,
      soakMinutes: number('--minutes', values.minutes ?? usual.minutes, 0.05, MINUTES_MAX),
      isQuick: quick,
    },
    limitProgram: values.limit,
    resultsFolder: values.results ?? (quick ? undefined : DEFAULT_FOLDER),
    json: values.json,
  };
}

function partsOf(only: string): PartName[] {
  const wanted = listOf(only);
  for (const name of wanted) {
    if (!partNames.some((known) => known === name)) throw new Error(`--only: there is no part ${name}`);
  }
  if (wanted.length === 0) throw new Error('--only names no part');
  return partNames.filter((name) => wanted.includes(name));
}

function listOf(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function number(option: string, text: string, minimum: number, maximum: number, whole = false): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value >= minimum && value <= maximum && (!whole || Number.isInteger(value)))
    return value;
  throw new Error(`${option} must be ${whole ? 'an integer' : 'a number'} from ${minimum} to ${maximum}, got ${text}`);
}
