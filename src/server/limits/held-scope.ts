/**
 * A holder's part of one scope's budgets: the lease it admits from, what it has to tell the keeper, and what the keeper said last.
 *
 * Invariant: a lease is spent from only while it is good, and never beyond what it holds.
 */
import type { LimitAmounts, LimitDimension, LimitRefusal, LimitScope, LimitStanding } from '../../limits/contract.js';
import {
  flowsOf,
  LEASE_US,
  type LimitSettlement,
  type MutableAmounts,
  type ScopeAnswer,
  type ScopeAsk,
} from './leasing.js';

/** A demand that waits for the keeper. */
export interface WaitingDemand {
  /** Who waits, as the holder's caller calls it. */
  readonly ticket: number;
  readonly demand: LimitAmounts;
  /** Its request ended meanwhile: what it gets goes back. */
  ended: boolean;
}

/** Settlements of requests that were admitted so close together are told as one, at the time of the first. */
const SETTLEMENT_STEP_US = 10_000;
/** How often a keeper that forgets holders hears of one whose requests go on. */
const SIGN_OF_LIFE_US = 5_000_000;
/** How long a refusal answers further demands that are as large; what others give back meanwhile is found that much later. */
const REFUSAL_US = 50_000;

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;
const NOTHING: readonly LimitStanding[] = [];

interface Settlement {
  /** When the first of its requests was admitted. */
  readonly admittedUs: number;
  readonly delta: MutableAmounts;
}

interface KnownRefusal {
  readonly refusal: LimitRefusal;
  readonly saidUs: number;
}

export class HeldScope {
  scope: LimitScope;
  waiting: WaitingDemand[] = [];
  /** How many of those are in the ask that is under way. */
  asked = 0;
  isAsking = false;
  /** Whether it is among those that will ask at the end of this turn. */
  isListed = false;
  /** Requests that were admitted and are not over. */
  active = 0;
  /** As many as the keeper takes to run, besides those of a lease. */
  #activeTold = 0;
  /** When it asked last. */
  askedUs = Number.NEGATIVE_INFINITY;

  #flows: readonly LimitDimension[];
  /** By flow: what is left of the lease. */
  #left: number[] = [];
  #leased: number[] = [];
  #goodUntilUs = Number.NEGATIVE_INFINITY;
  #hasLease = false;
  /** Nobody knows what the keeper made of the last ask, nor what it leased. */
  #hasLostAnswer = false;
  /** Requests that may start without asking; infinite where their number is not limited. */
  #concurrentLeft = 0;
  #concurrentLeased = 0;
  #spends = 0;
  /** By step of the time of admission. */
  readonly #settlements = new Map<number, Settlement>();
  #refusal: KnownRefusal | undefined;
  #standings: readonly LimitStanding[] = NOTHING;
  #activeThen = 0;
  #standingsUs = 0;

  constructor(scope: LimitScope) {
    this.scope = scope;
    this.#flows = flowsOf(scope);
  }

  /** Nothing is out, nothing has to be told, nobody waits. */
  get isIdle(): boolean {
    if (this.active > 0 || this.isAsking || this.isListed) return false;
    return !this.#hasLease && !this.#hasLostAnswer && this.#settlements.size === 0;
  }

