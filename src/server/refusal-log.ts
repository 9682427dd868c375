/**
 * Requests that are refused at once, in the log: no path, no header and no name that the client made up, since there may be anything in it. An
 * attack must not fill a disk, so there are at most LINES_PER_SECOND of them; how many were left out is told once a second.
 */
import type { Clock } from '../kernel/clock.js';
import type { Provider } from '../providers/contract.js';
import type { Logger } from '../telemetry/logging.js';
import type { Exchange } from './transport/contract.js';

const LINES_PER_SECOND = 10;
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export class RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #second = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The request is about to be answered. @param cause a fixed word that names why */
  refused(exchange: Exchange, { dialect }: Provider, status: number, cause: string): void {
    if (!this.#logger.isLevelEnabled('info')) return;
    const second = Math.floor(this.#clock.nowUs() / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
    }
    if (this.#lines >= LINES_PER_SECOND) {
      this.#leftOut++;
      return;
    }
    this.#lines++;
    const method = METHODS.includes(exchange.method) ? exchange.method : 'other';
    this.#logger.info({ method, dialect, status, cause, address: exchange.remoteAddress() }, 'request refused');
  }

  /** To be called about once a second. */
  tell(): void {
    if (this.#leftOut === 0) return;
    this.#logger.info({ left_out: this.#leftOut }, 'more requests were refused than there are lines for');
    this.#leftOut = 0;
  }
}
