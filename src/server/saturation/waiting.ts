/**
 * What waits in an acceptor at a moment: a frame that is due and not written, and a request without a plan. A window of what was written
 * cannot show either. One pass over the table, once a second.
 */
import type { StreamTable } from '../../runtime/stream-table.js';
import { AWAITING_PLAN, PACING } from '../streaming/pacer.js';
import type { StreamMeter } from '../streaming/stream-meter.js';

export interface Waiting {
  readonly oldestDueUs: number;
  readonly oldestUnplannedUs: number;
}

export function whatWaits(table: StreamTable<unknown>, meter: StreamMeter, nowUs: number): Waiting {
  let oldestDueUs = 0;
  let oldestUnplannedUs = 0;
  if (table.inUse === 0) return { oldestDueUs, oldestUnplannedUs };
  for (let slot = 0; slot < table.capacity; slot++) {
    const state = table.state[slot];
    if (state === PACING) oldestDueUs = Math.max(oldestDueUs, meter.overdueUs(slot, nowUs));
    else if (state === AWAITING_PLAN) oldestUnplannedUs = Math.max(oldestUnplannedUs, nowUs - table.startUs[slot]);
  }
  return { oldestDueUs, oldestUnplannedUs };
}
