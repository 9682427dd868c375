/** What deploy/prometheus and deploy/grafana hold, read as Prometheus and Grafana read it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';

export const rulesFolder = join(packageRoot, 'deploy/prometheus/rules');
export const promtoolTestsFolder = join(packageRoot, 'deploy/prometheus/tests');

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

export interface DashboardPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly thresholds?: { readonly steps: unknown } };
  };
  readonly options?: { readonly yAxis?: { readonly unit?: string } };
  readonly targets?: readonly Target[];
  readonly panels?: readonly DashboardPanel[];
}

interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly DashboardPanel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

/** A file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(packageRoot, path), 'utf8');
}

/** A YAML file of the repository; the caller knows what it holds. */
export function yamlOf<Content>(path: string): Content {
  return parse(textOf(path), { merge: true });
}

export const ruleFileNames = readdirSync(rulesFolder);

const rules = ruleFileNames.flatMap((name) =>
  yamlOf<RuleFile>(`deploy/prometheus/rules/${name}`).groups.flatMap((group) => group.rules),
);
export const alerts = rules.filter(({ alert }) => alert !== undefined);
export const records = rules.filter(({ record }) => record !== undefined);

export const dashboard: Dashboard = JSON.parse(textOf('deploy/grafana/dashboards/llm-simulator.json'));

/** The panels that ask for something, those of collapsed rows included. */
export const panels = dashboard.panels
  .flatMap((panel) => [panel, ...(panel.panels ?? [])])
  .filter(({ type }) => type !== 'row');

/** What the dashboard asks for, by the place that asks: its panels, the choices at its top and its annotations. */
export function dashboardQueries(): ReadonlyMap<string, string> {
  const queries = new Map<string, string>();
  for (const { targets = [], title } of panels)
    for (const { expr, refId } of targets) queries.set(`panel ${title} ${refId}`, expr);
  for (const { definition, name } of dashboard.templating.list)
    if (definition !== undefined) queries.set(`choice of ${name}`, queryOfChoice(definition));
  for (const [index, { expr }] of dashboard.annotations.list.entries()) queries.set(`annotation ${index}`, expr);
  return queries;
}

function queryOfChoice(definition: string): string {
  const match = /^label_values\((.*), (\w+)\)$/.exec(definition);
  if (match === null) throw new Error(`no label_values(): ${definition}`);
  return `group by (${match[2]}) (${match[1]})`;
}

/** A query of the dashboard with everything chosen, as Grafana would send it. */
export function withEverythingChosen(expr: string, rateInterval: string): string {
  const chosen: { readonly [name: string]: string } = {
    __rate_interval: rateInterval,
    job: 'llm-simulator',
    instance: '.*',
    model: '.*',
  };
  return expr.replace(/\$(\w+)/g, (_, name: string) => {
    if (!(name in chosen)) throw new Error(`nothing is chosen for $${name} in ${expr}`);
    return chosen[name];
  });
}

/** The names of metrics in a query that come from a node, as families: a histogram's without _bucket, _sum and _count. */
export function metricsIn(expr: string): string[] {
  const names = expr.replace(/\w+:\w+:\w+/g, '').match(/\b(llm_simulator|process|nodejs|gen_ai)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
}

/** The names of recorded series in a query. */
export function recordsIn(expr: string): string[] {
  return expr.match(/\w+:\w+:\w+/g) ?? [];
}
