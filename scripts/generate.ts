/**
 * Writes every generated file, or with --check compares them and exits 1 naming the stale ones.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/kernel/package-root.js';
import { adminPage } from './generators/admin-page.js';
import { batchingPage } from './generators/batching-page.js';
import { capacityPage } from './generators/capacity-page.js';
import { configurationPage } from './generators/configuration-page.js';
import type { Generator, SlowGenerator } from './generators/contract.js';
import { dashboard } from './generators/dashboard.js';
import { defaultConfiguration } from './generators/default-configuration.js';
import { editorSchema } from './generators/editor-schema.js';
import { endpointsPage } from './generators/endpoints-page.js';
import { faultsPage } from './generators/faults-page.js';
import { helmChart } from './generators/helm-chart.js';
import { helmPage } from './generators/helm-page.js';
import { kubernetesRules } from './generators/kubernetes-rules.js';
import { kubernetesSizingPage } from './generators/kubernetes-sizing-page.js';
import { loadMeasuresPage } from './generators/load-measures-page.js';
import { loadPage } from './generators/load-page.js';
import { loadPlanSchema } from './generators/load-plan-schema.js';
import { metricsPage } from './generators/metrics-page.js';
import { openapiDocument } from './generators/openapi-document.js';
import { scenariosPage } from './generators/scenarios-page.js';

const generators: readonly (Generator | SlowGenerator)[] = [
  editorSchema,
  defaultConfiguration,
  configurationPage,
  openapiDocument,
  adminPage,
  batchingPage,
  capacityPage,
  endpointsPage,
  dashboard,
  faultsPage,
  kubernetesRules,
  kubernetesSizingPage,
  loadMeasuresPage,
  loadPage,
  loadPlanSchema,
  metricsPage,
  scenariosPage,
  helmChart,
  helmPage,
];

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(packageRoot, path), 'utf8');
  } catch {
    return undefined;
  }
}

const files = (await Promise.all(generators.map((generate) => generate()))).flat();
const stale = files.filter(({ path, content }) => contentOf(path) !== content);

if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`stale: ${path} (run npm run generate)`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, content } of stale) {
    mkdirSync(dirname(join(packageRoot, path)), { recursive: true });
    writeFileSync(join(packageRoot, path), content);
    console.log(`wrote ${path}`);
  }
}
