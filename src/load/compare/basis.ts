/**
 * On what ground the two answers of a pair are comparable. The simulator gives equal requests with equal keys the same plan, so what differs
 * is the gateway's. Where a gateway changes the request or drops its key, the plans differ, and with them content and times: then the planned
 * times are taken off both sides, as far as the upstream's journal tells them, and contents are not compared.
 *
 *   same_plan   added = gateway − direct
 *   journal     added = (gateway − planned for the gateway's request) − (direct − planned for the direct one)
 *   unknown     nothing is said of the pair's times
 *
 * The first token's time is known better than by the plan: the journal says when the upstream sent it, which on a busy machine is a little
 * later. Wherever it can be read, that is taken off.
 */
import { compareContent } from './content-comparison.js';
import type { ContentComparison, PairFacts, UpstreamEntry } from './contract.js';
import { type RecordedAnswer, recordedAnswer } from './recorded-answer.js';
import type { PairEntries, UpstreamView } from './upstream-view.js';

export type Ground = 'same_plan' | 'journal' | 'unknown';

export interface GroundedPair {
  readonly facts: PairFacts;
  readonly ground: Ground;
  readonly entries?: PairEntries;
  /** How much later the upstream itself was on the gateway's way, in milliseconds: to be taken off gateway − direct. */
  readonly upstreamTtftMs: number;
  readonly upstreamEndMs: number;
  /** What the upstream sent to the gateway, of pairs with other plans: where it is recorded. */
  readonly recorded?: RecordedAnswer;
  /** How the gateway's content differs from it. */
  readonly recordedContent?: ContentComparison;
}

/** From this share of equal contents on, those that differ are taken for the gateway's doing, not for other plans. */
const EQUAL_SHARE_MIN = 0.5;

/** @param view undefined where the upstream's journal could not be read: then equal contents tell equal plans */
export function groundPairs(pairs: readonly PairFacts[], view: UpstreamView | undefined): readonly GroundedPair[] {
  if (view === undefined || view.byHeader + view.byBody === 0) return groundByContent(pairs, view);
  return pairs.map((facts) => groundByJournal(facts, view.pairs.get(facts.key)));
}

function groundByContent(pairs: readonly PairFacts[], view: UpstreamView | undefined): readonly GroundedPair[] {
  const compared = pairs.filter(({ content }) => content !== undefined);
  const equal = compared.filter(({ content }) => content?.verdict === 'equal');
  const ground = compared.length > 0 && equal.length >= compared.length * EQUAL_SHARE_MIN ? 'same_plan' : 'unknown';
  return pairs.map((facts) => grounded(facts, ground, view?.pairs.get(facts.key)));
}

function groundByJournal(facts: PairFacts, entries: PairEntries | undefined): GroundedPair {
  // The attempt that was answered is the last one.
  const [direct, gateway] = [entries?.direct, entries?.gateway.at(-1)];
  if (direct === undefined || gateway === undefined) return grounded(facts, 'unknown', entries);
  // What was sent rather than what was planned: so the upstream's own lateness is not taken for the gateway's.
  const sentTtft = difference(direct.ttftMs, gateway.ttftMs);
  if (direct.identity !== null && direct.identity === gateway.identity) {
    return { ...grounded(facts, 'same_plan', entries), upstreamTtftMs: sentTtft ?? 0 };
  }
  const ttft = sentTtft ?? difference(direct.plannedTtftMs, gateway.plannedTtftMs);
  const end = difference(direct.plannedEndMs, gateway.plannedEndMs);
  if (ttft === undefined || end === undefined) return grounded(facts, 'unknown', entries);
  return {
    ...grounded(facts, 'journal', entries),
    upstreamTtftMs: ttft,
    upstreamEndMs: end,
    ...recordedParts(facts, gateway),
  };
}

function recordedParts(
  { gatewayText }: PairFacts,
  entry: UpstreamEntry,
): Pick<GroundedPair, 'recorded' | 'recordedContent'> {
  const recorded = gatewayText === undefined ? undefined : recordedAnswer(entry);
  if (gatewayText === undefined || recorded === undefined) return {};
  return { recorded, recordedContent: compareContent([recorded.text], [gatewayText]) };
}

function grounded(facts: PairFacts, ground: Ground, entries: PairEntries | undefined): GroundedPair {
  return { facts, ground, ...(entries !== undefined && { entries }), upstreamTtftMs: 0, upstreamEndMs: 0 };
}

function difference(direct: number | null, gateway: number | null): number | undefined {
  return direct === null || gateway === null ? undefined : gateway - direct;
}
