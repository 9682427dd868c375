/** docs/capacity.md and its pictures, of the figures that `npm run bench:capacity` left in docs/capacity. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { drawCharts } from '../capacity/charts.js';
import { capacityPage as pageOf } from '../capacity/page.js';
import { readResults } from '../capacity/results-read.js';
import type { Generator } from './contract.js';

export const capacityPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/capacity.template.md'), 'utf8');
  const results = readResults(join(packageRoot, 'docs/capacity'));
  const charts = drawCharts(results).map(({ name, content }) => ({ path: `docs/capacity/${name}`, content }));
  return [{ path: 'docs/capacity.md', content: pageOf(template, results) }, ...charts];
};
