/** A seed for a simulation whose configuration has none. */
import { randomInt } from 'node:crypto';

/** Uniform in [0, 2^48): the range of randomInt, inside that of `simulation.seed`. */
export function randomSeed(): number {
  return randomInt(2 ** 48 - 1);
}
