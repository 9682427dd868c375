/** All pairs together: what the gateway adds, changes, loses and hides, as the parts of the result that follow from the pairs alone. */
import type { Outcome } from '../contract.js';
import { addedDelays, addedPlots, addedSamples } from './added-delays.js';
import { anomaliesOf, endingOf } from './anomalies.js';
import type { GroundedPair } from './basis.js';
import { cancellationOf } from './cancellations.js';
import type { AnswerFacts, Difference } from './contract.js';
import { coverageOf } from './coverage.js';
import type { Anomaly, AnomalyKind, CompareResult, DifferenceCount, EndingPair, PathResult } from './result.js';

/** What a person may want to look at; all of them are counted. */
const ANOMALIES_LISTED_MAX = 200;
const DIFFERENCES_LISTED_MAX = 200;

export type Judgement = Pick<
  CompareResult,
  | 'added'
  | 'chunking'
  | 'content'
  | 'endings'
  | 'headers'
  | 'fields'
  | 'cancellations'
  | 'coverage'
  | 'anomaly_counts'
  | 'anomalies'
  | 'plots'
>;

export function judge(pairs: readonly GroundedPair[]): Judgement {
  const samples = addedSamples(pairs);
  const anomalies = pairs.flatMap(anomaliesOf);
  const samePlan = pairs.filter(({ ground }) => ground === 'same_plan').map(({ facts }) => facts);
  const contents = pairs.flatMap(({ facts, ground, recordedContent }) => {
    return (ground === 'same_plan' ? facts.content : recordedContent) ?? [];
  });
  return {
    added: addedDelays(samples),
    chunking: chunkingOf(pairs),
    content: {
      compared: contents.length,
      equal: contents.filter(({ verdict }) => verdict === 'equal').length,
    },
    endings: endingPairs(pairs),
    headers: countDifferences(samePlan.map(({ headers }) => headers)),
    fields: countDifferences(samePlan.map(({ fields }) => fields)),
    cancellations: cancellationCounts(pairs),
    coverage: coverageOf(pairs),
    anomaly_counts: countKinds(anomalies),
    anomalies: anomalies.slice(0, ANOMALIES_LISTED_MAX),
    plots: addedPlots(samples),
  };
}

function chunkingOf(pairs: readonly GroundedPair[]): CompareResult['chunking'] {
  const streams = pairs
    .filter(({ facts, ground }) => ground === 'same_plan' && !facts.cancels && facts.content?.verdict === 'equal')
    .flatMap(({ facts }) => (facts.chunks === undefined ? [] : [{ ...facts, chunks: facts.chunks }]));
  const sum = (of: (stream: (typeof streams)[number]) => number): number =>
    streams.reduce((total, stream) => total + of(stream), 0);
  return {
    streams: streams.length,
    chunks: sum(({ direct }) => direct.chunks),
    merged: sum(({ chunks }) => chunks.merged),
    split: sum(({ chunks }) => chunks.split),
    streams_unchanged: streams.filter(({ chunks }) => chunks.merged === 0 && chunks.split === 0).length,
    together_direct: sum(({ direct }) => direct.together),
    together_gateway: sum(({ gateway }) => gateway.together),
  };
}

/** The most frequent first. */
function endingPairs(pairs: readonly GroundedPair[]): readonly EndingPair[] {
  const counts = new Map<string, EndingPair>();
  for (const { facts } of pairs) {
    const [direct, gateway] = [endingOf(facts.direct), endingOf(facts.gateway)];
    const key = `${direct}\n${gateway}`;
    counts.set(key, { direct, gateway, pairs: (counts.get(key)?.pairs ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.pairs - one.pairs);
}

/** The most frequent first, then by name. */
function countDifferences(differences: readonly (readonly Difference[])[]): readonly DifferenceCount[] {
  const counts = new Map<string, DifferenceCount>();
  for (const { direct, gateway, kind, name } of differences.flat()) {
    const key = `${kind} ${name}`;
    const before = counts.get(key);
    counts.set(key, {
      ...(before ?? { name, kind, direct: direct ?? null, gateway: gateway ?? null }),
      pairs: (before?.pairs ?? 0) + 1,
    });
  }
  return [...counts.values()]
    .sort((one, other) => other.pairs - one.pairs || (one.name < other.name ? -1 : 1))
    .slice(0, DIFFERENCES_LISTED_MAX);
}

function cancellationCounts(pairs: readonly GroundedPair[]): CompareResult['cancellations'] {
  const states = pairs.map((pair) => cancellationOf(pair).state).filter((state) => state !== 'none');
  const count = (wanted: string): number => states.filter((state) => state === wanted).length;
  return { requests: states.length, reached: count('reached'), lost: count('lost'), unknown: count('unknown') };
}

function countKinds(anomalies: readonly Anomaly[]): CompareResult['anomaly_counts'] {
  const counts: { [kind in AnomalyKind]?: number } = {};
  for (const { kind } of anomalies) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** @param answers of one way */
export function pathResult(url: string, dialects: readonly string[], answers: readonly AnswerFacts[]): PathResult {
  const outcomes: { [outcome in Outcome]?: number } = {};
  for (const { outcome } of answers) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    url,
    dialects: [...new Set(dialects)],
    outcomes,
    chunks: answers.reduce((sum, { chunks }) => sum + chunks, 0),
    chunks_together: answers.reduce((sum, { together }) => sum + together, 0),
  };
}
