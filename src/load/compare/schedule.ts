/**
 * Which way of a pair goes first. Balanced and random: of each two pairs one goes direct first, and a draw decides which, so neither way has
 * the warmer machine more often, and no rhythm of the machine can favour one.
 */
import type { RandomSource } from '../../kernel/random-source.js';

/** @returns for each pair, in the order of their numbers, whether the direct path goes first */
export function pathOrders(pairs: number, random: RandomSource): readonly boolean[] {
  const orders: boolean[] = [];
  while (orders.length < pairs) {
    const first = random.nextUint32() >>> 31 === 0;
    orders.push(first, !first);
  }
  return orders.slice(0, pairs);
}
