/**
 * What the primary tells all acceptors and waits for them to take in.
 *
 * Invariants: an acceptor that is gone is not waited for; one that does not answer in time has the wait reject, so that nothing waits for
 * a process that hangs.
 */
import type { AcceptorHandle } from './acceptor-handle.js';
import type { ToAcceptor } from './messages.js';

type Acceptor = Pick<AcceptorHandle, 'id' | 'send'>;

interface Round {
  readonly waiting: Set<number>;
  readonly done: () => void;
  readonly refuse: (cause: Error) => void;
}

export class Acknowledgements {
  readonly #rounds = new Map<number, Round>();
  #nextId = 1;

  /**
   * Sends every acceptor the message for the round's number; resolves when all have acknowledged it, rejects when one refuses.
   * @param timeoutMs rejects after this long
   */
  tell(acceptors: Iterable<Acceptor>, message: (id: number) => ToAcceptor, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const told = [...acceptors];
      const refuse = (cause: Error): void => {
        clearTimeout(timer);
        this.#rounds.delete(id);
        reject(cause);
      };
      const timer = setTimeout(() => {
        const silent = this.#rounds.get(id)?.waiting.size ?? 0;
        refuse(new Error(`${silent} of ${told.length} acceptors did not answer in time`));
      }, timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#rounds.delete(id);
        resolve();
      };
      this.#rounds.set(id, { waiting: new Set(told.map((acceptor) => acceptor.id)), done, refuse });
      if (told.length === 0) done();
      for (const acceptor of told) acceptor.send(message(id));
    });
  }

  /** The acceptor has taken in what the round told it. @param refusal why it has not */
  acknowledge(acceptor: number, id: number, refusal?: string): void {
    const round = this.#rounds.get(id);
    if (refusal === undefined) this.#strike(round, acceptor);
    else round?.refuse(new Error(refusal));
  }

  /** The acceptor is gone: nobody waits for it. */
  left(acceptor: number): void {
    for (const round of [...this.#rounds.values()]) this.#strike(round, acceptor);
  }

  #strike(round: Round | undefined, acceptor: number): void {
    if (round?.waiting.delete(acceptor) && round.waiting.size === 0) round.done();
  }
}
