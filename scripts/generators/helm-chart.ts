/**
 * What of the Helm chart follows from other sources: its version from package.json, its values and their schema from scripts/helm and the
 * configuration's schema, its rules and dashboards from those beside it in deploy/, which a chart cannot reach outside of its own folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { chartFile } from '../helm/chart-file.js';
import { simulatorDefaults } from '../helm/simulator-defaults.js';
import { valueGroups } from '../helm/values.js';
import { valuesFile } from '../helm/values-file.js';
import { valuesSchema } from '../helm/values-schema.js';
import type { GeneratedFile, Generator } from './contract.js';

export const chartFolder = 'deploy/helm/llm-simulator';

/** Folders of files that are copied as they are, and where in the chart to. */
const copies = [
  { from: 'deploy/prometheus/rules', to: 'files/rules', ending: '.yaml' },
  { from: 'deploy/grafana/dashboards', to: 'files/dashboards', ending: '.json' },
] as const;

function copiesOf({ from, to, ending }: (typeof copies)[number]): GeneratedFile[] {
  if (!existsSync(join(packageRoot, from))) return [];
  return readdirSync(join(packageRoot, from))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({
      path: `${chartFolder}/${to}/${name}`,
      content: readFileSync(join(packageRoot, from, name), 'utf8'),
    }));
}

export const helmChart: Generator = () => [
  { path: `${chartFolder}/Chart.yaml`, content: chartFile() },
  { path: `${chartFolder}/values.yaml`, content: valuesFile(valueGroups) },
  { path: `${chartFolder}/values.schema.json`, content: `${JSON.stringify(valuesSchema(valueGroups), null, 2)}\n` },
  { path: `${chartFolder}/files/defaults.yaml`, content: simulatorDefaults() },
  ...copies.flatMap(copiesOf),
];
