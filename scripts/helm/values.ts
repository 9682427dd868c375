/** All values of the Helm chart, in the groups and the order in which values.yaml and the documentation show them. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { configurationValues } from './configuration-values.js';
import { networkValues } from './network-values.js';
import { monitoringValues, scalingValues } from './operation-values.js';
import { nameValues, workloadValues } from './workload-values.js';

export interface ValueGroup {
  readonly title: string;
  readonly values: { readonly [key: string]: JsonSchema };
}

export const valueGroups: readonly ValueGroup[] = [
  { title: 'Configuration', values: configurationValues },
  { title: 'Pods', values: workloadValues },
  { title: 'Network', values: networkValues },
  { title: 'Scaling and disruptions', values: scalingValues },
  { title: 'Monitoring and tests', values: monitoringValues },
  { title: 'Names', values: nameValues },
];
