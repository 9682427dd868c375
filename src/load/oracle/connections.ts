/** How a gateway uses its connections to the upstream: one that opens one for each request pays for it in time, and runs out of ports. */
import type { UpstreamEntry } from './journal-entry.js';
import type { ConnectionFigures } from './result.js';

/** Null where the upstream tells nothing of connections. */
export function judgeConnections(entries: readonly UpstreamEntry[]): ConnectionFigures | null {
  const told = entries.filter(({ connection }) => connection !== null);
  if (told.length === 0) return null;
  const requests = new Map<string, number>();
  const broken = new Set<string>();
  for (const entry of told) {
    const name = `${entry.process}/${entry.connection}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    if (isBroken(entry)) broken.add(name);
  }
  return {
    opened: requests.size,
    requests_per_connection: Math.round((told.length / requests.size) * 100) / 100,
    requests_per_connection_max: [...requests.values()].reduce((most, each) => Math.max(most, each), 0),
    in_flight_max: inFlightMaxOf(told),
    broken: broken.size,
  };
}

/** HTTP/1.1 has no other way to end an answer early. */
function isBroken({ outcome, result, status }: UpstreamEntry): boolean {
  return outcome === 'aborted' || outcome === 'failed' || (result === 'error' && (status === null || status < 400));
}

/** A request that ends in the microsecond in which another one arrives makes room for it. */
function inFlightMaxOf(entries: readonly UpstreamEntry[]): number {
  const starts = Float64Array.from(entries, ({ arrivedUs }) => arrivedUs).sort();
  const ends = Float64Array.from(entries, ({ endedUs }) => endedUs).sort();
  let ended = 0;
  let most = 0;
  starts.forEach((startUs, index) => {
    while (ended < ends.length && ends[ended] <= startUs) ended++;
    most = Math.max(most, index + 1 - ended);
  });
  return most;
}
