/**
 * The keeper of a node's budgets in memory: decides what holders ask, and knows what each has leased. See leasing.ts for the protocol.
 *
 * Invariant: of every limit that time gives back, what remains and what is leased together are at most the limit. A bucket that refills
 * while a part of it is leased is held to that whenever it is looked at; so a lease is a part of the bucket and never in addition to it. Nor
 * does a request that used less than it took give back what time has given back, though what is leased keeps the bucket from being full.
 */
import type { LimitAlgorithm, LimitAmounts, LimitRefusal, LimitScope, LimitStanding } from '../../limits/contract.js';
import type { LimitBook } from '../../limits/limit-book.js';
import { AMPLE_SHARE, flowsOf, leaseOf, type MutableAmounts, type ScopeAnswer, type ScopeAsk } from './leasing.js';

/** What a holder has of a scope. */
interface Holding {
  lease: LimitAmounts | null;
  leasedAtUs: number;
  /** Requests that it runs, and how many more it may without asking. */
  concurrent: number;
}

interface HeldScope {
  /** With the limits that it was last asked for with. */
  scope: LimitScope;
  readonly holdings: Map<string, Holding>;
}

const NOTHING: LimitAmounts = {};

export class LimitGrantor {
  readonly #book: LimitBook;
  readonly #algorithm: LimitAlgorithm;
  readonly #nowUs: () => number;
  /** By the scope's id: those of which anything is held. */
  readonly #scopes = new Map<string, HeldScope>();

  constructor(book: LimitBook, algorithm: LimitAlgorithm, nowUs: () => number) {
    this.#book = book;
    this.#algorithm = algorithm;
    this.#nowUs = nowUs;
  }

