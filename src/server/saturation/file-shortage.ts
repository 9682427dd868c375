/**
 * Knows whether a process is short of files, and says so in the log: at once, then once a minute, and when it is over. What is open goes on
 * meanwhile.
 *
 *   enough ──none can be opened──▶ short ──FILES_ENOUGH can be opened──▶ enough
 */
import { closeSync, openSync } from 'node:fs';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../telemetry/logging.js';

const AGAIN_AFTER_US = 60e6;
/** More than what a listener that was closed meanwhile has given back. */
const FILES_ENOUGH = 16;

export interface FileShortageOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** It has begun, or is over. */
  readonly onChange: (isShort: boolean) => void;
}

export class FileShortage {
  readonly #options: FileShortageOptions;
  #saidUs = Number.NEGATIVE_INFINITY;
  #isShort = false;

  constructor(options: FileShortageOptions) {
    this.#options = options;
  }

  /** To be called about once a second; returns whether the process is short of files. @param lacks whether it could open none just now */
  look(lacks: boolean): boolean {
    const { logger, onChange } = this.#options;
    const wasShort = this.#isShort;
    this.#isShort = lacks || (wasShort && !canOpen(FILES_ENOUGH));
    if (this.#isShort) this.#say();
    else if (wasShort) logger.warn('files can be opened again');
    if (this.#isShort !== wasShort) onChange(this.#isShort);
    return this.#isShort;
  }

  #say(): void {
    const { clock, logger } = this.#options;
    const nowUs = clock.nowUs();
    if (nowUs - this.#saidUs < AGAIN_AFTER_US) return;
    this.#saidUs = nowUs;
    logger.error('no more files can be opened (ulimit -n): new connections are closed or refused, open ones go on');
  }
}

function canOpen(count: number): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync('/dev/null', 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
