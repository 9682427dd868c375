/**
 * All budgets of all scopes, in memory. A request takes from every dimension of its scope or from none.
 *
 * Invariants: budgets exist only for dimensions that have a limit; a scope whose limits change keeps what is used; there are at most
 * LIMIT_SCOPES_MAX scopes, the one unused for longest makes room, and begins anew with full budgets should it come back.
 */
import type { Budget } from './budget.js';
import type {
  LimitAlgorithm,
  LimitAmounts,
  LimitCaps,
  LimitDimension,
  LimitKeeper,
  LimitRefusal,
  LimitScope,
  LimitStanding,
} from './contract.js';
import { Occupancy } from './occupancy.js';
import { SlidingWindow } from './sliding-window.js';
import { TokenBucket } from './token-bucket.js';

/** Scopes kept at a time: some 3 KB each at the most, so 60 MB. */
export const LIMIT_SCOPES_MAX = 20_000;

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;

/** Every dimension in the order of LimitDimension, with the time in which its limit comes back; 0 where time has no part in it. */
const WINDOWS_US: readonly (readonly [dimension: LimitDimension, windowUs: number])[] = [
  ['requests_per_minute', MINUTE_US],
  ['requests_per_day', DAY_US],
  ['tokens_per_minute', MINUTE_US],
  ['input_tokens_per_minute', MINUTE_US],
  ['output_tokens_per_minute', MINUTE_US],
  ['concurrent_requests', 0],
];

/** What can be limited, in order. */
export const LIMIT_DIMENSIONS: readonly LimitDimension[] = WINDOWS_US.map(([dimension]) => dimension);

interface Entry {
  readonly dimension: LimitDimension;
  readonly budget: Budget;
  limit: number;
}

interface Budgets {
  caps: LimitCaps;
  entries: readonly Entry[];
}

export class LimitBook implements LimitKeeper {
  readonly #algorithm: LimitAlgorithm;
  readonly #scopesMax: number;
  /** In the order of their last use. */
  readonly #scopes = new Map<string, Budgets>();

  constructor(algorithm: LimitAlgorithm, scopesMax = LIMIT_SCOPES_MAX) {
    this.#algorithm = algorithm;
    this.#scopesMax = scopesMax;
  }

  get size(): number {
    return this.#scopes.size;
  }

  take(scope: LimitScope, demand: LimitAmounts, nowUs: number): LimitRefusal | undefined {
    const entries = this.#entriesOf(scope, nowUs);
    let refusal: LimitRefusal | undefined;
    for (const entry of entries) {
      const amount = demand[entry.dimension] ?? 0;
      if (amount === 0 || entry.budget.fits(amount, nowUs)) continue;
      const found = refusalOf(entry, amount, nowUs);
      if (refusal === undefined || gravityOf(found) > gravityOf(refusal)) refusal = found;
    }
    if (refusal !== undefined) return refusal;
    for (const { dimension, budget } of entries) budget.take(demand[dimension] ?? 0, nowUs);
    return undefined;
  }

  lease(scope: LimitScope, wanted: LimitAmounts, nowUs: number): LimitAmounts {
    const leased: { [dimension in LimitDimension]?: number } = { ...wanted };
    for (const { dimension, budget } of this.#entriesOf(scope, nowUs)) {
      const amount = Math.min(wanted[dimension] ?? 0, budget.remaining(nowUs));
      budget.take(amount, nowUs);
      leased[dimension] = amount;
    }
    return leased;
  }

  correct(scope: LimitScope, delta: LimitAmounts, takenAtUs: number, nowUs: number): void {
    for (const { dimension, budget } of this.#entriesOf(scope, nowUs)) {
      const amount = delta[dimension] ?? 0;
      if (amount > 0) budget.take(amount, nowUs);
      else if (amount < 0) budget.giveBack(-amount, takenAtUs, nowUs);
    }
  }

  /** See Budget. @param amounts what is leased and not known to be spent */
  noteUnspent(scope: LimitScope, amounts: LimitAmounts, nowUs: number): void {
    for (const { dimension, budget } of this.#entriesOf(scope, nowUs))
      budget.noteUnspent(amounts[dimension] ?? 0, nowUs);
  }

  standings(scope: LimitScope, nowUs: number): readonly LimitStanding[] {
    return this.#entriesOf(scope, nowUs).map(({ dimension, limit, budget }) => ({
      dimension,
      limit,
      remaining: budget.remaining(nowUs),
      resetUs: budget.resetUs(nowUs),
    }));
  }

  /** Forgets every scope: all budgets are full. */
  clear(): void {
    this.#scopes.clear();
  }

  #entriesOf(scope: LimitScope, nowUs: number): readonly Entry[] {
    let budgets = this.#scopes.get(scope.id);
    if (budgets === undefined) {
      budgets = { caps: {}, entries: [] };
      if (this.#scopes.size >= this.#scopesMax) this.#forgetOldest();
    } else this.#scopes.delete(scope.id);
    this.#scopes.set(scope.id, budgets);
    if (budgets.caps !== scope.caps) {
      budgets.entries = this.#entriesWith(scope.caps, budgets.entries, nowUs);
      budgets.caps = scope.caps;
    }
    return budgets.entries;
  }

  #entriesWith(caps: LimitCaps, before: readonly Entry[], nowUs: number): readonly Entry[] {
    return WINDOWS_US.flatMap(([dimension, windowUs]) => {
      const limit = caps[dimension];
      if (limit === undefined) return [];
      const entry = before.find((one) => one.dimension === dimension);
      if (entry === undefined) return [{ dimension, limit, budget: this.#budget(limit, windowUs) }];
      if (entry.limit !== limit) entry.budget.setLimit(limit, nowUs);
      entry.limit = limit;
      return [entry];
    });
  }

  #budget(limit: number, windowUs: number): Budget {
    if (windowUs === 0) return new Occupancy(limit);
    return this.#algorithm === 'token_bucket' ? new TokenBucket(limit, windowUs) : new SlidingWindow(limit, windowUs);
  }

  #forgetOldest(): void {
    for (const id of this.#scopes.keys()) {
      this.#scopes.delete(id);
      return;
    }
  }
}

function refusalOf({ dimension, limit, budget }: Entry, requested: number, nowUs: number): LimitRefusal {
  const used = limit - budget.remaining(nowUs);
  return { dimension, limit, used, requested, retryAfterUs: budget.waitUs(requested, nowUs) };
}

/** Of several dimensions that refuse, the one is told that no wait helps, else the one to wait for longest: so the wait told is enough. */
function gravityOf({ requested, limit, retryAfterUs }: LimitRefusal): number {
  return requested > limit ? Number.POSITIVE_INFINITY : (retryAfterUs ?? 0);
}
