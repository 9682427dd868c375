/**
 * The measures of a comparison, by which assertions speak of it:
 *
 *   added_ttft_p50        a percentile of what the gateway adds; p50, p90 and p99 of headers, ttft, gap, e2e and chunk
 *   added_ttft_p50_high   the upper end of its interval: below a limit, it is with 95 % confidence
 *   anomalies             how many there are, and anomalies.content_lost of one kind; none where the part was judged of no pair
 *
 * The page about comparisons is written from the table.
 */
import type { Measure, Vocabulary } from '../assertions/contract.js';
import { ANOMALY_DESCRIPTIONS } from './anomaly-descriptions.js';
import { PART_OF, unjudgedParts } from './coverage.js';
import { type AddedDelay, ANOMALIES, type AnomalyKind, type CompareResult, type PercentileEstimate } from './result.js';

export type JudgedComparison = Omit<CompareResult, 'assertions'>;
type CompareMeasure = Measure<JudgedComparison>;

const DELAYS = [
  ['headers', 'the time to the head of the answer'],
  ['ttft', 'the time to first token'],
  ['gap', 'each gap between two chunks, as the mean of a stream'],
  ['e2e', 'the time to the end of the answer'],
  ['chunk', 'the time until a chunk is there'],
] as const satisfies readonly (readonly [name: keyof CompareResult['added'], of: string])[];

const PERCENTILES = [
  ['p50', 'Median'],
  ['p90', '90th percentile'],
  ['p99', '99th percentile'],
] as const satisfies readonly (readonly [name: keyof AddedDelay, description: string])[];

const ENDS = [
  ['', 'ms', ''],
  ['_low', 'low_ms', ', lower end of its 95 % interval'],
  ['_high', 'high_ms', ', upper end of its 95 % interval'],
] as const satisfies readonly (readonly [suffix: string, key: keyof PercentileEstimate, description: string])[];

function delayMeasures(): CompareMeasure[] {
  return DELAYS.flatMap(([name, of]) =>
    PERCENTILES.flatMap(([percentile, description]) =>
      // Chunks of one stream are no independent draws: there is no interval.
      (name === 'chunk' ? ENDS.slice(0, 1) : ENDS).map(
        ([suffix, key, end]): CompareMeasure => ({
          name: `added_${name}_${percentile}${suffix}`,
          unit: 'ms',
          better: 'lower',
          description: `${description} of what the gateway adds to ${of}${end}.`,
          read: ({ added }) => added[name][percentile][key] ?? undefined,
          absence: 'there are too few comparable pairs',
        }),
      ),
    ),
  );
}

function counted(
  name: string,
  description: string,
  read: CompareMeasure['read'],
  better: CompareMeasure['better'] = 'lower',
): CompareMeasure {
  return { name, unit: 'count', better, description, read, absence: 'no pair is comparable by its content' };
}

const chunked = (of: (chunking: CompareResult['chunking']) => number): CompareMeasure['read'] => {
  return ({ chunking }) => (chunking.streams === 0 ? undefined : of(chunking));
};

const contentCompared = (of: (result: JudgedComparison) => number): CompareMeasure['read'] => {
  return (result) => (result.ground.same_plan === 0 ? undefined : of(result));
};

function allAnomalies(): CompareMeasure {
  return {
    ...counted('anomalies', 'Anomalies of all kinds.', ({ anomaly_counts, coverage, pairs }) => {
      if (pairs === 0 || unjudgedParts(coverage).length > 0) return undefined;
      return Object.values(anomaly_counts).reduce((sum, count) => sum + count, 0);
    }),
    absence: 'of some part, such as contents, not one pair could be judged',
  };
}

function anomaliesOfKind(kind: AnomalyKind): CompareMeasure {
  const part = PART_OF[kind];
  return {
    ...counted(`anomalies.${kind}`, ANOMALY_DESCRIPTIONS[kind], ({ anomaly_counts, coverage }) =>
      coverage[part].judged === 0 ? undefined : (anomaly_counts[kind] ?? 0),
    ),
    absence: `${part} could be judged of no pair`,
  };
}

export const compareMeasures: readonly CompareMeasure[] = [
  ...delayMeasures(),
  counted('pairs', 'Requests that went both ways.', ({ pairs }) => pairs, 'higher'),
  counted(
    'merged_chunks',
    'Boundaries between chunks that the gateway took away.',
    chunked(({ merged }) => merged),
  ),
  counted(
    'split_chunks',
    'Boundaries between chunks that the gateway put in.',
    chunked(({ split }) => split),
  ),
  counted(
    'lost_headers',
    'Headers of answers, each counted once, that did not come through in some pair.',
    contentCompared(({ headers }) => headers.filter(({ kind }) => kind === 'lost').length),
  ),
  counted(
    'changed_fields',
    'Fields of answers, each counted once, that are lost, added or changed in some pair.',
    contentCompared(({ fields }) => fields.length),
  ),
  allAnomalies(),
  ...ANOMALIES.map(anomaliesOfKind),
];

const byName: ReadonlyMap<string, CompareMeasure> = new Map(compareMeasures.map((measure) => [measure.name, measure]));

export const compareVocabulary: Vocabulary<JudgedComparison> = {
  names: [...byName.keys()],
  resolve: (name) => byName.get(name),
};
