/** The verdict about a run's figures: valid unless its end, its generator or the simulator behind it is a reason why not. */
import type { Validity } from '../result.js';
import type { InvalidityReason } from './contract.js';

/** A 99th percentile is not about them, as long as there are no more. */
const CUT_SHARE = 0.01;

/** Why the end of a run leaves its figures incomplete. @param end how many requests were sent, and of those cut, as the generator tells it */
export function endReasons(end: {
  readonly started: number;
  readonly cut: number;
  readonly isStopped: boolean;
}): InvalidityReason[] {
  if (end.isStopped) return [{ code: 'stopped', message: 'the run was broken off before its end' }];
  if (end.cut <= end.started * CUT_SHARE) return [];
  const message = `${end.cut} of ${end.started} requests had not ended when the grace period was over: the slowest are in no figure`;
  return [{ code: 'unfinished', message }];
}

export function validityOf(...reasons: readonly (readonly InvalidityReason[])[]): Validity {
  const all = reasons.flat();
  return { valid: all.length === 0, reasons: all };
}
