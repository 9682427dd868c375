/**
 * The primary's questions to acceptors, each with an answer of its own.
 *
 * Invariants: an acceptor that is gone is not waited for and has no answer; one that does not answer in time has the poll reject, so that
 * nothing waits for a process that hangs, and nobody takes a part for the whole.
 */
import type { AcceptorAnswer, AcceptorQuestion } from '../server/control/acceptor-poll.js';
import type { AcceptorHandle } from './acceptor-handle.js';

/** An acceptor's main thread is free within milliseconds unless it is frozen. */
const ANSWER_TIMEOUT_MS = 2_000;

export interface AskedAcceptor {
  readonly acceptor: Pick<AcceptorHandle, 'id' | 'send'>;
  /** Its number, from 0. */
  readonly place: number;
}

interface Call {
  readonly acceptor: number;
  readonly settle: (answer: AcceptorAnswer | undefined) => void;
}

export class AcceptorPolls {
  readonly #calls = new Map<number, Call>();
  readonly #timeoutMs: number;
  #nextId = 1;

  /** @param timeoutMs how long an acceptor may take */
  constructor(timeoutMs = ANSWER_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  async askAll(
    acceptors: readonly AskedAcceptor[],
    question: (place: number) => AcceptorQuestion | undefined,
  ): Promise<ReadonlyMap<number, AcceptorAnswer>> {
    const answers = new Map<number, AcceptorAnswer>();
    await Promise.all(
      acceptors.map(async (asked) => {
        const own = question(asked.place);
        const answer = own && (await this.#ask(asked, own));
        if (answer !== undefined) answers.set(asked.place, answer);
      }),
    );
    return new Map([...answers].sort(([left], [right]) => left - right));
  }

  /** The acceptor's answer to a question; one that comes too late is dropped. */
  answered(acceptor: number, id: number, answer: AcceptorAnswer): void {
    const call = this.#calls.get(id);
    if (call?.acceptor === acceptor) call.settle(answer);
  }

  /** The acceptor is gone: it will answer nothing. */
  left(acceptor: number): void {
    for (const call of [...this.#calls.values()]) if (call.acceptor === acceptor) call.settle(undefined);
  }

  #ask({ acceptor, place }: AskedAcceptor, question: AcceptorQuestion): Promise<AcceptorAnswer | undefined> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Error(`acceptor ${place} did not answer in time`));
      }, this.#timeoutMs);
      const settle = (answer: AcceptorAnswer | undefined): void => {
        clearTimeout(timer);
        this.#calls.delete(id);
        resolve(answer);
      };
      this.#calls.set(id, { acceptor: acceptor.id, settle });
      acceptor.send({ kind: 'question', id, question });
    });
  }
}
