/**
 * Says in the log that a process can open no more files, and when it can again: at once, and then once a minute. New connections are
 * closed by the system's accept without a byte meanwhile; those that are open go on.
 */
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../telemetry/logging.js';

const AGAIN_AFTER_US = 60e6;

export class FileShortage {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #saidUs = Number.NEGATIVE_INFINITY;
  #isShort = false;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Called about once a second. @param isShort whether there is none to be had */
  look(isShort: boolean): void {
    const ended = this.#isShort && !isShort;
    this.#isShort = isShort;
    if (ended) this.#logger.warn('files can be opened again');
    const nowUs = this.#clock.nowUs();
    if (!isShort || nowUs - this.#saidUs < AGAIN_AFTER_US) return;
    this.#saidUs = nowUs;
    this.#logger.error('no more files can be opened (ulimit -n): new connections are closed, open ones go on');
  }
}
