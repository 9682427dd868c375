/**
 * How long new connections may have waited to be accepted, where the loop accepts one per turn: a long queue of them takes as many turns,
 * and nobody sees when each of them came. But while every turn accepts one the queue may never have been empty, so whoever is accepted
 * may have been there since the first of that run:
 *
 *   turn      1   2   3   4   5   6   7
 *   accepts   a       b   c   d           a run of one, and a run of three
 *   waited    0       0  ≤1  ≤2           turns
 *
 * Invariants: what is told is at least what the connection waited, but for the turn before its run, which is event-loop lag; a connection
 * that comes alone waited 0; nothing is done in turns that belong to no run.
 */
import type { Clock } from '../../kernel/clock.js';
import type { DelayCounts } from '../../telemetry/delay-histogram.js';
import { DelayWindow } from '../../telemetry/delay-window.js';

export class AcceptQueueMeter {
  readonly #clock: Clock;
  readonly #atEndOfTurn: (look: () => void) => void;
  readonly #waits: DelayWindow;
  #isRunning = false;
  #runStartUs = 0;
  #acceptedSinceLook = false;

  /** @param atEndOfTurn calls once, behind all that this turn of the loop accepts, and has the next turn come without waiting */
  constructor(clock: Clock, atEndOfTurn: (look: () => void) => void = setImmediate) {
    this.#clock = clock;
    this.#atEndOfTurn = atEndOfTurn;
    this.#waits = new DelayWindow(clock.nowUs());
  }

  /** A connection was accepted, just now. */
  accepted(): void {
    const nowUs = this.#clock.nowUs();
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#runStartUs = nowUs;
      this.#atEndOfTurn(this.#look);
    }
    this.#acceptedSinceLook = true;
    this.#waits.observe(nowUs - this.#runStartUs, nowUs);
  }

  /** Of the connections of the last ten seconds, how long each waited at most. */
  read(nowUs: number): DelayCounts {
    return this.#waits.read(nowUs);
  }

  readonly #look = (): void => {
    this.#isRunning = this.#acceptedSinceLook;
    this.#acceptedSinceLook = false;
    if (this.#isRunning) this.#atEndOfTurn(this.#look);
  };
}
