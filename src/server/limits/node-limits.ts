/** What a node keeps of rate limits for all its acceptors: in the memory of its primary, or in Redis with other replicas. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { LimitScope, LimitStanding } from '../../limits/contract.js';
import { LimitBook } from '../../limits/limit-book.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import type { LimitKeeperLink, ScopeAnswer, ScopeAsk } from './leasing.js';
import { LimitGrantor } from './limit-grantor.js';

/** The keeper of all budgets, whichever it is. Another algorithm begins with full budgets. */
export interface LimitKeeperOfAll extends Reconfigured {
  /**
   * As LimitKeeperLink.exchange.
   * @param holder names who asks among the node's holders, and never another one after it
   */
  exchange(holder: string, asks: readonly ScopeAsk[]): Promise<readonly (ScopeAnswer | null)[]>;
  /** The holder is gone with all that it ran. */
  leave(holder: string): void;
  /** Fills all budgets, but for what is leased and what runs. Rejects where that is not possible. */
  reset(scopes: readonly LimitScope[]): Promise<void>;
  /** How the scopes stand; null for one that cannot be looked at. */
  standings(scopes: readonly LimitScope[]): Promise<readonly (readonly LimitStanding[] | null)[]>;
}

/** A scope as operators see it. */
export interface SeenScope {
  readonly scope: LimitScope;
  readonly standings: readonly LimitStanding[] | null;
}

/** As many as the book keeps; the one that nobody has asked about for longest makes room. */
const SCOPES_MAX = 20_000;

export class NodeLimits implements Reconfigured {
  readonly #keeper: LimitKeeperOfAll;
  /** In the order in which they were asked about last. */
  readonly #seen = new Map<string, LimitScope>();

  constructor(keeper: LimitKeeperOfAll) {
    this.#keeper = keeper;
  }

  exchange(holder: string, asks: readonly ScopeAsk[]): Promise<readonly (ScopeAnswer | null)[]> {
    for (const { scope } of asks) this.#see(scope);
    return this.#keeper.exchange(holder, asks);
  }

  /** A holder's way to the keeper where both live in one process. */
  linkOf(holder: string): LimitKeeperLink {
    return { exchange: (asks) => this.exchange(holder, asks) };
  }

  leave(holder: string): void {
    this.#keeper.leave(holder);
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#keeper.reconfigure(snapshot);
  }

  /** Fills the budgets of every scope that was asked about on this node, but for what is leased and what runs. */
  async reset(): Promise<void> {
    await this.#keeper.reset([...this.#seen.values()]);
    this.#seen.clear();
  }

  /** How many scopes were asked about. */
  get size(): number {
    return this.#seen.size;
  }

  /** Those asked about last first. */
  async list(offset: number, count: number): Promise<SeenScope[]> {
    const scopes = [...this.#seen.values()].reverse().slice(offset, offset + count);
    const standings = await this.#keeper.standings(scopes);
    return scopes.map((scope, index) => ({ scope, standings: standings[index] }));
  }

  #see(scope: LimitScope): void {
    this.#seen.delete(scope.id);
    this.#seen.set(scope.id, scope);
    if (this.#seen.size <= SCOPES_MAX) return;
    for (const id of this.#seen.keys()) {
      this.#seen.delete(id);
      return;
    }
  }
}

/** A keeper in the memory of this process. */
export function memoryKeeper(snapshot: ConfigurationSnapshot, nowUs: () => number): LimitKeeperOfAll {
  let { algorithm } = snapshot.configuration.rate_limits;
  let grantor = new LimitGrantor(new LimitBook(algorithm), algorithm, nowUs);
  return {
    exchange: async (holder, asks) => grantor.exchange(holder, asks),
    leave: (holder) => grantor.leave(holder),
    reset: async () => grantor.reset(),
    standings: async (scopes) => scopes.map((scope) => grantor.standings(scope)),
    reconfigure: ({ configuration }) => {
      if (configuration.rate_limits.algorithm === algorithm) return;
      algorithm = configuration.rate_limits.algorithm;
      grantor = new LimitGrantor(new LimitBook(algorithm), algorithm, nowUs);
    },
  };
}
