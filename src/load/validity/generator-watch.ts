/**
 * Watches the generator itself: a sink that notes when it sent late or was too busy to see what came. A run whose generator was the bottleneck
 * has measured the generator.
 */
import type { LoadPlan, RequestRecord, RunProgress, RunSink } from '../contract.js';
import type { InvalidityReason } from './contract.js';

/**
 * The same as the simulator's own default limit of slip: a fraction of any time to first token, and about one gap between tokens. Delays hold
 * what the generator was late, so a run within it says a little too much, and never too little.
 */
const LIMIT_US = 20_000;
/** Of the requests, and of the time, so much may be beyond the limit: 99th percentiles are not about it then. */
const LATE_SHARE = 0.01;
/** One request that is late in a short run is no verdict. */
const LATE_MIN = 2;
/**
 * What comes while a thread is held up for d waits longer than the limit for d less the limit; of a second only the longest d is known. Where
 * most seconds have one beyond the limit there will be many in each.
 */
const BUSY_SECONDS_SHARE = 0.5;
const BUSY_SECONDS_MIN = 2;

export interface GeneratorWatch extends Required<RunSink> {
  reasons(): InvalidityReason[];
}

/** What is intended within the plan's warm-up does not count. */
export function watchGenerator({
  inFlightMax,
  warmUpSecs,
}: Pick<LoadPlan, 'inFlightMax' | 'warmUpSecs'>): GeneratorWatch {
  return new Watch(inFlightMax, warmUpSecs);
}

class Watch implements GeneratorWatch {
  readonly #inFlightMax: number;
  readonly #warmUpSecs: number;
  #requests = 0;
  #late = 0;
  #latestUs = 0;
  #seconds = 0;
  #busySeconds = 0;
  #beyondUs = 0;
  #busiestUs = 0;
  #notSent = 0;

  constructor(inFlightMax: number, warmUpSecs: number) {
    this.#inFlightMax = inFlightMax;
    this.#warmUpSecs = warmUpSecs;
  }

  record({ intendedUs, sentUs }: RequestRecord): void {
    if (intendedUs < this.#warmUpSecs * 1e6) return;
    const lateUs = sentUs - intendedUs;
    this.#requests++;
    if (lateUs > LIMIT_US) this.#late++;
    this.#latestUs = Math.max(this.#latestUs, lateUs);
  }

  tick({ elapsedSecs, loopDelayP99Us, notSent }: RunProgress): void {
    this.#notSent = notSent;
    if (elapsedSecs <= this.#warmUpSecs) return;
    this.#seconds++;
    this.#busiestUs = Math.max(this.#busiestUs, loopDelayP99Us);
    if (loopDelayP99Us <= LIMIT_US) return;
    this.#busySeconds++;
    this.#beyondUs += loopDelayP99Us - LIMIT_US;
  }

  reasons(): InvalidityReason[] {
    const reasons: InvalidityReason[] = [];
    if (this.#requests === 0) {
      reasons.push({ code: 'nothing_measured', message: 'no request that counts has ended' });
    }
    if (this.#notSent > 0) {
      const message = `${count(this.#notSent, 'arrival')} found ${this.#inFlightMax} requests in flight, as many as the plan allows, and were not sent`;
      reasons.push({ code: 'not_sent', message });
    }
    if (this.#late >= LATE_MIN && this.#late > this.#requests * LATE_SHARE) {
      const message = `${this.#late} of ${count(this.#requests, 'request')} were sent more than ${ms(LIMIT_US)} later than intended, at most ${ms(this.#latestUs)}`;
      reasons.push({ code: 'generator_late', message });
    }
    if (this.#isBusy()) {
      const message = `in ${this.#busySeconds} of ${count(this.#seconds, 'second')} the generator was busy for more than ${ms(LIMIT_US)} at a time, at most ${ms(this.#busiestUs)}`;
      reasons.push({ code: 'generator_busy', message });
    }
    return reasons;
  }

  #isBusy(): boolean {
    if (this.#beyondUs > this.#seconds * 1e6 * LATE_SHARE) return true;
    return this.#busySeconds >= BUSY_SECONDS_MIN && this.#busySeconds > this.#seconds * BUSY_SECONDS_SHARE;
  }
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function ms(us: number): string {
  return `${Math.round(us / 100) / 10} ms`;
}
