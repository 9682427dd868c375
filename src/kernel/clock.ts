/**
 * Monotonic time in microseconds. Everything that plans or paces takes a Clock as an argument; only the composition roots
 * (server, workers, bench) hand in the real one, so tests can drive time by hand.
 */
export interface Clock {
  /** Microseconds since an arbitrary fixed origin; never goes back, unaffected by changes of the wall clock. */
  nowUs(): number;
}

export const monotonicClock: Clock = {
  nowUs: () => performance.now() * 1_000,
};
