/** As whom the gateway speaks: the keys and the names under which the client's requests arrive. */
import type { ClientRequest } from './client-log.js';
import type { UpstreamEntry } from './journal-entry.js';
import type { KeyFigures, OracleResult } from './result.js';

/** Of the most frequent; a run may have thousands of keys. */
const LISTED_MAX = 20;

export function keyFigures(requests: readonly ClientRequest[], entries: readonly UpstreamEntry[]): KeyFigures {
  const sent = new Set(requests.filter(({ identity }) => identity >= 0).map(({ identity }) => identity));
  const arrived = countBy(entries, ({ apiKey }) => apiKey);
  return {
    at_client: sent.size,
    at_upstream: [...arrived.keys()].filter((key) => key !== null).length,
    requests: listed(arrived).map(([api_key, count]) => ({ api_key, requests: count })),
  };
}

export function userAgents(entries: readonly UpstreamEntry[]): OracleResult['user_agents'] {
  const counts = countBy(entries, ({ userAgent }) => userAgent);
  return listed(counts).map(([user_agent, count]) => ({ user_agent, requests: count }));
}

function countBy(
  entries: readonly UpstreamEntry[],
  of: (entry: UpstreamEntry) => string | null,
): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const entry of entries) counts.set(of(entry), (counts.get(of(entry)) ?? 0) + 1);
  return counts;
}

function listed(counts: ReadonlyMap<string | null, number>): [string | null, number][] {
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, LISTED_MAX);
}
