/**
 * Whether a node is under pressure: whether of the requests that it may serve at a time so many are being served that who sends them had
 * better send fewer. Unlike saturation this is no fault of the node's: it does what the configuration says.
 *
 * Invariants: it begins at the configured share, or when anyone waits, and ends below nine tenths of the share when nobody does, so that
 * it does not flicker.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';

export interface Pressure {
  readonly now: boolean;
  /** Share of the places that are taken, 0 … 1. */
  readonly occupancy: number;
  /** Requests that wait for a place. */
  readonly waiting: number;
}

export interface PressureLimits {
  /** Of the whole node. */
  readonly placesMax: number;
  /** From this share of them on it is under pressure. */
  readonly share: number;
}

/** What one acceptor has at the moment. */
export interface Load {
  /** Those that wait included. */
  readonly activeRequests: number;
  readonly waitingRequests: number;
}

export const NO_PRESSURE: Pressure = { now: false, occupancy: 0, waiting: 0 };

const END_SHARE = 0.9;

export function pressureLimitsOf({ configuration }: ConfigurationSnapshot): PressureLimits {
  const { backpressure_threshold: share, max_concurrent_requests: placesMax } = configuration.simulation.concurrency;
  return { placesMax, share };
}

/** @param before what was said last */
export function pressureOf(loads: readonly Load[], { placesMax, share }: PressureLimits, before: Pressure): Pressure {
  let waiting = 0;
  let served = 0;
  for (const { activeRequests, waitingRequests } of loads) {
    waiting += waitingRequests;
    served += activeRequests - waitingRequests;
  }
  // Several acceptors together may serve somewhat more than the limit.
  const occupancy = Math.min(1, served / placesMax);
  const limit = before.now ? share * END_SHARE : share;
  return { now: waiting > 0 || occupancy >= limit, occupancy, waiting };
}
