/**
 * The way of log lines to standard output: gathers them, writes them in the background, one write at a time.
 *
 *   writing ──ENOSPC, EPIPE, EIO …──▶ failing ──a try every second succeeds──▶ writing
 *
 * Invariants: nothing here throws, blocks or ends the process, whatever becomes of the output; at most backlogBytesMax wait, and while it
 * fails nothing is added; every line that is dropped is counted.
 */
import { write, writeSync } from 'node:fs';

/** A pipe whose reader is slow says EAGAIN; it is asked again after this long. */
const BUSY_PAUSE_MS = 50;
const RETRY_FAILED_MS = 1_000;
const BUSY_CODES: readonly string[] = ['EAGAIN', 'EBUSY', 'EINTR'];

export interface LogOutputOptions {
  /** 1 is standard output. */
  readonly descriptor: number;
  /** Lines are gathered up to this many characters. */
  readonly bufferBytes: number;
  /** How long a few lines wait. */
  readonly flushIntervalMs: number;
  /** What may wait, in characters, for a reader that is slow; further lines are dropped. */
  readonly backlogBytesMax: number;
  /** The output has begun to fail, with the system's own code; heard again only after it has worked in between. */
  readonly onFailing: (code: string) => void;
  /** So many lines were dropped, and the output takes lines again. */
  readonly onDropped: (lines: number, reason: string) => void;
}

export class LogOutput {
  readonly #options: LogOutputOptions;
  #lines: string[] = [];
  #gathered = 0;
  /** What is being written, or could not be. */
  #block: Buffer | undefined;
  #isBusy = false;
  #failing: string | undefined;
  #retryAtMs = 0;
  /** Since they were told last. */
  #droppedLines = 0;
  #reason = '';
  #onEmpty: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;
  /** Lines dropped since the start. */
  dropped = 0;

  constructor(options: LogOutputOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookAfter(), options.flushIntervalMs);
    this.#timer.unref();
    process.on('exit', this.#writeLast);
  }

  /** @param line with its line feed */
  write(line: string): void {
    if (this.#isClosed) return;
    if (this.#failing !== undefined) {
      this.#drop(`standard output could not be written (${this.#failing})`);
      return;
    }
    const waiting = this.#gathered + (this.#block?.length ?? 0);
    if (waiting + line.length > this.#options.backlogBytesMax) {
      this.#drop('standard output is not read fast enough');
      return;
    }
    this.#lines.push(line);
    this.#gathered += line.length;
    if (this.#gathered >= this.#options.bufferBytes) this.#flush();
  }

  /** Resolves when everything is out, or when it cannot be, or after the time. What is written from here on is ignored. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#flush();
    if (this.#isBusy) {
      let limit: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
        limit = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(limit);
    }
    process.off('exit', this.#writeLast);
  }

  #lookAfter(): void {
    if (this.#droppedLines > 0 && this.#failing === undefined) {
      const lines = this.#droppedLines;
      this.#droppedLines = 0;
      this.#options.onDropped(lines, this.#reason);
    }
    if (this.#failing === undefined || performance.now() >= this.#retryAtMs) this.#flush();
  }

  #drop(reason: string): void {
    this.dropped++;
    this.#droppedLines++;
    this.#reason = reason;
  }

  #flush(): void {
    if (this.#isBusy) return;
    if (this.#block === undefined) {
      if (this.#lines.length === 0) return;
      this.#block = this.#take();
    }
    this.#isBusy = true;
    this.#writeBlock();
  }

  #take(): Buffer {
    const block = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#gathered = 0;
    return block;
  }

  readonly #writeBlock = (): void => {
    write(this.#options.descriptor, this.#block as Buffer, this.#written);
  };

  readonly #written = (error: NodeJS.ErrnoException | null, bytes: number): void => {
    if (error !== null) {
      this.#failed(error.code ?? error.message);
      return;
    }
    this.#failing = undefined;
    const rest = (this.#block as Buffer).subarray(bytes);
    if (rest.length > 0) this.#block = rest;
    else if (this.#gathered >= this.#options.bufferBytes || (this.#isClosed && this.#gathered > 0))
      this.#block = this.#take();
    else {
      this.#block = undefined;
      this.#rest();
      return;
    }
    this.#writeBlock();
  };

  #failed(code: string): void {
    if (BUSY_CODES.includes(code)) {
      setTimeout(this.#writeBlock, BUSY_PAUSE_MS).unref();
      return;
    }
    this.#retryAtMs = performance.now() + RETRY_FAILED_MS;
    const wasFailing = this.#failing !== undefined;
    this.#failing = code;
    this.#rest();
    if (!wasFailing) this.#options.onFailing(code);
  }

  #rest(): void {
    this.#isBusy = false;
    this.#onEmpty?.();
  }

  /** The process ends without close(), be it by a defect: one try, since nothing can be waited for any more. */
  readonly #writeLast = (): void => {
    if (this.#isBusy || this.#failing !== undefined) return;
    try {
      writeSync(this.#options.descriptor, this.#lines.join(''));
    } catch {
      // There is nobody left to tell.
    }
  };
}
