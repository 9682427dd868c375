/**
 * How long whatever comes to the main thread has to wait for it: a timer that is due every 20 ms, and how late it fires. A delay of the
 * loop holds up everything that falls into it, so one of 100 ms counts as what probes at 0, 20, 40 … ms into it would have met: 100, 80,
 * 60 … Without that, one long block would be one sample among hundreds of good ones.
 */
import type { Clock } from '../../kernel/clock.js';

const PROBE_INTERVAL_MS = 20;
const PROBE_INTERVAL_US = PROBE_INTERVAL_MS * 1_000;
/** Samples that one delay counts as, at most: the whole of a window of ten seconds. */
const SAMPLES_MAX = 500;

export class LoopProbe {
  readonly #clock: Clock;
  readonly #onLag: (lagUs: number, nowUs: number) => void;
  readonly #onProbe: (nowUs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueUs = 0;

  /**
   * @param onLag takes every sample
   * @param onProbe is called behind the samples of each probe
   */
  constructor(clock: Clock, onLag: (lagUs: number, nowUs: number) => void, onProbe: (nowUs: number) => void) {
    this.#clock = clock;
    this.#onLag = onLag;
    this.#onProbe = onProbe;
  }

  /** Probes until stop(); keeps no process alive. */
  start(): void {
    this.#arm(this.#clock.nowUs());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(nowUs: number): void {
    this.#dueUs = nowUs + PROBE_INTERVAL_US;
    this.#timer = setTimeout(this.#run, PROBE_INTERVAL_MS).unref();
  }

  readonly #run = (): void => {
    const nowUs = this.#clock.nowUs();
    let lagUs = Math.max(0, nowUs - this.#dueUs);
    for (let sample = 0; sample < SAMPLES_MAX && (sample === 0 || lagUs > 0); sample++) {
      this.#onLag(lagUs, nowUs);
      lagUs -= PROBE_INTERVAL_US;
    }
    this.#arm(nowUs);
    this.#onProbe(nowUs);
  };
}
