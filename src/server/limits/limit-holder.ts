/**
 * Admits an acceptor's requests within their limits: from what is leased where that is enough, else by asking the keeper. See leasing.ts for
 * the protocol.
 *
 *   admit ──leased──▶ admitted at once
 *         ──the keeper has just refused as much──▶ refused at once
 *         ──else──▶ waits ──end of the turn: one ask for all scopes──▶ decided by the keeper, or by onFailure where it cannot be reached
 *
 * Invariants: every demand is decided once; what a request got goes back once, by release(), or by itself where the request ended while it
 * waited; a scope is held as long as something runs, waits or is out under it, and some 100 ms longer.
 */
import type { LimitAmounts, LimitRefusal, LimitScope, LimitStanding } from '../../limits/contract.js';
import { HeldScope, type WaitingDemand } from './held-scope.js';
import { LEASE_US, type LimitKeeperLink, type ScopeAnswer, type ScopeAsk } from './leasing.js';

/** `uncounted`: admitted although the keeper cannot be reached. `unavailable`: not admitted because it cannot. */
export type LimitDecision = 'admitted' | 'uncounted' | 'unavailable' | LimitRefusal;

export interface LimitHolderOptions {
  readonly keeper: LimitKeeperLink;
  readonly nowUs: () => number;
  /** What holds where the keeper cannot be reached: admit everything, or nothing. */
  readonly onFailure: 'open' | 'closed';
  /** Hears of what was not decided at once, by its ticket. */
  readonly onDecision: (ticket: number, decision: LimitDecision) => void;
}

export class LimitHolder {
  /** Whether what remains grows with time, as it does in buckets. */
  refills = true;
  readonly #options: LimitHolderOptions;
  /** By the scope's id. */
  readonly #scopes = new Map<string, HeldScope>();
  /** Those that will ask at the end of this turn. */
  #listed: HeldScope[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LimitHolderOptions) {
    this.#options = options;
  }

  /**
   * Decides the demand at once where that can be done here.
   * @param ticket comes back with the decision where not
   */
  admit(scope: LimitScope, demand: LimitAmounts, ticket: number): LimitDecision | WaitingDemand {
    const held = this.#heldOf(scope);
    if (held.scope !== scope) held.limitsChanged(scope);
    const decided = this.#decideHere(held, demand);
    if (decided !== undefined) return decided;
    const waiting: WaitingDemand = { ticket, demand, ended: false };
    held.waiting.push(waiting);
    this.#list(held);
    return waiting;
  }

  /** An admitted request is over; it used this much more or less than it was admitted with. */
  release(scope: LimitScope, delta: LimitAmounts, admittedUs: number): void {
    const held = this.#heldOf(scope);
    if (held.settle(delta, admittedUs, this.#options.nowUs())) this.#list(held);
  }

  /** How the scope stands, as far as it is known here. */
  standings(scope: LimitScope): readonly LimitStanding[] {
    return this.#heldOf(scope).standings(this.#options.nowUs(), this.refills);
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #heldOf(scope: LimitScope): HeldScope {
    let held = this.#scopes.get(scope.id);
    if (held === undefined) {
      held = new HeldScope(scope);
      this.#scopes.set(scope.id, held);
      this.#arm();
    }
    return held;
  }

  #decideHere(held: HeldScope, demand: LimitAmounts): LimitDecision | undefined {
    const nowUs = this.#options.nowUs();
    return held.spend(demand, nowUs) ? 'admitted' : held.refusalOf(demand, nowUs);
  }

  /** The scope asks at the end of this turn, or as soon as what it has asked is answered. */
  #list(held: HeldScope): void {
    if (held.isAsking || held.isListed) return;
    held.isListed = true;
    this.#listed.push(held);
    if (this.#listed.length === 1) setImmediate(this.#ask);
  }

  readonly #ask = (): void => {
    if (this.#closed) return;
    const { keeper, nowUs } = this.#options;
    const scopes = this.#listed;
    this.#listed = [];
    const asks = scopes.map((held): ScopeAsk => {
      held.isListed = false;
      return held.ask(nowUs());
    });
    void keeper.exchange(asks).then((answers) => {
      for (const [index, held] of scopes.entries()) this.#answered(held, answers[index]);
    });
  };

  #answered(held: HeldScope, answer: ScopeAnswer | null): void {
    const asked = held.waiting.splice(0, held.asked);
    if (answer === null) held.lose();
    else held.take(answer, this.#options.nowUs());
    const instead = this.#options.onFailure === 'open' ? 'uncounted' : 'unavailable';
    for (const [index, waiting] of asked.entries()) {
      this.#tell(held, waiting, answer === null ? instead : (answer.refusals[index] ?? 'admitted'));
    }
    this.#goOn(held);
  }

  #tell(held: HeldScope, { demand, ended, ticket }: WaitingDemand, decision: LimitDecision): void {
    if (decision === 'admitted' || decision === 'uncounted') held.begin(decision === 'admitted');
    if (!ended) this.#options.onDecision(ticket, decision);
    else if (decision === 'admitted') this.#giveBack(held, demand);
    else if (decision === 'uncounted') this.#giveBack(held, {});
  }

  #giveBack(held: HeldScope, demand: LimitAmounts): void {
    const nowUs = this.#options.nowUs();
    const back = Object.fromEntries(Object.entries(demand).map(([dimension, amount]) => [dimension, -amount]));
    if (held.settle(back, nowUs, nowUs)) this.#list(held);
  }

  /** Those that came while the scope was asking: a lease or a refusal may answer them. */
  #goOn(held: HeldScope): void {
    const cameMeanwhile = held.waiting;
    held.waiting = [];
    for (const waiting of cameMeanwhile) {
      const decided = waiting.ended ? undefined : this.#decideHere(held, waiting.demand);
      if (decided === undefined) held.waiting.push(waiting);
      else this.#options.onDecision(waiting.ticket, decided);
    }
    if (held.waiting.length > 0 || held.hasToTell(this.#options.nowUs())) this.#list(held);
  }

  /** As long as a scope is held: leases go back in time, and what nobody asked about is told. */
  #arm(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(this.#tick, LEASE_US / 1_000).unref();
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    const nowUs = this.#options.nowUs();
    for (const [id, held] of this.#scopes) {
      if (held.hasToTell(nowUs)) this.#list(held);
      else if (held.isIdle) this.#scopes.delete(id);
    }
    if (this.#scopes.size > 0) this.#arm();
  };
}
