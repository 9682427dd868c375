/**
 * What the machine took from the processes under test: how long the server's acceptor and the client were ready to run but had no core,
 * slice by slice, from /proc/PID/schedstat. Without /proc nothing is known, and everything counts as quiet.
 */
import { readFileSync } from 'node:fs';

const SLICE_MS = 20;
/** A slice in which neither waited longer than this is quiet. */
const QUIET_WAIT_MS_MAX = 1;

interface Slice {
  readonly endMs: number;
  readonly waitedMs: number;
}

export class DisturbanceMonitor {
  readonly #pids: readonly number[];
  readonly #slices: Slice[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #startMs = monotonicMs();
  #waitedMs: readonly (number | undefined)[];

  /** @param pids processes whose main threads are watched */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#waitedMs = pids.map(waitedMs);
    this.#timer = setInterval(() => this.#endSlice(), SLICE_MS);
  }

  stop(): Disturbances {
    clearInterval(this.#timer);
    this.#endSlice();
    return new Disturbances(this.#startMs, this.#slices);
  }

  #endSlice(): void {
    const now = this.#pids.map(waitedMs);
    const waits = now.map((waited, index) => (waited ?? 0) - (this.#waitedMs[index] ?? waited ?? 0));
    this.#waitedMs = now.map((waited, index) => waited ?? this.#waitedMs[index]);
    this.#slices.push({ endMs: monotonicMs(), waitedMs: Math.max(0, ...waits) });
  }
}

export class Disturbances {
  readonly #startMs: number;
  readonly #slices: readonly Slice[];

  constructor(startMs: number, slices: readonly Slice[]) {
    this.#startMs = startMs;
    this.#slices = slices;
  }

  /** Whether neither process waited for a core around the moment, in the slice that it falls into or the one before. */
  quietAt(ms: number): boolean {
    const index = this.#sliceOf(ms);
    return this.#isQuiet(index) && this.#isQuiet(index - 1);
  }

  /** Time in slices that were not quiet, as a share of all. */
  disturbedShare(): number {
    let disturbedMs = 0;
    let lastMs = this.#startMs;
    for (const { endMs, waitedMs } of this.#slices) {
      if (waitedMs > QUIET_WAIT_MS_MAX) disturbedMs += endMs - lastMs;
      lastMs = endMs;
    }
    return lastMs === this.#startMs ? 0 : disturbedMs / (lastMs - this.#startMs);
  }

  /** The longest wait in any slice, ms. */
  longestWaitMs(): number {
    return this.#slices.reduce((longest, { waitedMs }) => Math.max(longest, waitedMs), 0);
  }

  #isQuiet(index: number): boolean {
    const slice = this.#slices[index];
    return slice === undefined || slice.waitedMs <= QUIET_WAIT_MS_MAX;
  }

  /** The first slice that ends at the moment or later. */
  #sliceOf(ms: number): number {
    let low = 0;
    let high = this.#slices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#slices[middle]!.endMs < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** So far, by the main thread; undefined when the process is gone or there is no /proc. */
function waitedMs(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return undefined;
  }
}