  /** @param holder names who asks, as long as it lives */
  exchange(holder: string, asks: readonly ScopeAsk[]): ScopeAnswer[] {
    const nowUs = this.#nowUs();
    return asks.map((ask) => this.#answer(holder, ask, nowUs));
  }

  /**
   * The holder is gone with the requests that it ran. What it had leased counts as spent, since nobody can say how much of it was; time
   * gives it back.
   */
  leave(holder: string): void {
    const nowUs = this.#nowUs();
    for (const { scope, holdings } of [...this.#scopes.values()]) {
      const holding = holdings.get(holder);
      if (holding === undefined) continue;
      this.#book.correct(scope, { concurrent_requests: -holding.concurrent }, nowUs, nowUs);
      this.#drop(scope, holder);
    }
  }

  /** All budgets are full again, but for what is leased and what runs. */
  reset(): void {
    const nowUs = this.#nowUs();
    this.#book.clear();
    for (const { scope, holdings } of this.#scopes.values()) {
      for (const { concurrent, lease } of holdings.values()) {
        const held = { ...lease, concurrent_requests: concurrent };
        this.#book.correct(scope, held, nowUs, nowUs);
      }
    }
  }

  /** How the scope stands, with what is leased among what remains. */
  standings(scope: LimitScope): LimitStanding[] {
    const leased = this.#leasedBut(scope, undefined);
    return withLease(this.#book.standings(scope, this.#nowUs()), leased);
  }

  #answer(holder: string, ask: ScopeAsk, nowUs: number): ScopeAnswer {
    const { demands, scope, settlements, wantsLease } = ask;
    const holding = this.#holdingOf(scope, holder);
    // Also against the lease that comes back: what is spent of it is spent as of now, and not as of when it was leased.
    this.#hold(scope, this.#leasedBut(scope, undefined), nowUs);
    const leased = this.#leasedBut(scope, holder);
    this.#takeBack(ask, holding, nowUs);
    if (leased !== NOTHING) this.#book.noteUnspent(scope, leased, nowUs);
    for (const { ageUs, delta } of settlements) this.#book.correct(scope, delta, nowUs - ageUs, nowUs);
    const refusals = demands.map((demand) => this.#decide(scope, demand, holding, nowUs));
    if (wantsLease && refusals.every((refusal) => refusal === null)) this.#lease(scope, holding, leased, nowUs);
    const { lease } = holding;
    if (lease === null && holding.concurrent === 0) this.#drop(scope, holder);
    return { refusals, lease, standings: withLease(this.#book.standings(scope, nowUs), lease ?? NOTHING) };
  }

  /**
   * Ends the lease: what is left of it is there again. What was spent of it counts in a window as of now, which is no earlier than it was
   * spent; a bucket knows no times.
   */
  #takeBack({ active, scope, spent }: ScopeAsk, holding: Holding, nowUs: number): void {
    const { lease, leasedAtUs } = holding;
    if (lease !== null) {
      const left: MutableAmounts = {};
      const used: MutableAmounts = {};
      for (const dimension of flowsOf(scope)) {
        const amount = lease[dimension] ?? 0;
        used[dimension] = Math.min(amount, spent[dimension] ?? 0);
        left[dimension] = -(this.#algorithm === 'token_bucket' ? amount - used[dimension] : amount);
      }
      if (this.#algorithm === 'token_bucket') this.#book.correct(scope, left, nowUs, nowUs);
      else {
        this.#book.correct(scope, left, leasedAtUs, nowUs);
        this.#book.correct(scope, used, nowUs, nowUs);
      }
      holding.lease = null;
    }
    this.#book.correct(scope, { concurrent_requests: active - holding.concurrent }, nowUs, nowUs);
    holding.concurrent = active;
  }

  /** Takes from buckets what flowed in although they and what is leased of them were full. */
  #hold(scope: LimitScope, leased: LimitAmounts, nowUs: number): void {
    if (this.#algorithm !== 'token_bucket' || leased === NOTHING) return;
    const excess: MutableAmounts = {};
    for (const { dimension, limit, remaining } of this.#book.standings(scope, nowUs)) {
      const out = leased[dimension] ?? 0;
      if (dimension === 'concurrent_requests' || out === 0 || remaining + out < limit) continue;
      // One more than whole numbers show: the bucket may hold a fraction besides.
      excess[dimension] = remaining + out - limit + 1;
    }
    this.#book.correct(scope, excess, nowUs, nowUs);
  }

  #decide(scope: LimitScope, demand: LimitAmounts, holding: Holding, nowUs: number): LimitRefusal | null {
    const refusal = this.#book.take(scope, demand, nowUs);
    if (refusal !== undefined) return refusal;
    holding.concurrent += demand.concurrent_requests ?? 0;
    return null;
  }

  /** Leases of every limit, or of none: a request needs all. */
  #lease(scope: LimitScope, holding: Holding, leased: LimitAmounts, nowUs: number): void {
    const wanted: MutableAmounts = {};
    for (const { dimension, limit, remaining } of this.#book.standings(scope, nowUs)) {
      const amount = leaseOf(limit, leased[dimension] ?? 0);
      if (amount < 1 || remaining < limit * AMPLE_SHARE) return;
      wanted[dimension] = amount;
    }
    holding.lease = this.#book.lease(scope, wanted, nowUs);
    holding.leasedAtUs = nowUs;
    holding.concurrent += holding.lease.concurrent_requests ?? 0;
  }

  /** What all holders but this one have leased. */
  #leasedBut({ id }: LimitScope, holder: string | undefined): LimitAmounts {
    let sums: MutableAmounts | undefined;
    for (const [name, { lease }] of this.#scopes.get(id)?.holdings ?? []) {
      if (name === holder || lease === null) continue;
      sums ??= {};
      for (const [dimension, amount] of Object.entries(lease) as [keyof MutableAmounts, number][])
        sums[dimension] = (sums[dimension] ?? 0) + amount;
    }
    return sums ?? NOTHING;
  }

  #holdingOf(scope: LimitScope, holder: string): Holding {
    let held = this.#scopes.get(scope.id);
    if (held === undefined) {
      held = { scope, holdings: new Map() };
      this.#scopes.set(scope.id, held);
    }
    held.scope = scope;
    let holding = held.holdings.get(holder);
    if (holding === undefined) {
      holding = { lease: null, leasedAtUs: 0, concurrent: 0 };
      held.holdings.set(holder, holding);
    }
    return holding;
  }

  #drop({ id }: LimitScope, holder: string): void {
    const holdings = this.#scopes.get(id)?.holdings;
    holdings?.delete(holder);
    if (holdings?.size === 0) this.#scopes.delete(id);
  }
}

function withLease(standings: readonly LimitStanding[], lease: LimitAmounts): LimitStanding[] {
  return standings.map((standing) => ({
    ...standing,
    remaining: Math.min(standing.limit, standing.remaining + (lease[standing.dimension] ?? 0)),
  }));
}
