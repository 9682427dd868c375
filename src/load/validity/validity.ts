/**
 * The verdict about a run's figures: valid unless its end, its generator or the simulator behind it is a reason why not. Reasons are of two
 * kinds: the measuring went wrong, and nothing is known of the target; or the target did not do what can be measured, and that is known.
 */
import type { Validity } from '../result.js';
import type { InvalidityCode, InvalidityReason } from './contract.js';

/** Of comparisons as well, whose two codes have a type of their own nowhere. */
const ABOUT_TARGET: ReadonlySet<string> = new Set<InvalidityCode | 'nothing_complete' | 'not_comparable'>([
  'nothing_measured',
  // The bound is reached by answers that do not end; a generator that is too busy for its rate says so besides.
  'not_sent',
  'unreachable',
  'cut_at_end',
  'nothing_complete',
  'not_comparable',
]);

export function validityOf(...reasons: readonly (readonly InvalidityReason[])[]): Validity {
  const all = reasons.flat();
  return { valid: all.length === 0, reasons: all };
}

/** Whether an assertion that does not hold is held against the target: the measuring itself was in order. */
export function isMeasuredWell({ reasons }: Validity): boolean {
  return reasons.every(({ code }) => ABOUT_TARGET.has(code));
}
