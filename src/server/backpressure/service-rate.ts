/**
 * How fast places become free, and so when it is worth coming back: what a refused client is told as `retry-after`. An estimate from the
 * last ten seconds; where nothing became free in them, one place is taken to become free in as much time as has passed since somebody
 * asked for it first.
 */
import { RateWindow } from '../../telemetry/rate-window.js';

const LOOK_BACK_SECS = 10;
/** Whole seconds that a client is told. SDKs wait for a minute at most, and go by their own backoff when told more. */
const RETRY_SECS_MIN = 1;
const RETRY_SECS_MAX = 60;

export class ServiceRate {
  readonly #window: RateWindow;
  /** Since the window was told. */
  #freed = 0;
  /** When a place was first asked for after the last had become free; undefined while nobody has asked. */
  #askedUs: number | undefined;

  /** @param nowUs the present of the clock from which all later times come */
  constructor(nowUs: number) {
    this.#window = new RateWindow(nowUs);
  }

  /** A place has become free. */
  freed(): void {
    this.#freed++;
    this.#askedUs = undefined;
  }

  /** To be called about once a second: what has become free since counts for the present one. */
  tell(nowUs: number): void {
    this.#window.add(this.#freed, nowUs);
    this.#freed = 0;
  }

  /**
   * When a place may be free for one who comes behind all that wait: from RETRY_SECS_MIN to RETRY_SECS_MAX.
   * @param waiting how many do
   */
  retryAfterSecs(waiting: number, nowUs: number): number {
    this.#askedUs ??= nowUs;
    const rate = this.#window.rate(LOOK_BACK_SECS, nowUs);
    const placeSecs = rate > 0 ? 1 / rate : (nowUs - this.#askedUs) / 1e6;
    return Math.min(RETRY_SECS_MAX, Math.max(RETRY_SECS_MIN, Math.ceil((waiting + 1) * placeSecs)));
  }
}
