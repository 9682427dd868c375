/**
 * Finds the highest rate at which a server holds a limit of lateness, on a machine whose single measurements are noisy. Rates lie on a
 * grid; index i is base * step^i.
 *
 *   start ──held──▶ up by a stride … until one is not held      the gap is halved until the two are
 *         ──not──▶ down by a stride … until one is held         neighbours; then the lower one is confirmed
 *
 * A rate is held when more of its trials are within the limit than not. One that fails by little is tried again at once, and the rate
 * that is found has been held in at least two trials; when the second does not confirm it, a third decides, and then the next lower
 * rate is looked at. Trials are kept, so that the search for a second limit begins with what the first has seen.
 */
export interface Trial {
  /** Chunks per second that were asked for. */
  readonly rate: number;
  /** Chunks per second that came, as a share of that. */
  readonly delivered: number;
  readonly p99Ms: number;
}

export interface RateGrid {
  /** Chunks per second, of index 0. */
  readonly base: number;
  /** The ratio of two neighbours. */
  readonly step: number;
  /** Rates are looked for at indices from 0 to this. */
  readonly last: number;
}

export type Measure<Seen extends Trial> = (rate: number) => Promise<Seen>;

/** A server that delivers less has fallen behind, whatever the lateness within a short window. */
const DELIVERED_MIN = 0.97;
/** What fails by more than this factor is not tried again. */
const NEAR_MISS = 3;
const STRIDE = 2;
/** Of one search when nothing else is said, so that it ends on the noisiest machine. */
const TRIALS_MAX = 14;

export function rateAt({ base, step }: RateGrid, index: number): number {
  return base * step ** index;
}

/** The index whose rate is nearest. */
export function indexNear({ base, step, last }: RateGrid, rate: number): number {
  return Math.min(last, Math.max(0, Math.round(Math.log(rate / base) / Math.log(step))));
}

export class CapacitySearch<Seen extends Trial> {
  readonly grid: RateGrid;
  readonly #measure: Measure<Seen>;
  readonly #trials = new Map<number, Seen[]>();
  #left = 0;

  constructor(grid: RateGrid, measure: Measure<Seen>) {
    this.grid = grid;
    this.#measure = measure;
  }

  /** All of them, by rate. */
  get trials(): Seen[] {
    return [...this.#trials].sort(([left], [right]) => left - right).flatMap(([, trials]) => trials);
  }

  at(index: number): readonly Seen[] {
    return this.#trials.get(index) ?? [];
  }

  /**
   * The highest index whose rate holds the limit; undefined when not even the lowest does. It may be lower than the truth when the
   * number of trials ran out.
   */
  async find(limitMs: number, start: number, trialsMax = TRIALS_MAX): Promise<number | undefined> {
    this.#left = trialsMax;
    const { last } = this.grid;
    let held = -1;
    let missed = last + 1;
    for (let index = start; held < 0 && missed > 0; index = Math.max(0, index - STRIDE)) {
      if (await this.#holds(index, limitMs)) held = index;
      else missed = index;
    }
    while (held >= start && missed > last && held < last) {
      const index = Math.min(last, held + STRIDE);
      if (await this.#holds(index, limitMs)) held = index;
      else missed = index;
    }
    while (missed - held > 1 && held >= 0) {
      const index = Math.floor((held + missed) / 2);
      if (await this.#holds(index, limitMs)) held = index;
      else missed = index;
    }
    while (held >= 0 && !(await this.#isConfirmed(held, limitMs))) held--;
    return held < 0 ? undefined : held;
  }

  async #holds(index: number, limitMs: number): Promise<boolean> {
    if (this.at(index).length === 0) await this.#try(index);
    const [first] = this.at(index);
    if (first === undefined) return false;
    const isNear = first.p99Ms < NEAR_MISS * limitMs;
    if (this.at(index).length === 1 && !isHeld(first, limitMs) && isNear) await this.#try(index);
    return this.#margin(index, limitMs) >= 0 && this.at(index).some((trial) => isHeld(trial, limitMs));
  }

  async #isConfirmed(index: number, limitMs: number): Promise<boolean> {
    for (let trials = this.at(index).length; trials < 3 && this.#margin(index, limitMs) < 2; trials++) {
      if (trials === 2 && this.#margin(index, limitMs) < 0) break;
      await this.#try(index);
    }
    return this.#margin(index, limitMs) > 0;
  }

  /** Trials that held the limit, less those that did not. */
  #margin(index: number, limitMs: number): number {
    return this.at(index).reduce((margin, trial) => margin + (isHeld(trial, limitMs) ? 1 : -1), 0);
  }

  async #try(index: number): Promise<void> {
    if (this.#left-- <= 0) return;
    const trial = await this.#measure(rateAt(this.grid, index));
    this.#trials.set(index, [...this.at(index), trial]);
  }
}

function isHeld({ delivered, p99Ms }: Trial, limitMs: number): boolean {
  return p99Ms < limitMs && delivered >= DELIVERED_MIN;
}
