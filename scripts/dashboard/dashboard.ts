/** The dashboard of deploy/grafana: its sections, and what can be chosen at its top. */
import { layOut } from './layout.js';
import { batching } from './sections/batching.js';
import { errors } from './sections/errors.js';
import { limits } from './sections/limits.js';
import { node } from './sections/node.js';
import { overview } from './sections/overview.js';
import { processes } from './sections/processes.js';
import { streams } from './sections/streams.js';
import { trust } from './sections/trust.js';
import { DATASOURCE } from './selections.js';

/** Of Grafana 12 and 13; a newer Grafana brings an older one up to date when it loads it. */
const SCHEMA_VERSION = 42;

function choice(name: string, label: string, query: string, several: boolean): object {
  return {
    type: 'query',
    name,
    label,
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: `choices-of-${name}` },
    refresh: 2,
    sort: 1,
    multi: several,
    includeAll: several,
    ...(several ? { allValue: '.*', current: { text: 'All', value: '$__all' } } : {}),
  };
}

const NAMES = [
  { type: 'datasource', name: 'datasource', label: 'Datasource', query: 'prometheus', refresh: 1 },
  choice('job', 'Job', 'label_values(llm_simulator_build_info, job)', false),
  choice('instance', 'Instance', 'label_values(llm_simulator_build_info{job="$job"}, instance)', true),
  choice('model', 'Model', 'label_values(llm_simulator_requests_total{job="$job"}, model)', true),
];

/** When a configuration came into effect, as lines through every panel. */
const RELOADS = {
  name: 'Reloads',
  datasource: DATASOURCE,
  enable: true,
  iconColor: 'purple',
  expr: 'changes(llm_simulator_config_generation{job="$job", instance=~"$instance"}[1m]) > 0',
  titleFormat: 'Configuration reloaded',
  textFormat: '{{instance}}',
};

/** As Grafana's JSON model. */
export function dashboardDocument(): object {
  return {
    uid: 'llm-simulator',
    title: 'LLM Simulator',
    description:
      'Traffic, delays, trust, faults, limits and processes of LLM-Simulator. Generated: edit scripts/dashboard.',
    tags: ['llm-simulator'],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    schemaVersion: SCHEMA_VERSION,
    time: { from: 'now-30m', to: 'now' },
    timepicker: {},
    fiscalYearStartMonth: 0,
    templating: { list: NAMES },
    annotations: { list: [RELOADS] },
    links: [],
    panels: layOut([overview, streams, trust, errors, limits, processes, node, batching]),
  };
}
