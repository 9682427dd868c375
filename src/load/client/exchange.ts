/**
 * One request and its answer on one connection: what undici tells goes to the answer's reader; what the plan wants of the client (leave,
 * read slowly, not wait for ever) is done to the connection.
 *
 *   begin ─▶ sent ─▶ head ─▶ bytes … ─▶ end          the record is resolved at the end, or as soon as the client leaves
 *              └────────┴───────┴─────▶ error         the connection is released when undici says that it is done with it
 *
 * Invariants: the record is resolved once and the connection released once, in either order. Per chunk nothing is allocated here.
 */
import type { Dispatcher } from 'undici';
import type { Clock } from '../../kernel/clock.js';
import type { AnswerHeaders, AnswerReader, EndReason } from '../answers/contract.js';
import type { NumberedRequest, RequestRecord } from '../contract.js';
import type { SendOptions } from './contract.js';
import { errorWord } from './error-word.js';
import type { ReadClock } from './read-clock.js';

/** Given to undici, which wants a reason; nobody sees it. */
const LEFT = new Error('the client has left');
/** A slow reader pauses when it is so far ahead of its pace: timers are no finer. */
const PAUSE_US_MIN = 1_000;

export interface ExchangeParts {
  readonly request: NumberedRequest;
  readonly options: SendOptions;
  readonly reader: AnswerReader;
  readonly clock: Clock;
  readonly reads: ReadClock;
  readonly originUs: number;
  readonly timeoutMs: number;
  /** undici is done with the connection. */
  readonly onReleased: (exchange: Exchange) => void;
  readonly onRecord: (record: RequestRecord) => void;
}

export class Exchange implements Dispatcher.DispatchHandler {
  readonly #parts: ExchangeParts;
  readonly #reader: AnswerReader;
  readonly #chunksMax: number;
  readonly #bytesPerSec: number;
  #controller: Dispatcher.DispatchController | undefined;
  #sentUs = 0;
  #headersUs: number | undefined;
  #bytes = 0;
  #isSettled = false;
  #isReleased = false;
  #timeoutTimer: NodeJS.Timeout | undefined;
  #cancelTimer: NodeJS.Timeout | undefined;
  #resumeTimer: NodeJS.Timeout | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#reader = parts.reader;
    this.#chunksMax = parts.request.cancelAfterChunks ?? Number.POSITIVE_INFINITY;
    this.#bytesPerSec = parts.request.bytesPerSecMax ?? Number.POSITIVE_INFINITY;
  }

  /** Call right before it is handed to undici. */
  begin(): void {
    const { clock, options, request, timeoutMs } = this.#parts;
    this.#sentUs = clock.nowUs();
    this.#timeoutTimer = setTimeout(this.#onTimeout, timeoutMs);
    if (request.cancelAfterMs !== undefined) this.#cancelTimer = setTimeout(this.cancel, request.cancelAfterMs);
    options.signal?.addEventListener('abort', this.cancel, { once: true });
  }

  /** Leaves, if it is not over. */
  readonly cancel = (): void => this.#leave('cancelled');

  readonly #onTimeout = (): void => this.#leave('timeout');

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(LEFT);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200 || this.#isSettled) return;
    this.#headersUs = this.#sinceSentUs(this.#parts.clock.nowUs());
    this.#reader.head(status, headers);
    if (this.#chunksMax <= 0) this.cancel();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#isSettled) return;
    const atUs = this.#sinceSentUs(this.#parts.reads.timeOf(this, chunk));
    this.#reader.bytes(chunk, atUs);
    this.#bytes += chunk.length;
    if (this.#reader.contentChunks >= this.#chunksMax) this.cancel();
    else if (this.#bytesPerSec !== Number.POSITIVE_INFINITY) this.#keepPace();
  }

  onResponseEnd(): void {
    this.#release();
    this.#settle('end');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#release();
    this.#settle(this.#controller === undefined ? 'connect_failed' : 'lost', errorWord(error));
  }

  /** Stops reading until the bytes so far are due by the reader's pace; the kernel's buffers fill, and the server has to wait. */
  #keepPace(): void {
    const { clock, reads } = this.#parts;
    const dueUs = (this.#headersUs ?? 0) + (this.#bytes / this.#bytesPerSec) * 1e6;
    const aheadUs = dueUs - this.#sinceSentUs(clock.nowUs());
    const controller = this.#controller;
    if (aheadUs < PAUSE_US_MIN || controller === undefined) return;
    controller.pause();
    this.#resumeTimer = setTimeout(() => {
      reads.forget();
      controller.resume();
    }, aheadUs / 1_000);
  }

  #leave(reason: EndReason): void {
    if (this.#isSettled) return;
    this.#settle(reason);
    this.#controller?.abort(LEFT);
  }

  #settle(reason: EndReason, word?: string): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timeoutTimer);
    clearTimeout(this.#cancelTimer);
    clearTimeout(this.#resumeTimer);
    const { clock, onRecord, options, originUs, request } = this.#parts;
    options.signal?.removeEventListener('abort', this.cancel);
    const endUs = this.#sinceSentUs(clock.nowUs());
    onRecord({
      key: request.key,
      conversation: request.conversation,
      turn: request.turn,
      mix: request.mix,
      dialect: request.dialect,
      model: request.model,
      stream: request.stream,
      identity: request.identity,
      intendedUs: options.intendedUs,
      sentUs: Math.round(this.#sentUs - originUs),
      ...(this.#headersUs !== undefined && { headersUs: this.#headersUs }),
      endUs,
      ...this.#reader.end(reason, endUs, word),
    });
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#parts.onReleased(this);
  }

  #sinceSentUs(nowUs: number): number {
    return Math.max(0, Math.round(nowUs - this.#sentUs));
  }
}
