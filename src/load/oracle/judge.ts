/**
 * What a gateway did with the requests that it was sent, seen from behind it: the client's log against the upstream's journal. Pure.
 *
 * A request is found in the journal by its key, which is x-llm-sim-request-id unless the caller knows another way: many gateways drop headers
 * that they do not know. Where no key arrives, what is said per request (attempts, retries, endings, cancellations) is empty, and the figures
 * that need none (entries, connections, keys, callers) are still right.
 */
import { attemptsOf, type KeyOfEntry, type RequestAttempts, requestIdOf } from './attempts.js';
import { keyFigures, userAgents } from './callers.js';
import { judgeCancellations } from './cancellations.js';
import type { ClientRequest } from './client-log.js';
import { judgeConnections } from './connections.js';
import { judgeEndings } from './endings.js';
import { findingsOf } from './findings.js';
import type { UpstreamEntry } from './journal-entry.js';
import type { AttemptFigures, OracleResult } from './result.js';
import { judgeRetries } from './retries.js';

export interface OracleOptions {
  readonly keyOf?: KeyOfEntry;
  /** Entries that could not be read. */
  readonly entriesLost?: number;
}

/** @param entries of the run's time, in any order */
export function judgeUpstream(
  requests: readonly ClientRequest[],
  entries: readonly UpstreamEntry[],
  { entriesLost = 0, keyOf = requestIdOf }: OracleOptions = {},
): OracleResult {
  const all = attemptsOf(requests, entries, keyOf);
  const matched = all.reduce((sum, { attempts }) => sum + attempts.length, 0);
  // Without a key, or with entries missing, nothing follows from a request that was not found.
  const seen = matched > 0 && entriesLost === 0 ? all : all.filter(({ attempts }) => attempts.length > 0);
  const retries = judgeRetries(seen);
  const cancellations = judgeCancellations(seen);
  const endings = judgeEndings(seen);
  const idsDropped = droppedIds(all, entries, keyOf);
  const figures = {
    entries: entries.length,
    entries_lost: entriesLost,
    requests: requests.length,
    entries_matched: matched,
    request_ids_share: share(entries.filter(({ requestId }) => requestId !== null).length, entries.length),
    attempts: attemptFigures(all, matched),
    retries: retries.retries,
    duplicates: retries.duplicates,
    connections: judgeConnections(entries),
    cancellations: cancellations.cancellations,
    endings: endings.endings,
    api_keys: keyFigures(requests, entries),
    user_agents: userAgents(entries),
  };
  return { kind: 'oracle', ...figures, findings: findingsOf(figures, { retries, cancellations, endings, idsDropped }) };
}

/** An entry without an id may be of other traffic, so no more of them are counted than the client's requests that were not found. */
function droppedIds(
  requests: readonly RequestAttempts[],
  entries: readonly UpstreamEntry[],
  keyOf: KeyOfEntry,
): number {
  const known = requests.flatMap(({ attempts }) => attempts).filter(({ requestId }) => requestId === null).length;
  const nameless = entries.filter((entry) => entry.requestId === null && keyOf(entry) === undefined).length;
  const unseen = requests.filter(({ attempts }) => attempts.length === 0).length;
  return known + Math.min(nameless, unseen);
}

function attemptFigures(requests: readonly RequestAttempts[], matched: number): AttemptFigures {
  const byCount: { [attempts: string]: number } = {};
  for (const { attempts } of requests) byCount[attempts.length] = (byCount[attempts.length] ?? 0) + 1;
  const arrived = requests.length - (byCount[0] ?? 0);
  return { total: matched, per_request: arrived === 0 ? 0 : share(matched, arrived), by_count: byCount };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
