/**
 * Wakes what waits for a moment, as exactly as it can be done without taking the processor from the server under test: a timer brings it
 * to within a millisecond, and the rest is waited out turn by turn of the event loop, which goes on reading sockets meanwhile. That rest is
 * afforded once in ten milliseconds; moments that follow each other faster are met within a millisecond, and their lateness is recorded.
 *
 * Invariants: nothing is woken early; each wait ends, at its moment or by close(); sockets are served between long rows of moments.
 */
import { DueHeap } from './due-heap.js';

/** What a timer may leave: setTimeout counts in milliseconds. */
const EXACT_US = 1_000;
/** Between two exact waits: at most a tenth of a core goes into them. */
const EXACT_EVERY_US = 10_000;
/** Woken in one turn of the event loop, before it looks after its sockets again. */
const WOKEN_PER_TURN_MAX = 32;
/** setTimeout's own limit is 2^31 - 1 ms; looking again now and then costs nothing. */
const SLEEP_MS_MAX = 60_000;

interface Wait {
  readonly dueUs: number;
  readonly wake: (isDue: boolean) => void;
}

export class Agenda {
  readonly #nowUs: () => number;
  readonly #waits = new DueHeap<Wait>();
  #timer: NodeJS.Timeout | undefined;
  /** Of the moment for which #timer or #immediate is there. */
  #armedUs = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;
  #exactFromUs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** @param nowUs of the clock that the moments are of */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** Resolves with true at the moment, at once where it has passed; with false when the agenda is closed first. */
  at(dueUs: number): Promise<boolean> {
    return new Promise((wake) => {
      if (this.#isClosed) {
        wake(false);
        return;
      }
      this.#waits.push({ dueUs, wake });
      this.#arm();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    for (let wait = this.#waits.pop(); wait !== undefined; wait = this.#waits.pop()) wait.wake(false);
  }

  readonly #run = (): void => {
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#armedUs = Number.POSITIVE_INFINITY;
    const nowUs = this.#nowUs();
    for (let woken = 0; woken < WOKEN_PER_TURN_MAX; woken++) {
      const first = this.#waits.first;
      if (first === undefined || first.dueUs > nowUs) break;
      this.#waits.pop();
      first.wake(true);
    }
    this.#arm();
  };

  #arm(): void {
    const first = this.#waits.first;
    if (first === undefined || first.dueUs >= this.#armedUs) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#armedUs = first.dueUs;
    const nowUs = this.#nowUs();
    const waitUs = first.dueUs - nowUs;
    if (waitUs <= 0 || (waitUs < EXACT_US && this.#affordsExact(nowUs))) this.#immediate = setImmediate(this.#run);
    else this.#timer = setTimeout(this.#run, Math.min(SLEEP_MS_MAX, Math.max(1, Math.floor(waitUs / 1_000))));
  }

  /** An exact wait that has begun goes on to its end. */
  #affordsExact(nowUs: number): boolean {
    const sinceUs = nowUs - this.#exactFromUs;
    if (sinceUs >= EXACT_EVERY_US) this.#exactFromUs = nowUs;
    else if (sinceUs >= EXACT_US) return false;
    return true;
  }
}
