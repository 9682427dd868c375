/**
 * What the upstream's journal says of each pair: which entry is the direct path's, which are the gateway's, and whether both were planned
 * alike. An entry belongs to a pair by its key, which the header or, where a gateway dropped that, the body carried; the direct path's own is
 * told by its user agent. Entries of other traffic belong to none.
 */
import { DIRECT_USER_AGENT, type UpstreamEntry } from './contract.js';
import { sessionsOf } from './paired-requests.js';

export interface PairEntries {
  readonly direct?: UpstreamEntry;
  /** In the order of their arrival: more than one where the gateway tried again, none where it answered by itself. */
  readonly gateway: readonly UpstreamEntry[];
}

export interface UpstreamView {
  /** By the pair's key. */
  readonly pairs: ReadonlyMap<string, PairEntries>;
  /** Of the gateway's entries: how many came with the header, and how many were told by their body. */
  readonly byHeader: number;
  readonly byBody: number;
}

export function upstreamView(keys: readonly string[], entries: readonly UpstreamEntry[]): UpstreamView {
  const pairs = new Map(
    keys.map((key) => [key, { gateway: [] as UpstreamEntry[], direct: undefined as UpstreamEntry | undefined }]),
  );
  const bySession = new Map(keys.flatMap((key) => sessionsOf(key).map((session) => [session, key] as const)));
  let byHeader = 0;
  let byBody = 0;
  for (const entry of entries) {
    const named = entry.requestId === null ? undefined : pairs.get(entry.requestId);
    const pair = named ?? pairs.get(bySession.get(entry.session ?? '') ?? '');
    if (pair === undefined) continue;
    if (entry.userAgent === DIRECT_USER_AGENT) {
      pair.direct ??= entry;
    } else {
      pair.gateway.push(entry);
      if (named === undefined) byBody += 1;
      else byHeader += 1;
    }
  }
  return { pairs: new Map([...pairs].map(([key, found]) => [key, entriesOf(found)])), byHeader, byBody };
}

function entriesOf({ direct, gateway }: { direct: UpstreamEntry | undefined; gateway: UpstreamEntry[] }): PairEntries {
  return {
    ...(direct !== undefined && { direct }),
    gateway: gateway.sort((one, other) => one.arrivedUs - other.arrivedUs),
  };
}
