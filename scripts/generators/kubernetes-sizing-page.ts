/** docs/kubernetes-sizing.md and its pictures, of k8s/base and of the figures that `npm run bench:capacity` left in docs/capacity. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { drawCharts } from '../autoscaling/charts.js';
import { sizingPage } from '../autoscaling/page.js';
import { measuredPod } from '../autoscaling/pod-figures.js';
import { allRuns, readBase } from '../autoscaling/runs.js';
import { readResults } from '../capacity/results-read.js';
import type { Generator } from './contract.js';

export const kubernetesSizingPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/kubernetes-sizing.template.md'), 'utf8');
  const base = readBase();
  const measured = measuredPod(readResults(join(packageRoot, 'docs/capacity')), base.pod, base.streamsPerPod);
  const runs = measured === undefined ? [] : allRuns(base.autoscaler, measured);
  const charts = measured === undefined ? [] : drawCharts(runs, measured, base.streamsPerPod);
  return [
    { path: 'docs/kubernetes-sizing.md', content: sizingPage(template, base, measured, runs) },
    ...charts.map(({ content, name }) => ({ path: `docs/kubernetes-sizing/${name}`, content })),
  ];
};
