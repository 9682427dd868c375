/** deploy/grafana/dashboards/llm-simulator.json: the dashboard, as Grafana loads it. Its source is scripts/dashboard. */
import { dashboardDocument } from '../dashboard/dashboard.js';
import type { Generator } from './contract.js';

export const dashboard: Generator = () => [
  {
    path: 'deploy/grafana/dashboards/llm-simulator.json',
    content: `${JSON.stringify(dashboardDocument(), null, 2)}\n`,
  },
];
