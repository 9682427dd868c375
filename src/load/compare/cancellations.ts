/**
 * Whether a client's leaving came through to the upstream. By the journal: an entry whose outcome is `aborted` ended because its client, the
 * gateway, left; one that ended long after the client of the gateway left did not hear of it, or heard of it too late.
 */
import type { GroundedPair } from './basis.js';

const US_PER_MS = 1_000;
/** An upstream that is done so soon after the client left may have been told too late to matter. */
const TOO_SHORT_MS = 100;

export interface Cancellation {
  /** `none`: the client did not leave; `unknown`: the answer was over before it mattered, or the journal does not tell. */
  readonly state: 'none' | 'reached' | 'lost' | 'unknown';
  /** How long the upstream went on serving; 0 unless it is lost. */
  readonly servedOnMs: number;
}

/** Sides with the upstream: it got the request behind the client's sending, so it served on for at least as long as is said here. */
export function cancellationOf({ entries, facts }: GroundedPair): Cancellation {
  if (!facts.cancels || facts.gateway.outcome !== 'cancelled') return { state: 'none', servedOnMs: 0 };
  const upstream = entries?.gateway.at(-1);
  if (upstream === undefined) return { state: 'unknown', servedOnMs: 0 };
  const servedOnMs = (upstream.endedUs - upstream.arrivedUs) / US_PER_MS - facts.gateway.endMs;
  if (servedOnMs > TOO_SHORT_MS) return { state: 'lost', servedOnMs };
  return { state: upstream.outcome === 'aborted' ? 'reached' : 'unknown', servedOnMs: 0 };
}
