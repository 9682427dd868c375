/**
 * SIGINT and SIGTERM from the moment of construction on: the first asks for a graceful end, the second for an end at once. A terminal sends
 * Ctrl-C to every process in front, and npm passes its own on to what it runs: the same Ctrl-C that comes twice counts once.
 */

/** Nobody presses it twice within so short a time, and npm needs a few milliseconds. */
const ONE_INTERRUPT_MS = 100;

export class TerminationSignals {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
  /** How many have come. */
  count = 0;
  #interruptedMs = Number.NEGATIVE_INFINITY;

  constructor() {
    let onFirst = (_signal: NodeJS.Signals): void => {};
    let onSecond = (_signal: NodeJS.Signals): void => {};
    this.first = new Promise((resolve) => {
      onFirst = resolve;
    });
    this.second = new Promise((resolve) => {
      onSecond = resolve;
    });
    const receive = (signal: NodeJS.Signals): void => {
      if (signal === 'SIGINT' && this.#isEcho()) return;
      this.count++;
      if (this.count === 1) onFirst(signal);
      else onSecond(signal);
    };
    process.on('SIGINT', receive);
    process.on('SIGTERM', receive);
  }

  /** Whether the SIGINT that has come is the one before it, passed on. */
  #isEcho(): boolean {
    const nowMs = performance.now();
    const isEcho = nowMs - this.#interruptedMs < ONE_INTERRUPT_MS;
    this.#interruptedMs = nowMs;
    return isEcho;
  }
}
