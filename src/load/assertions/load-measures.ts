/**
 * The measures of a load run: those of all requests or of one entry of the mix, and those of the run as a whole. The page about measures is
 * written from these tables.
 */
import type { DelayFigures, Figures, RunResult } from '../result.js';
import type { Measure } from './contract.js';

/** What assertions of a run are judged by: its result, as far as it is known before they are. */
export type JudgedRun = Pick<RunResult, 'total' | 'by_mix' | 'lateness' | 'not_sent'>;

const NOTHING_JUDGED = 'no request ended that was not cancelled';

interface DelayKind<Name extends string> {
  readonly name: Name;
  /** To be read behind a statistic: `Median of …`. */
  readonly of: string;
  readonly absence: string;
}

const DELAYS: readonly DelayKind<'ttft' | 'itl' | 'tpot' | 'e2e'>[] = [
  { name: 'ttft', of: 'the time to first token', absence: 'no stream with content was complete' },
  { name: 'itl', of: 'the time between two chunks of a stream', absence: 'no stream of two chunks was complete' },
  {
    name: 'tpot',
    of: 'the time per output token',
    absence: 'no stream of two chunks was complete and said how many tokens they were',
  },
  { name: 'e2e', of: 'the time to the end of the answer', absence: 'no request was complete' },
];

const LATENESS: DelayKind<'late'> = {
  name: 'late',
  of: 'how much later than intended the generator sent',
  absence: 'no request ended',
};

/** What has statistics. */
export const delayKinds: readonly DelayKind<string>[] = [...DELAYS, LATENESS];

interface Statistic {
  readonly suffix: string;
  readonly description: string;
  readonly read: (delays: DelayFigures) => number;
}

export const statistics: readonly Statistic[] = [
  { suffix: 'mean', description: 'Mean', read: ({ mean_ms }) => mean_ms },
  { suffix: 'min', description: 'Least', read: ({ min_ms }) => min_ms },
  { suffix: 'max', description: 'Greatest', read: ({ max_ms }) => max_ms },
  { suffix: 'p50', description: 'Median', read: ({ p50_ms }) => p50_ms },
  { suffix: 'p75', description: '75th percentile', read: ({ p75_ms }) => p75_ms },
  { suffix: 'p90', description: '90th percentile', read: ({ p90_ms }) => p90_ms },
  { suffix: 'p95', description: '95th percentile', read: ({ p95_ms }) => p95_ms },
  { suffix: 'p99', description: '99th percentile', read: ({ p99_ms }) => p99_ms },
  { suffix: 'p99_9', description: '99.9th percentile', read: ({ p99_9_ms }) => p99_9_ms },
];

function delayMeasures<Document>(
  { name, of, absence }: DelayKind<string>,
  delaysOf: (document: Document) => DelayFigures,
): Measure<Document>[] {
  return statistics.map(({ suffix, description, read }) => ({
    name: `${name}_${suffix}`,
    unit: 'ms',
    better: 'lower',
    description: `${description} of ${of}.`,
    read: (document) => {
      const delays = delaysOf(document);
      return delays.count === 0 ? undefined : read(delays);
    },
    absence,
  }));
}

type FigureMeasure = Measure<Figures>;

const always = 'there is always one';

function counted(
  name: 'requests' | 'complete' | 'cancelled' | 'errors' | 'input_tokens' | 'output_tokens',
  better: FigureMeasure['better'],
  description: string,
): FigureMeasure {
  return { name, unit: 'count', better, description, read: (figures) => figures[name], absence: always };
}

function rated(name: 'request_rate' | 'output_token_rate', description: string): FigureMeasure {
  return { name, unit: 'per_second', better: 'higher', description, read: (figures) => figures[name], absence: always };
}

function userRate(statistic: 'mean' | 'p50' | 'p05', description: string): FigureMeasure {
  return {
    name: `tokens_per_second_per_user_${statistic}`,
    unit: 'per_second',
    better: 'higher',
    description: `${description} over streams of their output tokens per second after the first, from the first chunk to the last.`,
    read: (figures) => {
      const value = figures.tokens_per_second_per_user[statistic];
      return value > 0 ? value : undefined;
    },
    absence: 'no stream of two chunks was complete and said how many tokens they were',
  };
}

/** Of requests that were not cancelled; without any there is no share. */
function isJudged({ requests, cancelled }: Figures): boolean {
  return requests > cancelled;
}

/** Of all requests, and of each entry of the mix behind its name. */
export const figureMeasures: readonly FigureMeasure[] = [
  ...DELAYS.flatMap((kind) => delayMeasures<Figures>(kind, (figures) => figures[kind.name])),
  {
    name: 'error_rate',
    unit: 'share',
    better: 'lower',
    description: 'Requests that failed, of those that were not cancelled.',
    read: (figures) => (isJudged(figures) ? figures.error_rate : undefined),
    absence: NOTHING_JUDGED,
  },
  counted('errors', 'lower', 'Requests that failed.'),
  {
    name: 'goodput',
    unit: 'share',
    better: 'higher',
    description: 'Requests that were complete and within every objective, of those that were not cancelled.',
    read: (figures) => (isJudged(figures) ? figures.goodput_share : undefined),
    absence: `the plan has no objectives, or ${NOTHING_JUDGED}`,
  },
  {
    name: 'goodput_rate',
    unit: 'per_second',
    better: 'higher',
    description: 'The same per second.',
    read: (figures) => figures.goodput_rate,
    absence: 'the plan has no objectives',
  },
  counted('requests', 'neither', 'Requests that ended, in whatever way.'),
  counted('complete', 'higher', 'Requests whose answer was complete.'),
  counted('cancelled', 'neither', 'Requests that the client gave up, as the plan asked.'),
  rated('request_rate', 'Requests that ended per second, in whatever way.'),
  counted('input_tokens', 'neither', 'Tokens of prompts, as the answers tell them.'),
  counted('output_tokens', 'neither', 'Tokens of answers, as they tell them.'),
  rated('output_token_rate', 'Tokens of answers per second.'),
  userRate('mean', 'Mean'),
  userRate('p50', 'Median'),
  userRate('p05', '5th percentile'),
];

/** Of the run as a whole alone. */
export const runMeasures: readonly Measure<JudgedRun>[] = [
  ...delayMeasures<JudgedRun>(LATENESS, (run) => run.lateness),
  {
    name: 'not_sent',
    unit: 'count',
    better: 'lower',
    description: 'Arrivals that found as many requests in flight as the plan allows.',
    read: (run) => run.not_sent,
    absence: always,
  },
];
