/**
 * The node's state as an acceptor sees it: every look-up and change is a message to the primary, which keeps the one store, and is settled
 * by the primary's answer.
 *
 * Invariants: never more than CALLS_MAX calls wait, those of requests that have ended meanwhile included; a call that is not answered in
 * time rejects, so nothing waits for a primary that hangs.
 */
import type { PrefixLookup } from '../runtime/prefix-cache.js';
import type { StateChange, StateStore, StoredDocument } from '../runtime/state-store.js';
import type { ToPrimary } from './messages.js';

const CALLS_MAX = 100_000;
const ANSWER_TIMEOUT_MS = 5_000;

/** Documents for a look-up by keys, none for a change, a number of blocks for a prompt. */
type Answer = readonly StoredDocument[] | number;

interface Call {
  readonly resolve: (answer: Answer) => void;
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

  async recall(keys: readonly string[]): Promise<readonly StoredDocument[]> {
    return (await this.#call((id) => ({ kind: 'recall_state', id, keys }))) as readonly StoredDocument[];
  }

  async apply(changes: readonly StateChange[]): Promise<void> {
    await this.#call((id) => ({ kind: 'change_state', id, changes }));
  }

  async reusePrefix(lookup: PrefixLookup): Promise<number> {
    return (await this.#call((id) => ({ kind: 'reuse_prefix', id, lookup }))) as number;
  }

  /** The primary's answer to a call. */
  settle(id: number, answer: Answer): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    clearTimeout(call.timer);
    this.#calls.delete(id);
    call.resolve(answer);
  }

  #call(message: (id: number) => ToPrimary): Promise<Answer> {
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
