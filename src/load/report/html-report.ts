/** A load run's result as one page: the verdict first, then figures, then pictures of distributions and of the run over time. */
import { oracleTable } from '../oracle/table.js';
import type { RunResult } from '../result.js';
import { histogramChart, percentileChart } from './distribution-charts.js';
import { delayTable, errorKindTable, mixTable, outcomeTable, summaryRows } from './figure-tables.js';
import {
  type Banner,
  charts,
  figuresTable,
  htmlPage,
  list,
  paragraph,
  type Section,
  side,
  wordsTable,
} from './html-page.js';
import { seriesCharts, thinningNote } from './series-charts.js';
import { verdictOf } from './verdict.js';

/** The document's text: self-contained, without a script; equal results give equal bytes. */
export function htmlReport(result: RunResult): string {
  const { target, started_at, elapsed_secs, seed, version, plan, upstream } = result;
  return htmlPage({
    title: `Load on ${target}`,
    subtitle: `${started_at}, ${elapsed_secs.toFixed(1)} s, seed ${seed}`,
    banner: bannerOf(result),
    sections: [
      {
        heading: 'Why the figures may not be trusted',
        parts: [list(result.validity.reasons.map(({ message }) => message))],
      },
      assertionSection(result.assertions),
      {
        heading: 'Summary',
        parts: [
          wordsTable(
            ['', ''],
            summaryRows(result).map((cells) => ({ cells })),
          ),
        ],
      },
      delaySection(result),
      {
        heading: 'By entry of the mix',
        parts: [Object.keys(result.by_mix).length > 1 ? figuresTable(mixTable(result.by_mix), 'delays in ms') : ''],
      },
      {
        heading: 'Errors',
        parts: [side([figuresTable(outcomeTable(result.total)), figuresTable(errorKindTable(result.total))])],
      },
      distributionSection(result.plots),
      { heading: 'Over time', parts: [paragraphOf(thinningNote(result.series)), charts(seriesCharts(result.series))] },
      {
        heading: 'Seen by the upstream',
        parts: upstream === undefined ? [] : [list(oracleTable(upstream).trimEnd().split('\n'))],
      },
      { heading: 'Plan', parts: [list(plan)] },
    ],
    footer: `Made by llm-simulator ${version}. Delays count from the intended time of sending.`,
  });
}

function bannerOf(result: RunResult): Banner {
  const { word, sentence } = verdictOf(result);
  const tones = { invalid: 'bad', failed: 'bad', passed: 'good', finished: 'neutral' } as const;
  return { tone: tones[word], word, sentence };
}

/** Assertions with what was measured, for comparisons too. */
export function assertionSection(assertions: RunResult['assertions']): Section {
  const rows = assertions.map(({ assertion, passed, explanation }) => ({
    cells: [passed ? 'holds' : 'fails', assertion, explanation],
    tone: passed ? ('good' as const) : ('bad' as const),
  }));
  return { heading: 'Assertions', parts: [wordsTable(['', 'assertion', 'measured'], rows)] };
}

function delaySection(result: RunResult): Section {
  const note =
    'TTFT: time to the first token. ITL: inter-token latency, between two chunks of a stream. TPOT: time per output token, the mean of a ' +
    'stream after its first. E2E: to the end of the answer. Sent late: how late the generator itself was.';
  const table = figuresTable(delayTable(result));
  return { heading: 'Delays', parts: table === '' ? [] : [table, paragraph(note)] };
}

function distributionSection({ ttft, itl, tpot, e2e }: RunResult['plots']): Section {
  const pictures = [
    percentileChart('Percentiles of TTFT and E2E', [
      { name: 'TTFT', plot: ttft },
      { name: 'E2E', plot: e2e },
    ]),
    percentileChart('Percentiles of ITL and TPOT', [
      { name: 'ITL', plot: itl },
      { name: 'TPOT', plot: tpot },
    ]),
    histogramChart('Distribution of TTFT', ttft, 0),
    histogramChart('Distribution of ITL', itl, 2),
    histogramChart('Distribution of E2E', e2e, 1),
  ];
  return { heading: 'Distributions', parts: [charts(pictures.filter((picture) => picture !== undefined))] };
}

function paragraphOf(text: string | undefined): string {
  return text === undefined ? '' : paragraph(text);
}
