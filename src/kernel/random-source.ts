/**
 * The one shape in which randomness is handed around. Pure layers take a RandomSource as an argument and never reach for
 * Math.random, so that the same seed gives the same draws on any thread.
 */
export interface RandomSource {
  /** A uniformly distributed integer in [0, 2^32). */
  nextUint32(): number;

  /** A uniformly distributed double in [0, 1) with 53 random bits. */
  nextUnit(): number;
}
