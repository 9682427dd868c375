/** A comparison as one file for a browser: the same figures as the table, and plots of what the gateway adds. */
import { oracleTable } from '../oracle/table.js';
import { delayText } from '../report/figure-text.js';
import {
  CHART_HEIGHT,
  CHART_WIDTH,
  charts,
  figuresTable,
  htmlPage,
  list,
  paragraph,
  type WordRow,
  wordsTable,
} from '../report/html-page.js';
import { lineChart } from '../report/plots/line-chart.js';
import { verdictOf } from '../report/verdict.js';
import type { DelayPlot } from '../result.js';
import { ANOMALY_DESCRIPTIONS } from './anomaly-descriptions.js';
import {
  ADDED_ROWS,
  chunkingText,
  contentText,
  headline,
  intervalText,
  outcomesText,
  unjudgedText,
} from './report-words.js';
import type { CompareResult, DifferenceCount } from './result.js';

export function compareHtml(result: CompareResult): string {
  const { direct, elapsed_secs, gateway, pairs, plan, started_at, upstream, version } = result;
  return htmlPage({
    title: `${gateway.url} against ${direct.url}`,
    subtitle: `${pairs} pairs in ${elapsed_secs.toFixed(1)} s, ${started_at}. ${plan.join(' · ')}`,
    banner: bannerOf(result),
    sections: [
      { heading: 'Assertions', parts: [assertions(result)] },
      { heading: 'Warnings', parts: [list(result.warnings.map(({ message }) => message))] },
      { heading: 'Added by the gateway', parts: [addedTable(result), charts(pictures(result)), paragraph(METHOD)] },
      {
        heading: 'Chunks and content',
        parts: [list([chunkingText(result), `content ${contentText(result)}`]), paragraph(result.ground.explanation)],
      },
      { heading: 'Anomalies', parts: [anomalyCounts(result), unjudged(result), anomalyList(result)] },
      { heading: 'Endings', parts: [endings(result)] },
      { heading: 'Headers that differ', parts: [differences(result.headers)] },
      { heading: 'Fields that differ', parts: [differences(result.fields)] },
      {
        heading: 'Seen by the upstream',
        parts: upstream === null ? [] : [list(oracleTable(upstream).trimEnd().split('\n'))],
      },
    ],
    footer: `llm-simulator ${version}, seed ${result.seed}, ${result.concurrency} pairs at once`,
  });
}

const METHOD =
  'Intervals hold with 95 % confidence. They lie between values of the ordered sample, by the binomial distribution, whatever the ' +
  'distribution of the delays is; chunks of one stream are no independent draws and have none.';

function bannerOf(result: CompareResult): Parameters<typeof htmlPage>[0]['banner'] {
  const { assertions: judged, validity } = result;
  const { word } = verdictOf(result);
  if (!validity.valid)
    return { tone: 'bad', word, sentence: validity.reasons.map(({ message }) => message).join('; ') };
  if (word === 'failed') return { tone: 'bad', word, sentence: headline(result) };
  return {
    tone: judged.length > 0 ? 'good' : 'neutral',
    word: judged.length > 0 ? 'passed' : 'compared',
    sentence: headline(result),
  };
}

function addedTable({ added }: CompareResult): string {
  return figuresTable({
    head: ['ms', 'p50', '95 % interval', 'p90', '95 % interval', 'p99', '95 % interval', 'values'],
    rows: ADDED_ROWS.map(([key, name]) => {
      const { p50, p90, p99, pairs } = added[key];
      const percentiles = [p50, p90, p99].flatMap((estimate) => [delayText(estimate.ms), intervalText(estimate)]);
      return [name, ...percentiles, String(pairs)];
    }),
  });
}

function pictures({ plots }: CompareResult): string[] {
  return [
    ...curve('Added until the first token', plots.ttft),
    ...curve('Added per gap, mean of a stream', plots.gap),
    ...curve('Added until a chunk is there', plots.chunk),
    ...curve('Added until the end', plots.e2e),
  ];
}

function curve(title: string, { percentiles }: DelayPlot): string[] {
  if (percentiles.length === 0) return [];
  return [
    lineChart({
      title,
      x: { label: 'percentile' },
      y: { label: 'ms' },
      series: [{ name: '', points: percentiles.map(({ ms, percentile }) => [percentile, ms]) }],
      width: CHART_WIDTH,
      height: CHART_HEIGHT,
      carriesStyle: false,
    }),
  ];
}

function anomalyCounts({ anomaly_counts }: CompareResult): string {
  const rows = Object.entries(anomaly_counts).map(([kind, count]): WordRow => {
    return {
      cells: [kind, String(count), ANOMALY_DESCRIPTIONS[kind as keyof typeof ANOMALY_DESCRIPTIONS]],
      tone: 'bad',
    };
  });
  return rows.length === 0 ? paragraph('None.') : wordsTable(['kind', 'requests', ''], rows);
}

function unjudged(result: CompareResult): string {
  const text = unjudgedText(result);
  return text === '' ? '' : paragraph(`Not everything is known: ${text}.`);
}

function anomalyList({ anomalies }: CompareResult): string {
  return wordsTable(
    ['kind', 'request', 'what'],
    anomalies.map(({ key, kind, message }) => ({ cells: [kind, key, message] })),
  );
}

function endings({ direct, endings: pairs, gateway }: CompareResult): string {
  const rows = pairs.map((ending) => ({ cells: [ending.direct, ending.gateway, String(ending.pairs)] }));
  return wordsTable(
    ['direct', 'gateway', 'pairs'],
    rows,
    `direct: ${outcomesText(direct)}; gateway: ${outcomesText(gateway)}`,
  );
}

function differences(found: readonly DifferenceCount[]): string {
  return wordsTable(
    ['', 'name', 'pairs', 'direct', 'gateway'],
    found.map(({ direct, gateway, kind, name, pairs }) => ({
      cells: [kind, name, String(pairs), direct ?? '', gateway ?? ''],
    })),
  );
}

function assertions({ assertions: judged }: CompareResult): string {
  const rows = judged.map(({ assertion, explanation, passed }): WordRow => {
    return { cells: [passed ? 'passed' : 'failed', assertion, explanation], tone: passed ? 'good' : 'bad' };
  });
  return wordsTable(['', 'assertion', ''], rows);
}
