/** Parts of a comparison in words, the same in the table and on the page. */
import { countText, delayText } from '../report/figure-text.js';
import { unjudgedParts } from './coverage.js';
import type {
  AddedDelay,
  CompareResult,
  DifferenceCount,
  EndingPair,
  PathResult,
  PercentileEstimate,
} from './result.js';

export const ADDED_ROWS: readonly (readonly [key: keyof CompareResult['added'], name: string])[] = [
  ['headers', 'until the head'],
  ['ttft', 'until the first token'],
  ['gap', 'per gap, mean of a stream'],
  ['e2e', 'until the end'],
  ['chunk', 'per chunk'],
];

export function intervalText({ high_ms, low_ms }: PercentileEstimate): string {
  return low_ms === null && high_ms === null ? '–' : `${delayText(low_ms)} … ${delayText(high_ms)}`;
}

/** The one sentence that a reader takes away. */
export function headline({ added }: CompareResult): string {
  const parts = [
    ['time to first token', added.ttft],
    ['each gap', added.gap],
    ['whole answer', added.e2e],
  ] as const satisfies readonly (readonly [string, AddedDelay])[];
  const known = parts.filter(([, delay]) => delay.p50.ms !== null);
  if (known.length === 0) return 'No pair is comparable in time.';
  return `Added at the median: ${known.map(([name, { p50 }]) => `${name} ${delayText(p50.ms)} ms (${intervalText(p50)})`).join(', ')}.`;
}

export function outcomesText({ outcomes }: PathResult): string {
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${countText(count)} ${outcome}`)
    .join(', ');
}

export function chunkingText({ chunking }: CompareResult): string {
  const { chunks, merged, split, streams, streams_unchanged, together_direct, together_gateway } = chunking;
  if (streams === 0) return 'no stream can be compared chunk by chunk';
  return (
    `${countText(chunks)} in ${countText(streams)} streams: ${countText(merged)} merged, ${countText(split)} split ` +
    `(${countText(streams_unchanged)} streams as they were); together in one read ${countText(together_gateway)}, ` +
    `directly ${countText(together_direct)}`
  );
}

export function contentText({ content: { compared, equal } }: CompareResult): string {
  return compared === 0 ? 'of no answer compared' : `equal in ${countText(equal)} of ${countText(compared)} answers`;
}

/** What is not known of anomalies; '' where all parts were judged. */
export function unjudgedText({ coverage }: CompareResult): string {
  const parts = unjudgedParts(coverage);
  return parts.length === 0 ? '' : `not one pair could be judged by its ${parts.join(', ')}`;
}

export function differenceText({ direct, gateway, kind, name, pairs }: DifferenceCount): string {
  const values = kind === 'lost' ? (direct ?? '') : kind === 'added' ? (gateway ?? '') : `${direct} → ${gateway}`;
  return `${kind} ${name}  ${countText(pairs)} pairs  ${values}`;
}

export function endingText({ direct, gateway, pairs }: EndingPair): string {
  return `${countText(pairs)}  ${direct} → ${gateway}`;
}
