/**
 * What of the Helm chart follows from other sources: its version from package.json, its values and their schema from scripts/helm and the
 * configuration's schema, its rules and dashboards from those beside it in deploy/, which a chart cannot reach outside of its own folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { chartFile } from '../helm/chart-file.js';
import { simulatorDefaults } from '../helm/simulator-defaults.js';
import { valueGroups } from '../helm/values.js';
import { valuesFile } from '../helm/values-file.js';
import { valuesSchema } from '../helm/values-schema.js';
import type { GeneratedFile, Generator } from './contract.js';
import { dashboard } from './dashboard.js';

export const chartFolder = 'deploy/helm/llm-simulator';

const rulesFolder = 'deploy/prometheus/rules';

function rules(): GeneratedFile[] {
  return readdirSync(join(packageRoot, rulesFolder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      path: `${chartFolder}/files/rules/${name}`,
      content: readFileSync(join(packageRoot, rulesFolder, name), 'utf8'),
    }));
}

/** From its source, not from the file beside it, which the same run may be about to write. */
function dashboards(): GeneratedFile[] {
  return dashboard().map(({ content, path }) => ({
    path: `${chartFolder}/files/dashboards/${basename(path)}`,
    content,
  }));
}

export const helmChart: Generator = () => [
  { path: `${chartFolder}/Chart.yaml`, content: chartFile() },
  { path: `${chartFolder}/values.yaml`, content: valuesFile(valueGroups) },
  { path: `${chartFolder}/values.schema.json`, content: `${JSON.stringify(valuesSchema(valueGroups), null, 2)}\n` },
  { path: `${chartFolder}/files/defaults.yaml`, content: simulatorDefaults() },
  ...rules(),
  ...dashboards(),
];
