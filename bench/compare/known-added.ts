/**
 * What a known gateway really added to the time to first token: it says how long it had each request until the first content went out, and the
 * upstream's journal how much of that was the upstream's own. Neither number is the comparison's.
 */
import type { UpstreamEntry } from '../../src/load/oracle/journal-entry.js';

/**
 * @param firstContentMs by key, as the gateway measured it
 * @param entries of the gateway's requests
 * @returns sorted
 */
export function knownAddedMs(
  firstContentMs: Readonly<Record<string, number>>,
  entries: readonly UpstreamEntry[],
): Float64Array {
  const added = entries.flatMap(({ requestId, ttftMs }) => {
    const spent = firstContentMs[requestId ?? ''];
    return spent === undefined || ttftMs === null ? [] : [spent - ttftMs];
  });
  return Float64Array.from(added).sort();
}
