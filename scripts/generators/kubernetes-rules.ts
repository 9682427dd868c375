/** The rules of deploy/prometheus as a PrometheusRule for the component prometheus-operator of k8s/: one source, two ways to load them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { Generator } from './contract.js';

const RULES = 'deploy/prometheus/rules';

export const kubernetesRules: Generator = () => {
  const folder = join(packageRoot, RULES);
  if (!existsSync(folder)) return [];
  const groups = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => (parse(readFileSync(join(folder, name), 'utf8')) as { groups: unknown[] }).groups);
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'llm-simulator', labels: { app: 'llm-simulator' } },
    spec: { groups },
  };
  const head = `# Generated from ${RULES} by \`npm run generate\`: do not edit.\n`;
  return [
    {
      path: 'k8s/components/prometheus-operator/prometheus-rule.yaml',
      content: head + stringify(rule, { lineWidth: 0 }),
    },
  ];
};
