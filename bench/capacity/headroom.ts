/**
 * The part `headroom`: the highest rate with p99 slip below 5 ms of the simulator against that of a bare server on the same transport,
 * searched for in turns. Steps are finer than the part `paced`'s, because the ratio of two such rates is to be known.
 */
import { demandPerSecond, rateCase } from '../streams/load-case.js';
import { CapacitySearch, indexNear, type RateGrid, rateAt, type Trial } from './capacity-search.js';
import { digits, type PartContext } from './part.js';
import { runOn } from './ratios.js';

/** Chunks per second that each held; null for none. */
export interface HeadroomRound {
  readonly simulator: number | null;
  readonly baseline: number | null;
}

export interface HeadroomResult {
  readonly streams: number;
  readonly limitMs: number;
  readonly gridStep: number;
  readonly rounds: readonly HeadroomRound[];
}

const STREAMS = 5_000;
const QUICK_STREAMS = 100;
const LIMIT_MS = 5;
const GRID: RateGrid = { base: 10_000, step: 1.06, last: 66 };
const QUICK_GRID: RateGrid = { base: 1_000, step: 2, last: 0 };
const FIRST_RATE = 60_000;
/** Of the first search, which may begin far off, and of each later one. */
const FIRST_TRIALS_MAX = 12;
const TRIALS_MAX = 8;
/** A search that found nothing leaves the next one to begin so many steps lower. */
const STEPS_DOWN = 4;
/** Stands for the lateness of a run that did not end. */
const FAILED_MS = 60_000;

export async function measureHeadroom(context: PartContext): Promise<HeadroomResult> {
  const { isQuick, pairs } = context.extent;
  const streams = isQuick ? QUICK_STREAMS : STREAMS;
  const grid = isQuick ? QUICK_GRID : GRID;
  const starts = { simulator: indexNear(grid, FIRST_RATE), baseline: indexNear(grid, FIRST_RATE) };
  const rounds: HeadroomRound[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const find = async (subject: 'simulator' | 'baseline'): Promise<number | null> => {
      const search = new CapacitySearch<Trial>(grid, (rate) => {
        context.progress(`round ${pair} of ${pairs}: ${subject} at ${Math.round(rate)} chunks/s`);
        return tryRate(subject, streams, rate, context);
      });
      // Each search begins where the last one of the same server ended, or below where it found nothing.
      const index = await search.find(LIMIT_MS, starts[subject], pair === 1 ? FIRST_TRIALS_MAX : TRIALS_MAX);
      starts[subject] = index ?? Math.max(0, starts[subject] - STEPS_DOWN);
      return index === undefined ? null : digits(rateAt(grid, index));
    };
    rounds.push({ simulator: await find('simulator'), baseline: await find('baseline') });
  }
  return { streams, limitMs: LIMIT_MS, gridStep: grid.step, rounds };
}

async function tryRate(
  subject: 'simulator' | 'baseline',
  streams: number,
  rate: number,
  context: PartContext,
): Promise<Trial> {
  const load = rateCase(streams, rate, context.extent.windowMs, context.extent.rateSettleMs);
  const asked = demandPerSecond(load);
  try {
    const { chunksPerSecond, slipP99Ms } = await runOn(subject, load, context);
    return { rate: asked, delivered: chunksPerSecond / asked, p99Ms: slipP99Ms };
  } catch (error) {
    // A server so far beyond what it can do that the run could not be finished.
    context.progress((error as Error).message);
    return { rate: asked, delivered: 0, p99Ms: FAILED_MS };
  }
}
