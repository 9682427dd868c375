/**
 * An acceptor's questions to the primary that wait for their answers.
 *
 * Invariants: never more than callsMax wait; one that is not answered in time rejects, so nothing waits for a primary that hangs.
 */
import type { ToPrimary } from './messages.js';

/** Unless a call says otherwise. */
const ANSWER_TIMEOUT_MS = 5_000;

interface Call<Answer> {
  readonly reject: (cause: Error) => void;
  readonly resolve: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
}

export class PrimaryCalls<Answer> {
  readonly #send: (message: ToPrimary) => void;
  readonly #callsMax: number;
  readonly #calls = new Map<number, Call<Answer>>();
  #nextId = 1;

  /** @param send takes a message to the primary */
  constructor(send: (message: ToPrimary) => void, callsMax: number) {
    this.#send = send;
    this.#callsMax = callsMax;
  }

  /** Sends the message for the call's number; resolves with what settle() gets under it. */
  call(message: (id: number) => ToPrimary, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    if (this.#calls.size >= this.#callsMax)
      return Promise.reject(new Error('too many calls to the primary wait already'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Error('the primary did not answer in time'));
      }, timeoutMs);
      this.#calls.set(id, { resolve, reject, timer });
      this.#send(message(id));
    });
  }

  /** The primary's answer; one that comes too late is dropped. */
  settle(id: number, answer: Answer): void {
    this.#take(id)?.resolve(answer);
  }

  /** The primary says that there will be no answer, and why. */
  fail(id: number, cause: Error): void {
    this.#take(id)?.reject(cause);
  }

  /** There will be no answer to any call that waits. */
  failAll(cause: Error): void {
    for (const id of [...this.#calls.keys()]) this.fail(id, cause);
  }

  #take(id: number): Call<Answer> | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    clearTimeout(call.timer);
    this.#calls.delete(id);
    return call;
  }
}
