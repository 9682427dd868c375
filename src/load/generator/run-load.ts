/**
 * Runs a plan: starts the threads, gives all of them one start, hands what they tell to the sinks, and ends when the last of them has.
 *
 * Invariants: every request that was sent is one record or counts as cut; sinks are called in this thread, one call at a time; no thread
 * outlives the run, however it ends.
 */
import type { LoadPlan, RunSink } from '../contract.js';
import { SharedCounters } from './shared-counters.js';
import { Tally, type TallyTotals } from './tally.js';
import { ThreadHandle } from './thread-handle.js';

/** From the word to the threads until the run's start: so long may it take to be heard. */
const LEAD_MS = 20;
const TICK_MS = 1_000;

export interface RunOptions {
  /** Whether records keep what comparisons need; it takes memory for every answer. */
  readonly capture?: boolean;
  /** Ends the run: nothing is sent any more, what is in flight is cut, and what was measured so far is told. */
  readonly signal?: AbortSignal;
}

/** What the run came to beside its records. */
export interface RunTotals extends TallyTotals {
  /** By the wall clock. */
  readonly startedAt: Date;
  /** Requests that were in flight when the grace period or the run ended; they have no record. */
  readonly cut: number;
  /** Whether the signal ended it. */
  readonly isStopped: boolean;
}

/**
 * Resolves when everything is over and told.
 * @throws Failure INTERNAL when a thread dies, or cannot load the plan; whatever a sink throws
 */
export async function runLoad(
  plan: LoadPlan,
  sinks: readonly RunSink[],
  { capture = false, signal }: RunOptions = {},
): Promise<RunTotals> {
  const memory = SharedCounters.allocate(plan.requestsMax);
  const tally = new Tally(plan, new SharedCounters(memory), sinks);
  const threads = Array.from(
    { length: plan.threads },
    (_, place) =>
      new ThreadHandle({ plan, place, threads: plan.threads, counters: memory, capture }, (report) =>
        tally.take(report),
      ),
  );
  const stop = (): void => {
    for (const thread of threads) thread.stop();
  };
  signal?.addEventListener('abort', stop);
  const over = Promise.race([Promise.all(threads.map((thread) => thread.over)), tally.failed]);
  let ticker: NodeJS.Timeout | undefined;
  try {
    await Promise.race([Promise.all(threads.map((thread) => thread.ready)), over]);
    const startedAt = new Date(Date.now() + LEAD_MS);
    const originUs = tally.begin(LEAD_MS * 1_000);
    if (signal?.aborted === true) stop();
    for (const thread of threads) thread.start(originUs);
    ticker = setInterval(() => tally.tick(), TICK_MS);
    await over;
    tally.end(Math.max(...threads.map(({ overUs }) => overUs)));
    tally.tick();
    const cut = threads.reduce((sum, thread) => sum + thread.cut, 0);
    return { startedAt, ...tally.totals(), cut, isStopped: signal?.aborted === true };
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
    await Promise.all(threads.map((thread) => thread.destroy()));
  }
}
