/**
 * Which entries of the upstream's journal belong to which request of the client, and what became of each. One request of the client may have
 * arrived never, once, or several times.
 */
import type { ClientRequest } from './client-log.js';
import type { UpstreamEntry } from './journal-entry.js';

export interface RequestAttempts {
  readonly request: ClientRequest;
  /** In the order of their arrival. */
  readonly attempts: readonly UpstreamEntry[];
}

/** By what an entry tells its request; undefined for one that tells none. */
export type KeyOfEntry = (entry: UpstreamEntry) => string | undefined;

const KEY_CHARS_MAX = 128;

/** A key as the upstream keeps it. */
export function shortKey(key: string): string {
  return key.slice(0, KEY_CHARS_MAX);
}

export const requestIdOf: KeyOfEntry = ({ requestId }) => requestId ?? undefined;

/** Every request once, in the order in which they were given; entries that belong to none are left out. */
export function attemptsOf(
  requests: readonly ClientRequest[],
  entries: readonly UpstreamEntry[],
  keyOf: KeyOfEntry,
): RequestAttempts[] {
  const byKey = new Map<string, UpstreamEntry[]>(requests.map(({ key }) => [shortKey(key), []]));
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== undefined) byKey.get(key)?.push(entry);
  }
  for (const attempts of byKey.values()) attempts.sort((one, other) => one.arrivedUs - other.arrivedUs);
  return requests.map((request) => ({ request, attempts: byKey.get(shortKey(request.key)) ?? [] }));
}

/** What became of an attempt, in a word: `ok`, `given_up` by whoever asked, a status, `no_answer`, or the fault that spoilt the answer. */
export function fateOf({ error, fault, outcome, result, status }: UpstreamEntry): string {
  if (outcome === 'aborted') return 'given_up';
  if (result === 'success') return 'ok';
  if (status !== null && status >= 400) return String(status);
  if (status === null || status === 0) return 'no_answer';
  return fault ?? error ?? 'failed';
}

/** Something of a stream's content was out before the attempt came to its end. */
export function hasBegun({ isStream, status, ttftMs }: UpstreamEntry): boolean {
  return isStream && status === 200 && ttftMs !== null;
}
