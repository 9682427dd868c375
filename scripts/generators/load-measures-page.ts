/** docs/load-measures.md: the template's prose, and the measures of a load run as the tables have them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { Measure } from '../../src/load/assertions/contract.js';
import { delayKinds, figureMeasures, runMeasures, statistics } from '../../src/load/assertions/load-measures.js';
import { failureOutcomes } from '../../src/load/assertions/load-vocabulary.js';
import type { Outcome } from '../../src/load/contract.js';
import type { Generator } from './contract.js';

const UNITS = { ms: 'delay', share: 'share', per_second: 'rate', count: 'count' };

const OUTCOMES: { readonly [outcome in Exclude<Outcome, 'complete' | 'cancelled'>]: string } = {
  http_error: 'a status other than 2xx, with a body that was read to its end',
  connect_failed: 'no connection',
  no_answer: 'the connection ended before the answer’s head',
  broken_off: 'a body or stream that was reset, or ended before HTTP’s own end of it',
  no_terminal_event: 'a stream that ended as HTTP ends, without the API’s terminal event',
  error_event: 'an error event within a stream',
  malformed: 'a body or event that is no JSON, or not of the API’s shape',
  wrong_usage: 'usage that is missing where it was due, negative, or whose total is not the sum of its parts',
  timeout: 'longer than the plan’s timeout',
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;

/** One row for all statistics of a delay, one for each other measure. */
function measureTable<Document>(measures: readonly Measure<Document>[]): string {
  const rows = measures.flatMap(({ name, unit, better, description }) => {
    const kind = delayKinds.find((one) => name.startsWith(`${one.name}_`));
    if (kind === undefined) return [[code(name), UNITS[unit], better === 'neither' ? '' : better, description]];
    const isFirst = name === `${kind.name}_${statistics[0].suffix}`;
    return isFirst
      ? [
          [
            `${code(`${kind.name}_`)}*statistic*`,
            UNITS[unit],
            better,
            `${kind.of[0].toUpperCase()}${kind.of.slice(1)}.`,
          ],
        ]
      : [];
  });
  return table(['Measure', 'Kind', 'Better', ''], rows);
}

const PARTS: { readonly [marker: string]: () => string } = {
  outcomes: () =>
    table(
      ['Outcome', 'How the request ended'],
      failureOutcomes.map((outcome) => [code(outcome), OUTCOMES[outcome]]),
    ),
  'figure measures': () => measureTable(figureMeasures),
  statistics: () =>
    table(
      ['Statistic', ''],
      statistics.map(({ suffix, description }) => [code(suffix), description]),
    ),
  'run measures': () => measureTable(runMeasures),
};

export const loadMeasuresPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/load-measures.template.md'), 'utf8');
  const content = template.replace(/<!-- ([a-z ]+) -->/g, (marker, name: string) => PARTS[name]?.() ?? marker);
  return [{ path: 'docs/load-measures.md', content }];
};
