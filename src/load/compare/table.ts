/** A comparison for a terminal: what the gateway adds, what it does to chunks and answers, and what is to be looked at. */

import { printable } from '../../kernel/printable-text.js';
import { oracleTable } from '../oracle/table.js';
import { delayText } from '../report/figure-text.js';
import { textTable } from '../report/text-table.js';
import { ANOMALY_DESCRIPTIONS } from './anomaly-descriptions.js';
import {
  ADDED_ROWS,
  chunkingText,
  contentText,
  differenceText,
  endingText,
  intervalText,
  outcomesText,
  unjudgedText,
} from './report-words.js';
import type { AnomalyKind, CompareResult } from './result.js';

const LISTED_MAX = 10;

export function compareTable(result: CompareResult): string {
  const lines = [
    ...head(result),
    '',
    ...addedTable(result),
    '',
    ...rows(result),
    ...listed('headers that differ', result.headers.map(differenceText)),
    ...listed('fields that differ', result.fields.map(differenceText)),
    ...listed('endings', result.endings.length > 1 ? result.endings.map(endingText) : []),
    ...anomalies(result),
    ...(result.upstream === null
      ? []
      : ['', 'upstream', ...oracleTable(result.upstream).trimEnd().split('\n').map(indented)]),
    ...verdict(result),
  ];
  // Words of answers stand in it.
  return `${lines.map(printable).join('\n')}\n`;
}

function head({ direct, elapsed_secs, gateway, ground, pairs, plan }: CompareResult): string[] {
  return [
    `direct    ${direct.url}  ${outcomesText(direct)}`,
    `gateway   ${gateway.url}  ${outcomesText(gateway)}`,
    ...plan.map((line) => `plan      ${line}`),
    `pairs     ${pairs} in ${elapsed_secs.toFixed(1)} s`,
    `ground    ${ground.explanation}`,
  ];
}

function addedTable({ added }: CompareResult): string[] {
  return textTable(
    ['added by the gateway, ms', 'p50', '95 % interval', 'p90', '95 % interval', 'p99', 'pairs'],
    ADDED_ROWS.map(([key, name]) => {
      const { p50, p90, p99, pairs } = added[key];
      return [
        name,
        delayText(p50.ms),
        intervalText(p50),
        delayText(p90.ms),
        intervalText(p90),
        delayText(p99.ms),
        String(pairs),
      ];
    }),
  );
}

function rows(result: CompareResult): string[] {
  const { cancellations } = result;
  return [
    `chunks    ${chunkingText(result)}`,
    `content   ${contentText(result)}`,
    ...(cancellations.requests === 0
      ? []
      : [
          `left      ${cancellations.requests} clients left: ${cancellations.reached} reached the upstream, ` +
            `${cancellations.lost} did not in time, of ${cancellations.unknown} nothing is known`,
        ]),
  ];
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, LISTED_MAX).map(indented);
  const more = lines.length > LISTED_MAX ? [indented(`and ${lines.length - LISTED_MAX} more: --json has them`)] : [];
  return ['', title, ...shown, ...more];
}

function anomalies(result: CompareResult): string[] {
  const { anomalies: found, anomaly_counts } = result;
  const kinds = Object.entries(anomaly_counts) as [AnomalyKind, number][];
  const unjudged = unjudgedText(result);
  const note = unjudged === '' ? '' : `, but ${unjudged}`;
  if (kinds.length === 0) return ['', `no anomalies${note}`];
  return [
    '',
    `anomalies${note}`,
    ...kinds.flatMap(([kind, count]) => [
      indented(`${count} ${kind}: ${ANOMALY_DESCRIPTIONS[kind]}`),
      ...found
        .filter((anomaly) => anomaly.kind === kind)
        .slice(0, 3)
        .map(({ key, message }) => indented(indented(`${key}: ${message}`))),
    ]),
  ];
}

function verdict({ assertions, validity, warnings }: CompareResult): string[] {
  return [
    ...(warnings.length === 0 ? [] : ['', ...warnings.map(({ code, message }) => `warning  ${message} [${code}]`)]),
    ...(validity.valid ? [] : ['', ...validity.reasons.map(({ code, message }) => `INVALID  ${message} [${code}]`)]),
    ...(assertions.length === 0 ? [] : ['']),
    ...assertions.map(
      ({ assertion, explanation, passed }) => `${passed ? 'ok     ' : 'FAILED '}  ${assertion}: ${explanation}`,
    ),
  ];
}

const indented = (line: string): string => `  ${line}`;
