/** Whether a comparison says anything about the gateway, and why not. */
import type { Validity } from '../result.js';
import type { GroundedPair } from './basis.js';

/** @param wanted how many pairs were asked for */
export function validityOf(pairs: readonly GroundedPair[], wanted: number): Validity {
  const reasons = [...cutShort(pairs, wanted), ...incomparable(pairs)];
  return { valid: reasons.length === 0, reasons };
}

function cutShort(pairs: readonly GroundedPair[], wanted: number): Validity['reasons'] {
  if (pairs.length >= wanted) return [];
  return [{ code: 'cut_short', message: `${pairs.length} of ${wanted} pairs were sent` }];
}

function incomparable(pairs: readonly GroundedPair[]): Validity['reasons'] {
  const complete = pairs.filter(
    ({ facts: { direct, gateway } }) => direct.outcome === 'complete' && gateway.outcome === 'complete',
  );
  if (complete.length === 0) return nothingComplete(pairs);
  if (complete.some(({ ground }) => ground !== 'unknown')) return [];
  const message = "the gateway's requests had other plans than the direct ones, and the journal does not tell which";
  return [{ code: 'not_comparable', message }];
}

/** That is as it should be where the upstream is made to answer nothing in full, and the gateway has passed that on. */
function nothingComplete(pairs: readonly GroundedPair[]): Validity['reasons'] {
  const asPlanned = pairs.some(
    ({ facts: { direct, gateway } }) => direct.status !== undefined && gateway.status !== undefined,
  );
  const directComplete = pairs.some(({ facts: { direct } }) => direct.outcome === 'complete');
  if (asPlanned && !directComplete) return [];
  return [{ code: 'nothing_complete', message: 'no request was answered in full on both ways' }];
}
