/** Says in the log that spans cannot be exported, once in a while however many there are, and that they can again. */
import type { Logger } from '../logging.js';

const INTERVAL_MS = 60_000;

export class ExportComplaints {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  /** Since the last line. */
  #dropped = 0;
  #saidMs = Number.NEGATIVE_INFINITY;
  #isFailing = false;

  constructor(logger: Logger, nowMs: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** @param dropped spans that were given up for it */
  failed(cause: string, dropped: number): void {
    this.#isFailing = true;
    this.#dropped += dropped;
    if (this.#nowMs() - this.#saidMs < INTERVAL_MS) return;
    this.#saidMs = this.#nowMs();
    this.#logger.warn({ cause, spans_dropped: this.#dropped }, 'spans cannot be exported; requests are served as ever');
    this.#dropped = 0;
  }

  exported(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#saidMs = Number.NEGATIVE_INFINITY;
    this.#logger.info({ spans_dropped: this.#dropped }, 'spans are exported again');
    this.#dropped = 0;
  }
}
