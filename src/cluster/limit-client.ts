/** The keeper of the rate limits' budgets as an acceptor sees it: what it asks goes to the primary, all of a turn in one message. */
import type { LimitKeeperLink, ScopeAnswer, ScopeAsk } from '../server/limits/leasing.js';
import type { ToPrimary } from './messages.js';
import { PrimaryCalls } from './primary-calls.js';

/** At most one per turn of the loop, and each scope is in one at a time: as many as fit into the time that an answer may take. */
const CALLS_MAX = 100_000;

type Answers = readonly (ScopeAnswer | null)[];

export class LimitClient implements LimitKeeperLink {
  readonly #calls: PrimaryCalls<Answers>;

  /** @param send takes a message to the primary */
  constructor(send: (message: ToPrimary) => void) {
    this.#calls = new PrimaryCalls(send, CALLS_MAX);
  }

  exchange(asks: readonly ScopeAsk[]): Promise<Answers> {
    return this.#calls.call((id) => ({ kind: 'ask_limits', id, asks })).catch(() => asks.map(() => null));
  }

  /** The primary's answers to what was asked under the number. */
  settle(id: number, answers: Answers): void {
    this.#calls.settle(id, answers);
  }
}