  /** Takes the demand out of the lease; false where that is not possible, which changes nothing. */
  spend(demand: LimitAmounts, nowUs: number): boolean {
    if (nowUs >= this.#goodUntilUs || this.#concurrentLeft < 1) return false;
    const flows = this.#flows;
    const left = this.#left;
    for (let index = 0; index < flows.length; index++) {
      if (left[index] < (demand[flows[index]] ?? 0)) return false;
    }
    for (let index = 0; index < flows.length; index++) left[index] -= demand[flows[index]] ?? 0;
    this.#concurrentLeft--;
    this.#spends++;
    this.active++;
    return true;
  }

  /** A request was admitted that the lease does not cover. @param isCounted by the keeper */
  begin(isCounted: boolean): void {
    this.active++;
    if (isCounted) this.#activeTold++;
  }

  /** The keeper's last refusal, where it holds for this demand as well. */
  refusalOf(demand: LimitAmounts, nowUs: number): LimitRefusal | undefined {
    const known = this.#refusal;
    if (known === undefined) return undefined;
    const { refusal, saidUs } = known;
    const passedUs = nowUs - saidUs;
    const waitUs = refusal.retryAfterUs ?? 0;
    const requested = demand[refusal.dimension] ?? 0;
    if (passedUs >= Math.min(waitUs, REFUSAL_US) || requested < refusal.requested) return undefined;
    const moreUs = ((requested - refusal.requested) * windowUs(refusal.dimension)) / Math.max(1, refusal.limit);
    const retryAfterUs = requested > refusal.limit ? undefined : Math.ceil(waitUs - passedUs + moreUs);
    return { ...refusal, requested, retryAfterUs };
  }

  /**
   * A request that was admitted is over; it used this much more or less than it was admitted with.
   * @returns whether the keeper should hear of it now: nothing is leased, or more requests have ended than a lease may hold back
   */
  settle(delta: LimitAmounts, admittedUs: number, nowUs: number): boolean {
    this.active--;
    this.#concurrentLeft++;
    this.#refusal = undefined;
    for (const dimension of this.#flows) {
      const amount = delta[dimension] ?? 0;
      if (amount !== 0) this.#add(admittedUs, dimension, amount);
    }
    if (nowUs < this.#goodUntilUs) return this.#concurrentLeft > 2 * this.#concurrentLeased;
    return this.#settlements.size > 0 || this.scope.caps.concurrent_requests !== undefined;
  }

  /** Everything that the keeper is to know, and what waits for it. The lease ends with it. */
  ask(nowUs: number): ScopeAsk {
    const spent = this.#spent();
    const settlements = [...this.#settlements.values()].map(
      ({ admittedUs, delta }): LimitSettlement => ({ ageUs: nowUs - admittedUs, delta }),
    );
    this.waiting = this.waiting.filter(({ ended }) => !ended);
    const demands = this.waiting.map(({ demand }) => demand);
    const wantsLease = demands.length > 0 || this.#spends > 0;
    const { active, scope } = this;
    this.#endLease();
    this.#settlements.clear();
    this.#refusal = undefined;
    this.isAsking = true;
    this.asked = demands.length;
    this.#activeTold = active;
    this.askedUs = nowUs;
    return { scope, spent, active, settlements, demands, wantsLease };
  }

  /** The keeper could not be reached. */
  lose(): void {
    this.isAsking = false;
    this.#hasLostAnswer = true;
  }

  /** The keeper's answer to the ask of askedUs, but for what it decided, which is the holder's business. */
  take({ lease, refusals, standings }: ScopeAnswer, nowUs: number): void {
    this.isAsking = false;
    this.#standings = standings;
    this.#standingsUs = nowUs;
    this.#activeThen = this.active;
    const refusal = refusals.findLast((one) => one !== null);
    if (refusal !== undefined && refusal !== null && refusal.dimension !== 'concurrent_requests')
      this.#refusal = { refusal, saidUs: nowUs };
    this.#flows = flowsOf(this.scope);
    if (lease === null) return;
    this.#leased = this.#flows.map((dimension) => lease[dimension] ?? 0);
    this.#left = [...this.#leased];
    this.#concurrentLeased = lease.concurrent_requests ?? Number.POSITIVE_INFINITY;
    this.#concurrentLeft = this.#concurrentLeased;
    this.#hasLease = true;
    this.#goodUntilUs = this.askedUs + LEASE_US;
  }

  /** How the scope stands now, as far as it is known here. */
  standings(nowUs: number, refills: boolean): LimitStanding[] {
    const passedUs = Math.max(0, nowUs - this.#standingsUs);
    return this.#standings.map((standing) => this.#standingNow(standing, passedUs, refills));
  }

  /** The lease is over, or something is to be told that nobody asked about. */
  hasToTell(nowUs: number): boolean {
    if (this.isAsking || this.isListed) return false;
    if (this.#hasLostAnswer && nowUs - this.askedUs > SIGN_OF_LIFE_US) return true;
    if (this.#hasLease ? nowUs >= this.#goodUntilUs : this.#settlements.size > 0 || this.#hasEnded) return true;
    return this.active > 0 && nowUs - this.askedUs > SIGN_OF_LIFE_US;
  }

  /** Requests that count while they run have ended since the keeper was told how many do; not while nobody knows what it was told. */
  get #hasEnded(): boolean {
    if (this.scope.caps.concurrent_requests === undefined || this.#hasLostAnswer) return false;
    return this.active < this.#activeTold;
  }

  /** From now on other limits hold: what is leased of the old ones is not used any more. */
  limitsChanged(scope: LimitScope): void {
    this.scope = scope;
    this.#goodUntilUs = Number.NEGATIVE_INFINITY;
    this.#refusal = undefined;
  }

  #standingNow(standing: LimitStanding, passedUs: number, refills: boolean): LimitStanding {
    const { dimension, limit, remaining, resetUs } = standing;
    if (dimension === 'concurrent_requests') {
      const left = remaining - (this.active - this.#activeThen);
      return { ...standing, remaining: Math.max(0, Math.min(limit, left)) };
    }
    const index = this.#flows.indexOf(dimension);
    const spent = this.#hasLease ? this.#leased[index] - this.#left[index] : 0;
    const fullUs = windowUs(dimension);
    const flowedIn = refills ? Math.floor((passedUs / fullUs) * limit) : 0;
    const left = Math.max(0, Math.min(limit, remaining - spent + flowedIn));
    const moreUs = refills && limit > 0 ? Math.ceil((spent / limit) * fullUs) : 0;
    return {
      dimension,
      limit,
      remaining: left,
      resetUs: left === limit ? 0 : Math.max(0, resetUs - passedUs + moreUs),
    };
  }

  /** Of a lease that the holder lost sight of, all. */
  #spent(): LimitAmounts {
    const spent: MutableAmounts = {};
    for (const [index, dimension] of this.#flows.entries()) {
      if (this.#hasLostAnswer) spent[dimension] = Number.MAX_SAFE_INTEGER;
      else if (this.#hasLease) spent[dimension] = this.#leased[index] - this.#left[index];
    }
    return spent;
  }

  #endLease(): void {
    this.#hasLease = false;
    this.#hasLostAnswer = false;
    this.#goodUntilUs = Number.NEGATIVE_INFINITY;
    this.#concurrentLeft = 0;
    this.#spends = 0;
  }

  #add(admittedUs: number, dimension: LimitDimension, amount: number): void {
    const step = Math.floor(admittedUs / SETTLEMENT_STEP_US);
    let settlement = this.#settlements.get(step);
    if (settlement === undefined) {
      settlement = { admittedUs, delta: {} };
      this.#settlements.set(step, settlement);
    }
    settlement.delta[dimension] = (settlement.delta[dimension] ?? 0) + amount;
  }
}

function windowUs(dimension: LimitDimension): number {
  return dimension === 'requests_per_day' ? DAY_US : MINUTE_US;
}
