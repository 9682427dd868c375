/** Values of the Helm chart that make the Deployment and its pods. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import {
  choice,
  flag,
  integer,
  kubernetesList,
  kubernetesObject,
  objectName,
  section,
  stringMap,
  text,
} from './value-forms.js';

const nameWord = (description: string): JsonSchema => ({
  type: 'string',
  description,
  maxLength: 53,
  pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
  default: '',
});

/** Times of a probe, in seconds. */
function probe(
  description: string,
  [periodSeconds, timeoutSeconds, failureThreshold]: readonly [number, number, number],
) {
  return section(description, {
    periodSeconds: integer('Seconds from one look to the next.', [1, 3_600], periodSeconds),
    timeoutSeconds: integer('Seconds that an answer may take.', [1, 3_600], timeoutSeconds),
    failureThreshold: integer('How many looks in a row have to fail.', [1, 1_000], failureThreshold),
  });
}

export const nameValues: { readonly [key: string]: JsonSchema } = {
  nameOverride: nameWord("In place of the chart's name in labels and names."),
  fullnameOverride: nameWord("The name of all objects, in place of the release's and the chart's."),
  commonLabels: stringMap('Labels for every object.'),
};

export const workloadValues: { readonly [key: string]: JsonSchema } = {
  replicaCount: integer('Pods, where autoscaling is off.', [0, 1_000], 3),
  image: section('What the pods run.', {
    repository: {
      type: 'string',
      description: 'Where the image is.',
      minLength: 1,
      default: 'ghcr.io/llm-devops/llm-simulator',
    },
    tag: {
      type: 'string',
      description: "Its tag; empty is the chart's appVersion.",
      pattern: '^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$',
      default: '',
    },
    digest: {
      type: 'string',
      description: 'Its digest, which decides where it is given.',
      pattern: '^(sha256:[0-9a-f]{64})?$',
      default: '',
    },
    pullPolicy: choice('When nodes fetch it.', ['IfNotPresent', 'Always', 'Never']),
  }),
  imagePullSecrets: {
    type: 'array',
    title: 'list of names',
    description: 'Secrets that are needed to fetch it.',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string', minLength: 1, description: 'Name of a Secret.' } },
    },
    default: [],
  },
  resources: kubernetesObject(
    'ResourceRequirements',
    'What a pod gets. The limit on CPU also decides how many acceptor processes a pod has, unless config.server.workers does.',
    { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '2000m', memory: '2Gi' } },
  ),
  heapMegabytes: integer(
    "Most memory of each heap: the primary's, each acceptor's, each worker thread's. A heap that outgrows it ends one process, which is replaced; the limit on memory would end the pod. null leaves it to Node.",
    [64, 65_536],
    384,
  ),
  terminationGracePeriodSeconds: integer(
    'How long a pod has to end its streams. null is config.server.lame_duck_secs + shutdown_timeout_secs + the margin below; less than the former two together is refused.',
    [1, 86_400],
    null,
  ),
  terminationGraceMarginSeconds: integer(
    'What is added to the time for draining, for streams that are cut and connections that are closed at its end.',
    [5, 3_600],
    10,
  ),
  probes: section(
    "Kubernetes' probes. They go to the metrics port, which streams never delay, or to the HTTP port where there is none.",
    {
      startup: probe(
        'Until it has passed once, the others wait: all processes have their threads running.',
        [1, 2, 60],
      ),
      liveness: probe('A pod that fails it is restarted.', [10, 5, 3]),
      readiness: probe(
        'A pod that fails it gets no new connections. Above the time in which a lost process is replaced.',
        [2, 2, 5],
      ),
    },
  ),
  updateStrategy: kubernetesObject(
    'DeploymentStrategy',
    'How pods are replaced: by default a new one serves before an old one leaves.',
    {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    },
  ),
  progressDeadlineSeconds: integer(
    'Seconds without progress after which an update counts as failed.',
    [10, 86_400],
    300,
  ),
  revisionHistoryLimit: integer('Old ReplicaSets that are kept for a rollback.', [0, 100], 5),
  serviceAccount: section('Who the pods are. They never talk to the Kubernetes API.', {
    create: flag('Whether the chart makes the ServiceAccount.', true),
    name: objectName('Its name; empty is that of all objects, or "default" where none is made.'),
    annotations: stringMap('Annotations of the ServiceAccount.'),
    automountServiceAccountToken: flag('Whether pods get a token for the Kubernetes API.', false),
  }),
  podAnnotations: stringMap('Annotations of the pods.'),
  podLabels: stringMap('Labels of the pods.'),
  podSecurityContext: kubernetesObject('PodSecurityContext', 'Under which user the pods run.', {
    runAsNonRoot: true,
    runAsUser: 1_000,
    runAsGroup: 1_000,
    fsGroup: 1_000,
    seccompProfile: { type: 'RuntimeDefault' },
  }),
  securityContext: kubernetesObject('SecurityContext', 'What the container may do.', {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1_000,
    runAsGroup: 1_000,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  }),
  extraEnv: kubernetesList('EnvVar', 'More environment variables; LLM_SIM__SECTION__KEY covers what config says.'),
  extraEnvFrom: kubernetesList('EnvFromSource', 'Secrets and ConfigMaps whose keys become environment variables.'),
  extraVolumes: kubernetesList('Volume', 'More volumes.'),
  extraVolumeMounts: kubernetesList('VolumeMount', 'Where they are mounted.'),
  lifecycle: kubernetesObject(
    'Lifecycle',
    'Hooks of the container. No preStop is needed: after SIGTERM the simulator serves on until it is out of the endpoints.',
  ),
  nodeSelector: stringMap('Labels that a node must have.'),
  tolerations: kubernetesList('Toleration', 'Taints that pods put up with.'),
  affinity: kubernetesObject('Affinity', 'Which nodes and neighbours pods prefer.'),
  topologySpreadConstraints: kubernetesList(
    'TopologySpreadConstraint',
    'How pods are spread. Empty: over zones, then over nodes, as evenly as can be had.',
  ),
  priorityClassName: text('PriorityClass of the pods.'),
};
