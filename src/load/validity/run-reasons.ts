/** What a run's own course says against its figures: that it was broken off, reached nobody, or cut what was too slow to end. */
import type { Figures } from '../result.js';
import { connectFailureText } from './connect-failures.js';
import type { InvalidityReason } from './contract.js';

/** A percentile of 99.9 is not moved by fewer. */
const CUT_SHARE_MAX = 0.001;

export interface RunCourse {
  readonly elapsedSecs: number;
  readonly finished: number;
  /** Requests that were in flight when the grace period ended; they have no record. */
  readonly cut: number;
  /** Whether somebody ended the run before its time. */
  readonly isStopped: boolean;
}

export function runReasons(
  { elapsedSecs, finished, cut, isStopped }: RunCourse,
  { total }: { readonly total: Pick<Figures, 'requests' | 'errors_by_outcome' | 'errors_by_kind'> },
): InvalidityReason[] {
  const reasons: InvalidityReason[] = [];
  if (isStopped) {
    const message = `the run was broken off after ${elapsedSecs.toFixed(1)} s, with ${requests(cut)} in flight`;
    reasons.push({ code: 'interrupted', message });
  } else if (cut > (finished + cut) * CUT_SHARE_MAX) {
    const message = `${requests(cut)} had not ended when the grace period was over, and would have been the slowest`;
    reasons.push({ code: 'cut_at_end', message });
  }
  if (total.requests > 0 && total.errors_by_outcome.connect_failed === total.requests) {
    const message = `no request got a connection: ${connectFailureText(total.errors_by_kind)}`;
    reasons.push({ code: 'unreachable', message });
  }
  return reasons;
}

const requests = (count: number): string => (count === 1 ? '1 request' : `${count} requests`);
