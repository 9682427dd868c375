/**
 * How the budgets of rate limits are shared by the processes of a node, and by replicas. One keeper has them all: the primary's book, or
 * Redis. Whoever admits requests holds leases on a part:
 *
 *   holder (acceptor)                                          keeper (the node's book, or a script in Redis)
 *     admits from its lease, without asking
 *     ── asks of one turn: per scope what is spent of the lease, ──▶  takes the lease back, counts what was spent, sets right
 *        what requests that are over really used, how many run,       what was estimated, decides the demands one by one,
 *        and demands that the lease does not cover                    and leases anew where plenty is left
 *     ◀─ per scope: a refusal or none for each demand, a lease or none, how the scope stands ──
 *
 * Invariants: a scope has at most one ask under way, which carries all of its lease, so keeper and holder never disagree about it; what is
 * leased counts as taken, and what is left and all leases together never exceed the limit, so nothing is ever admitted beyond it; all
 * leases of a scope together are at most LEASED_SHARE_MAX of each limit, which is the most that is kept from anybody; a lease is used
 * for LEASE_US after it was asked for, then it goes back. Ages and durations cross instead of times: no two clocks are compared.
 */
import type { LimitAmounts, LimitDimension, LimitRefusal, LimitScope, LimitStanding } from '../../limits/contract.js';

/** What all holders together may have leased of a limit. */
export const LEASED_SHARE_MAX = 0.01;
/** Below this share of a limit nothing is leased: every demand is decided by the keeper. */
export const AMPLE_SHARE = 0.1;
/** How long a lease is used. */
export const LEASE_US = 100_000;

/** What a request that is over used more (positive) or less than it was admitted with. */
export interface LimitSettlement {
  /** How long ago it was admitted. */
  readonly ageUs: number;
  readonly delta: LimitAmounts;
}

export interface ScopeAsk {
  readonly scope: LimitScope;
  /** What was spent of the lease, which goes back with the ask. */
  readonly spent: LimitAmounts;
  /** How many requests that the holder admitted are not over. */
  readonly active: number;
  readonly settlements: readonly LimitSettlement[];
  /** To be decided one by one, each as a whole. */
  readonly demands: readonly LimitAmounts[];
  /** Whether the holder has use for a lease. */
  readonly wantsLease: boolean;
}

export interface ScopeAnswer {
  /** As many as demands; null where it is admitted. */
  readonly refusals: readonly (LimitRefusal | null)[];
  readonly lease: LimitAmounts | null;
  /** With the lease among what remains. */
  readonly standings: readonly LimitStanding[];
}

/** The keeper as a holder sees it. */
export interface LimitKeeperLink {
  /** As many answers as asks; null where the keeper cannot be reached. Never rejects. */
  exchange(asks: readonly ScopeAsk[]): Promise<readonly (ScopeAnswer | null)[]>;
}

/** Amounts while they are made. */
export type MutableAmounts = { [dimension in LimitDimension]?: number };

/** The scope's limits on what flows: all but the one on concurrent requests. */
export function flowsOf({ caps }: LimitScope): LimitDimension[] {
  return (Object.keys(caps) as LimitDimension[]).filter((dimension) => dimension !== 'concurrent_requests');
}

/**
 * How much of a limit a holder may lease while others have leased so much of it: half of what is left of the share, so that a second one
 * finds something too.
 */
export function leaseOf(limit: number, leasedByOthers: number): number {
  return Math.floor((Math.floor(limit * LEASED_SHARE_MAX) - leasedByOthers) / 2);
}
