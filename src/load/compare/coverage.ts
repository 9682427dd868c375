/**
 * Of how many pairs each part could be judged. Where there was something to judge and none of it could be, nothing is known of that part's
 * anomalies: that there are none is not said of it.
 */
import type { GroundedPair } from './basis.js';
import { cancellationOf } from './cancellations.js';
import type { AnomalyKind, CompareResult, Coverage, CoveredPart } from './result.js';

type Holds = (pair: GroundedPair) => boolean;

export const PART_OF: { readonly [kind in AnomalyKind]: CoveredPart } = {
  content_lost: 'contents',
  content_added: 'contents',
  content_changed: 'contents',
  content_reordered: 'contents',
  usage_changed: 'totals',
  finish_reason_changed: 'totals',
  status_changed: 'endings',
  error_changed: 'endings',
  hung: 'endings',
  ended_otherwise: 'endings',
  break_hidden: 'endings',
  cancellation_lost: 'cancellations',
  repeated: 'attempts',
  answered_without_upstream: 'attempts',
  refused_without_upstream: 'attempts',
};

export function coverageOf(pairs: readonly GroundedPair[]): CompareResult['coverage'] {
  const counted = (isThere: Holds, isJudged: Holds): Coverage => {
    const there = pairs.filter(isThere);
    return { pairs: there.length, judged: there.filter(isJudged).length };
  };
  return {
    endings: counted(({ facts }) => !facts.cancels, isEndJudged),
    contents: counted(({ facts, recordedContent }) => (facts.content ?? recordedContent) !== undefined, isAnswerJudged),
    totals: counted(areBothComplete, isAnswerJudged),
    cancellations: counted(
      (pair) => cancellationOf(pair).state !== 'none',
      (pair) => cancellationOf(pair).state !== 'unknown',
    ),
    attempts: counted(
      ({ entries }) => entries?.direct !== undefined,
      ({ entries }) => entries?.isUnasked === true || (entries?.gateway.length ?? 0) > 0,
    ),
  };
}

/** Parts of which there were some, and none could be judged. */
export function unjudgedParts(coverage: CompareResult['coverage']): readonly CoveredPart[] {
  const parts = Object.keys(coverage) as CoveredPart[];
  return parts.filter((part) => coverage[part].pairs > 0 && coverage[part].judged === 0);
}

function isEndJudged({ entries, ground }: GroundedPair): boolean {
  return ground === 'same_plan' || entries?.isUnasked === true || (entries?.gateway.length ?? 0) > 0;
}

function isAnswerJudged({ ground, recordedContent }: GroundedPair): boolean {
  return ground === 'same_plan' || recordedContent !== undefined;
}

function areBothComplete({ facts: { direct, gateway } }: GroundedPair): boolean {
  return direct.outcome === 'complete' && gateway.outcome === 'complete';
}
