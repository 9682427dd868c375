/** Values of the Helm chart for running it: scaling, disruptions, monitoring, the test of a release. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import {
  duration,
  flag,
  integer,
  kubernetesList,
  kubernetesObject,
  podCount,
  section,
  stringMap,
  text,
} from './value-forms.js';

const percentage = (description: string, fallback: number | null) => integer(description, [1, 1_000], fallback);

/** Streams last for minutes: pods come at once with the load, and go slowly and few at a time. */
const behavior = {
  scaleUp: {
    stabilizationWindowSeconds: 60,
    policies: [{ type: 'Percent', value: 100, periodSeconds: 30 }],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }],
  },
};

export const scalingValues: { readonly [key: string]: JsonSchema } = {
  autoscaling: section('How many pods there are. See docs/kubernetes-sizing.md.', {
    enabled: flag('Whether a HorizontalPodAutoscaler decides.', true),
    minReplicas: integer('Fewest pods.', [1, 1_000], 3),
    maxReplicas: integer('Most pods.', [1, 1_000], 20),
    targetCPUUtilizationPercentage: percentage(
      'Share of the requested CPU that pods should use; null leaves it out.',
      70,
    ),
    targetMemoryUtilizationPercentage: percentage(
      'Share of the requested memory that pods should use; null leaves it out.',
      80,
    ),
    targetActiveStreamsPerPod: integer(
      "Open streams that a pod should have; null leaves it out. It needs an adapter that serves Prometheus' metrics to the autoscaler.",
      [1, 1_000_000],
      null,
    ),
    activeStreamsMetric: text('The name under which the adapter serves them.', 'llm_simulator_active_streams'),
    behavior: kubernetesObject('HorizontalPodAutoscalerBehavior', 'How fast pods come and go.', behavior),
  }),
  pdb: section('How many pods may be away while nodes are drained.', {
    enabled: flag(
      'Whether there is a PodDisruptionBudget. None is made where it would keep every pod from ever being moved.',
      true,
    ),
    minAvailable: podCount('Pods that stay; null where maxUnavailable is meant.', 2),
    maxUnavailable: podCount('Pods that may be away.', null),
    unhealthyPodEvictionPolicy: text(
      'Whether pods that are not ready may be moved: AlwaysAllow or IfHealthyBudget.',
      'AlwaysAllow',
    ),
  }),
};

export const monitoringValues: { readonly [key: string]: JsonSchema } = {
  serviceMonitor: section('Scraping by the Prometheus operator, whose types the cluster must have.', {
    enabled: flag('Whether there is a ServiceMonitor. Without one, annotations of the pods ask to be scraped.', false),
    labels: stringMap('Labels by which a Prometheus selects it.'),
    interval: duration(
      'Time from one scrape to the next; saturation, which lasts some ten seconds, is missed by much longer ones.',
      '5s',
    ),
    scrapeTimeout: duration('Time that a scrape may take; no longer than the interval.', '4s'),
    relabelings: kubernetesList('RelabelConfig', "Changes of the target's labels."),
    metricRelabelings: kubernetesList('RelabelConfig', "Changes of the metrics' labels."),
  }),
  prometheusRule: section('Recording and alert rules for the Prometheus operator: those of deploy/prometheus/rules.', {
    enabled: flag('Whether there is a PrometheusRule.', false),
    labels: stringMap('Labels by which a Prometheus selects it.'),
    extraGroups: kubernetesList('RuleGroup', 'Groups of rules of your own.'),
  }),
  grafanaDashboard: section('The dashboard of deploy/grafana, for a Grafana whose sidecar looks for ConfigMaps.', {
    enabled: flag('Whether there is a ConfigMap with it.', false),
    labels: stringMap('Labels by which the sidecar finds it.', { grafana_dashboard: '1' }),
    annotations: stringMap('Annotations, such as the folder that the sidecar puts it in.'),
  }),
  tests: section("`helm test`: a pod that checks the probes and asks for a completion, with the image's own Node.", {
    enabled: flag('Whether there is one.', true),
    model: { type: 'string', description: 'The model that it asks.', minLength: 1, default: 'gpt-4o-mini' },
    timeoutSeconds: integer('Seconds that it may take.', [5, 3_600], 120),
  }),
  extraObjects: kubernetesList(
    'object',
    'More objects to install with the release, such as an ExternalSecret. Each is rendered as a template.',
  ),
};
