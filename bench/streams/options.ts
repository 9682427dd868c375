/** The command line of `npm run bench:streams`. */
import { parseArgs } from 'node:util';
import type { TransportChoice } from '../../src/server/transport/select.js';

export const HELP = `npm run bench:streams -- [options]

Measures the simulator against a bare server on the same transport, in pairs of runs one after the other.

  --streams 1000,5000,10000   open streams of the paced cases, 5 tokens/s each
  --saturated 5000            open streams of the saturated case; 0 leaves it out
  --pairs 3                   runs of each server per case; ratios are medians over the pairs
  --seconds 8                 length of the window in which is measured
  --transport auto            node, uws or auto
  --json FILE                 where the figures go; bench/results/streams-<time>.json when absent
  --quick                     a smoke test of a few seconds: 200 streams, one pair, one second
  --help

Exit code: 0 success, 1 a stream broke or a run failed, 2 the command line is wrong.`;

export interface BenchOptions {
  readonly help: boolean;
  readonly streams: readonly number[];
  readonly saturatedStreams: number;
  readonly pairs: number;
  readonly windowMs: number;
  /** Between the last stream's first event and the window. */
  readonly settleMs: number;
  readonly transport: TransportChoice;
  readonly jsonFile: string | undefined;
}

const STREAMS_MAX = 50_000;
const CASES_MAX = 16;
const PAIRS_MAX = 50;
const SECONDS_MAX = 600;
const SETTLE_MS = 1_500;
const QUICK_SETTLE_MS = 300;

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      streams: { type: 'string' },
      saturated: { type: 'string' },
      pairs: { type: 'string' },
      seconds: { type: 'string' },
      transport: { type: 'string', default: 'auto' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { quick, transport } = values;
  if (transport !== 'auto' && transport !== 'node' && transport !== 'uws') {
    throw new Error(`--transport must be auto, node or uws, got ${transport}`);
  }
  const streams = (values.streams ?? (quick ? '200' : '1000,5000,10000')).split(',').filter((part) => part !== '');
  if (streams.length > CASES_MAX) throw new Error(`--streams takes at most ${CASES_MAX} numbers`);
  return {
    help: values.help,
    streams: streams.map((part) => integer('--streams', part, 1, STREAMS_MAX)),
    saturatedStreams: integer('--saturated', values.saturated ?? (quick ? '200' : '5000'), 0, STREAMS_MAX),
    pairs: integer('--pairs', values.pairs ?? (quick ? '1' : '3'), 1, PAIRS_MAX),
    windowMs: integer('--seconds', values.seconds ?? (quick ? '1' : '8'), 1, SECONDS_MAX) * 1_000,
    settleMs: quick ? QUICK_SETTLE_MS : SETTLE_MS,
    transport,
    jsonFile: values.json,
  };
}

function integer(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new Error(`${option} must be an integer from ${minimum} to ${maximum}, got ${text}`);
}
