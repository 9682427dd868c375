/**
 * What the upstream's journal says of each pair: which entry is the direct path's, which are the gateway's, and whether both were planned
 * alike. An entry belongs to a pair by its key, which the header or, where a gateway dropped that, the body carried; the direct path's own is
 * told by its user agent. Entries of other traffic belong to none.
 */
import { DIRECT_USER_AGENT, type UpstreamEntry } from './contract.js';
import { sessionsOf } from './paired-requests.js';

export interface PairEntries {
  readonly direct?: UpstreamEntry;
  /** In the order of their arrival: more than one where the gateway tried again, none where it did not ask, or its request cannot be told. */
  readonly gateway: readonly UpstreamEntry[];
  /** The gateway did not ask the upstream: its request would be told from others, and there is none. */
  readonly isUnasked: boolean;
}

export interface UpstreamView {
  /** By the pair's key. */
  readonly pairs: ReadonlyMap<string, PairEntries>;
  /** Of the gateway's entries: how many came with the header, and how many were told by their body. */
  readonly byHeader: number;
  readonly byBody: number;
}

interface FoundEntries {
  direct: UpstreamEntry | undefined;
  readonly gateway: UpstreamEntry[];
}

/** How many of the entries that are not the direct path's are told in which way. */
interface Told {
  byHeader: number;
  byBody: number;
  neither: number;
}

/** @param entriesLost entries that were overwritten before they could be read: then a missing one tells nothing */
export function upstreamView(
  keys: readonly string[],
  entries: readonly UpstreamEntry[],
  entriesLost = 0,
): UpstreamView {
  const pairs = new Map(keys.map((key): readonly [string, FoundEntries] => [key, { gateway: [], direct: undefined }]));
  const bySession = new Map(keys.flatMap((key) => sessionsOf(key).map((session) => [session, key] as const)));
  const told: Told = { byHeader: 0, byBody: 0, neither: 0 };
  for (const entry of entries) {
    const named = entry.requestId === null ? undefined : pairs.get(entry.requestId);
    const pair = named ?? pairs.get(bySession.get(entry.session ?? '') ?? '');
    if (entry.userAgent === DIRECT_USER_AGENT) {
      if (pair !== undefined) pair.direct ??= entry;
      continue;
    }
    pair?.gateway.push(entry);
    told[pair === undefined ? 'neither' : named === undefined ? 'byBody' : 'byHeader'] += 1;
  }
  const isUnasked = (key: string, found: FoundEntries): boolean =>
    entriesLost === 0 && found.gateway.length === 0 && wouldBeTold(key, found, told);
  const all = [...pairs].map(([key, found]) => [key, entriesOf(found, isUnasked(key, found))] as const);
  return { pairs: new Map(all), byHeader: told.byHeader, byBody: told.byBody };
}

/** A gateway that passes keys on does so for each request; where nothing came that cannot be told, nothing of the pair's can have come. */
function wouldBeTold(key: string, { direct }: FoundEntries, { byBody, byHeader, neither }: Told): boolean {
  if (direct === undefined) return false;
  if (neither === 0 || byHeader > 0) return true;
  // Not every dialect has a field for the mark.
  return byBody > 0 && sessionsOf(key).includes(direct.session ?? '');
}

function entriesOf({ direct, gateway }: FoundEntries, isUnasked: boolean): PairEntries {
  return {
    ...(direct !== undefined && { direct }),
    gateway: gateway.sort((one, other) => one.arrivedUs - other.arrivedUs),
    isUnasked,
  };
}
