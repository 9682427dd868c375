/**
 * What a known gateway really added to the time to first token: it says how long it had each request until the first content went out, and the
 * upstream's journal how much of that was the upstream's own. Neither number is the comparison's.
 */
import type { UpstreamEntry } from '../../src/load/oracle/journal-entry.js';

/**
 * @param firstContentMs by key, as the gateway measured it
 * @param entries of the gateway's requests
 * @returns by key
 */
export function knownAddedMs(
  firstContentMs: Readonly<Record<string, number>>,
  entries: readonly UpstreamEntry[],
): ReadonlyMap<string, number> {
  const added = new Map<string, number>();
  for (const { requestId, ttftMs } of entries) {
    const spent = firstContentMs[requestId ?? ''];
    if (requestId !== null && spent !== undefined && ttftMs !== null) added.set(requestId, spent - ttftMs);
  }
  return added;
}
