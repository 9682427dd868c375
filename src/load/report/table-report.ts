/** A run's result for a terminal or a log: plain text, no colours, nothing in it that a terminal would obey. */
import { printable } from '../../kernel/printable-text.js';
import type { RunResult } from '../result.js';
import { delayTable, errorKindTable, type FigureTable, mixTable, outcomeTable, summaryRows } from './figure-tables.js';
import { textTable } from './text-table.js';
import { verdictOf } from './verdict.js';

const NAME_WIDTH = 12;

/** All of the result but its series and plots. Ends with a line's end. */
export function tableReport(result: RunResult): string {
  const blocks = [
    headLines(result),
    summaryRows(result).map(([name, text]) => `${name.padEnd(NAME_WIDTH)}${text}`),
    tableLines(delayTable(result)),
    // With one entry it says what the total says.
    Object.keys(result.by_mix).length > 1 ? tableLines(mixTable(result.by_mix)) : [],
    tableLines(outcomeTable(result.total)),
    tableLines(errorKindTable(result.total)),
    assertionLines(result),
    verdictLines(result),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({ target, seed, started_at, plan }: RunResult): string[] {
  return [
    `load of ${printable(target)}, started ${printable(started_at)}, seed ${seed}`,
    ...plan.map((line) => `  ${printable(line)}`),
  ];
}

function tableLines({ head, rows }: FigureTable): string[] {
  if (rows.length === 0) return [];
  return textTable(
    head,
    rows.map((row) => row.map(printable)),
  );
}

function assertionLines({ assertions }: RunResult): string[] {
  return assertions.map(
    ({ passed, assertion, explanation }) =>
      `${passed ? 'holds' : 'FAILS'}  ${printable(assertion)}  (${printable(explanation)})`,
  );
}

function verdictLines(result: RunResult): string[] {
  const { word, sentence } = verdictOf(result);
  return [
    `${word.toUpperCase()}: ${sentence}`,
    ...result.validity.reasons.map(({ code, message }) => `  ${printable(code)}: ${printable(message)}`),
  ];
}
