/** docs/metrics.md: the template's prose, and every metric as it describes itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type MetricFamily, unitOf } from '../../src/telemetry/metric-family.js';
import type { SlowGenerator } from './contract.js';
import { metricsBySubject } from './metric-sources.js';

const HEAD = '| Metric | Type | Labels | Unit | Meaning |\n|---|---|---|---|---|';
const BOUNDS_HEAD = '| Histogram | Upper bounds of its buckets |\n|---|---|';

const code = (text: string): string => `\`${text}\``;

function rowOf({ help, labels, name, type }: MetricFamily): string {
  const cells = [code(name), type, labels.map(code).join(', '), unitOf(name) ?? '', help.replaceAll('|', '\\|')];
  return `| ${cells.join(' | ')} |`;
}

function boundsRow({ bounds = [], name }: MetricFamily): string {
  return `| ${code(name)} | ${bounds.join(', ')} |`;
}

export const metricsPage: SlowGenerator = async () => {
  const subjects = await metricsBySubject();
  const template = readFileSync(join(packageRoot, 'scripts/generators/metrics.template.md'), 'utf8');
  const histograms = Object.values(subjects)
    .flat()
    .filter(({ type }) => type === 'histogram');
  const content = template.replace(/<!-- ([a-z ]+) -->/g, (marker, subject: string) => {
    if (subject === 'bounds') return [BOUNDS_HEAD, ...histograms.map(boundsRow)].join('\n');
    const families = subjects[subject];
    return families === undefined ? marker : [HEAD, ...families.map(rowOf)].join('\n');
  });
  return [{ path: 'docs/metrics.md', content }];
};
