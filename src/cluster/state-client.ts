/**
 * The node's state as an acceptor sees it: every look-up and change is a message to the primary, which keeps the one store, and is settled
 * by the primary's answer.
 *
 * Invariants: never more than CALLS_MAX calls wait, those of requests that have ended meanwhile included; a call that is not answered in
 * time rejects, so nothing waits for a primary that hangs.
 */
import type { StateChange, StateStore, StoredDocument } from '../runtime/state-store.js';
import type { ToPrimary } from './messages.js';

const CALLS_MAX = 100_000;
const ANSWER_TIMEOUT_MS = 5_000;

interface Call {
  readonly resolve: (documents: readonly StoredDocument[]) => void;
  readonly reject: (cause: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class StateClient implements StateStore {
  readonly #send: (message: ToPrimary) => void;
  readonly #calls = new Map<number, Call>();
  #nextId = 1;

  /** @param send takes a message to the primary */
  constructor(send: (message: ToPrimary) => void) {
    this.#send = send;
  }

  recall(keys: readonly string[]): Promise<readonly StoredDocument[]> {
    return this.#call((id) => ({ kind: 'recall_state', id, keys }));
  }

  async apply(changes: readonly StateChange[]): Promise<void> {
    await this.#call((id) => ({ kind: 'change_state', id, changes }));
  }

  /** The primary's answer to a call; for a change it carries no documents. */
  settle(id: number, documents: readonly StoredDocument[]): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    clearTimeout(call.timer);
    this.#calls.delete(id);
    call.resolve(documents);
  }

  #call(message: (id: number) => ToPrimary): Promise<readonly StoredDocument[]> {
    if (this.#calls.size >= CALLS_MAX) return Promise.reject(new Error('too many calls to the primary wait already'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Error('the primary did not answer in time'));
      }, ANSWER_TIMEOUT_MS);
      this.#calls.set(id, { resolve, reject, timer });
      this.#send(message(id));
    });
  }
}
