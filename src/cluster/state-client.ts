/**
 * The node's state as an acceptor sees it: every look-up and change is a message to the primary, which keeps the one store, and is settled
 * by the primary's answer.
 *
 * Invariant: a call counts among those that wait until it is answered or its time is up, also when its request has ended meanwhile.
 */
import type { PrefixLookup } from '../runtime/prefix-cache.js';
import { type StateChange, type StateStore, StateUnavailable, type StoredDocument } from '../runtime/state-store.js';
import type { ToPrimary } from './messages.js';
import { PrimaryCalls } from './primary-calls.js';

/** Several times what the requests of one acceptor can ask for in the time that an answer may take. */
const CALLS_MAX = 100_000;

/** Documents for a look-up by keys, none for a change, a number of blocks for a prompt. */
type Answer = readonly StoredDocument[] | number;

export class StateClient implements StateStore {
  readonly #calls: PrimaryCalls<Answer>;

  /** @param send takes a message to the primary */
  constructor(send: (message: ToPrimary) => void) {
    this.#calls = new PrimaryCalls(send, CALLS_MAX);
  }

  async recall(keys: readonly string[]): Promise<readonly StoredDocument[]> {
    return (await this.#calls.call((id) => ({ kind: 'recall_state', id, keys }))) as readonly StoredDocument[];
  }

  async apply(changes: readonly StateChange[]): Promise<void> {
    await this.#calls.call((id) => ({ kind: 'change_state', id, changes }));
  }

  async reusePrefix(lookup: PrefixLookup): Promise<number> {
    return (await this.#calls.call((id) => ({ kind: 'reuse_prefix', id, lookup }))) as number;
  }

  /** The primary's answer to a call. */
  settle(id: number, answer: Answer): void {
    this.#calls.settle(id, answer);
  }

  /** The primary cannot reach what keeps the state. */
  fail(id: number): void {
    this.#calls.fail(id, new StateUnavailable('the state cannot be reached'));
  }
}
