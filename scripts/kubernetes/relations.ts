/**
 * What rendered objects have to agree about, each rule a function from the objects to what violates it, in words. Empty is good. These are
 * the relations that no schema and no scanner sees: names that have to exist elsewhere, and figures that have to fit the simulator's own.
 */
import {
  type KubernetesObject,
  type Labels,
  ofKind,
  type PortName,
  type Service,
  selects,
  titleOf,
} from './objects.js';
import { podFindings } from './pod-relations.js';
import { type SimulatorPod, simulatorPod } from './simulator-pod.js';

/** Everything that is wrong; a configuration that the simulator would refuse is one of them. */
export function findings(objects: readonly KubernetesObject[]): string[] {
  let pod: SimulatorPod;
  try {
    pod = simulatorPod(objects);
  } catch (error) {
    return [(error as Error).message];
  }
  return [
    ...namespaceFindings(objects),
    ...selectorFindings(objects, pod),
    ...servicePortFindings(objects, pod),
    ...ingressFindings(objects, pod),
    ...scalingFindings(objects, pod),
    ...monitorFindings(objects),
    ...accountFindings(objects, pod),
    ...podFindings(pod),
  ];
}

/** What lies in no namespace. */
const CLUSTER_KINDS = ['Namespace'];

function namespaceFindings(objects: readonly KubernetesObject[]): string[] {
  const own = ofKind(objects, 'Namespace')[0]?.metadata.name;
  if (own === undefined) return [];
  return objects
    .filter(({ kind, metadata }) => !CLUSTER_KINDS.includes(kind) && metadata.namespace !== own)
    .map((object) => `${titleOf(object)} lies in ${object.metadata.namespace ?? 'no namespace'}, not in ${own}`);
}

function selectorFindings(objects: readonly KubernetesObject[], { deployment, spec }: SimulatorPod): string[] {
  const selectors: [string, Labels | undefined][] = [
    [titleOf(deployment), deployment.spec.selector.matchLabels],
    ...ofKind(objects, 'Service').map((service): [string, Labels | undefined] => [
      titleOf(service),
      service.spec.selector,
    ]),
    ...ofKind(objects, 'PodDisruptionBudget').map((budget): [string, Labels | undefined] => [
      titleOf(budget),
      budget.spec.selector?.matchLabels,
    ]),
    ...ofKind(objects, 'NetworkPolicy').map((policy): [string, Labels | undefined] => [
      titleOf(policy),
      policy.spec.podSelector.matchLabels,
    ]),
    ...(spec.topologySpreadConstraints ?? []).map(({ topologyKey, labelSelector }): [string, Labels | undefined] => [
      `the spread over ${topologyKey}`,
      labelSelector?.matchLabels,
    ]),
  ];
  const labels = deployment.spec.template.metadata?.labels;
  return selectors
    .filter(([, selector]) => !selects(selector, labels))
    .map(([title]) => `${title} does not select the simulator's pods`);
}

function hasPort({ container }: SimulatorPod, port: PortName | undefined): boolean {
  return (container.ports ?? []).some(({ name, containerPort }) => port === name || port === containerPort);
}

function servicePortFindings(objects: readonly KubernetesObject[], pod: SimulatorPod): string[] {
  const ofServices = ofKind(objects, 'Service').flatMap((service) =>
    (service.spec.ports ?? [])
      .filter(({ port, targetPort }) => !hasPort(pod, targetPort ?? port))
      .map(
        ({ port, targetPort }) =>
          `${titleOf(service)} leads to ${targetPort ?? port}, which is no port of the container`,
      ),
  );
  const ofPolicies = ofKind(objects, 'NetworkPolicy').flatMap((policy) =>
    (policy.spec.ingress ?? [])
      .flatMap(({ ports = [] }) => ports)
      .filter(({ port }) => !hasPort(pod, port))
      .map(({ port }) => `${titleOf(policy)} lets in on ${port}, which is no port of the container`),
  );
  return [...ofServices, ...ofPolicies];
}

const BODY_SIZE = 'nginx.ingress.kubernetes.io/proxy-body-size';
const BUFFERING = 'nginx.ingress.kubernetes.io/proxy-buffering';
const READ_TIMEOUT = 'nginx.ingress.kubernetes.io/proxy-read-timeout';

function ingressFindings(objects: readonly KubernetesObject[], { configuration }: SimulatorPod): string[] {
  const services = ofKind(objects, 'Service');
  return ofKind(objects, 'Ingress').flatMap((ingress) => {
    const title = titleOf(ingress);
    const rules = ingress.spec.rules ?? [];
    const backends = rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend.service);
    const lost = backends
      .filter((backend) => !services.some((service) => leadsTo(backend, service)))
      .map((backend) => `${title} leads to ${backend?.name}, which has no such port`);
    const hosts = ingress.spec.tls?.flatMap((entry) => entry.hosts ?? []) ?? [];
    const strays = hosts
      .filter((host) => !rules.some((rule) => rule.host === host))
      .map((host) => `${title} has a certificate for ${host}, which no rule is about`);
    return [...lost, ...strays, ...nginxFindings(title, ingress.metadata.annotations ?? {}, configuration.server)];
  });
}

type Backend = { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } };

function leadsTo(backend: Backend | undefined, { metadata, spec }: Service): boolean {
  const wanted = backend?.port?.name ?? backend?.port?.number;
  return (
    metadata.name === backend?.name && (spec.ports ?? []).some(({ name, port }) => wanted === name || wanted === port)
  );
}

interface ServerLimits {
  readonly max_body_bytes: number;
  readonly request_timeout_secs: number;
}

function nginxFindings(title: string, annotations: Labels, server: ServerLimits): string[] {
  const found: string[] = [];
  if (annotations[BUFFERING] !== 'off') found.push(`${title} buffers replies: streams would come in clumps`);
  const [, size] = /^(\d+)m$/.exec(annotations[BODY_SIZE] ?? '') ?? [];
  if (Number(size ?? 1) * 2 ** 20 < server.max_body_bytes)
    found.push(`${title} takes smaller bodies than server.max_body_bytes (${server.max_body_bytes})`);
  if (Number(annotations[READ_TIMEOUT] ?? 60) < server.request_timeout_secs)
    found.push(`${title} gives up before server.request_timeout_secs (${server.request_timeout_secs} s)`);
  return found;
}

function scalingFindings(objects: readonly KubernetesObject[], { container, deployment }: SimulatorPod): string[] {
  const found: string[] = [];
  const autoscaler = ofKind(objects, 'HorizontalPodAutoscaler')[0];
  if (autoscaler !== undefined) {
    const { metrics = [], scaleTargetRef } = autoscaler.spec;
    if (scaleTargetRef.kind !== 'Deployment' || scaleTargetRef.name !== deployment.metadata.name)
      found.push(
        `${titleOf(autoscaler)} scales ${scaleTargetRef.kind} ${scaleTargetRef.name}, which is not the simulator`,
      );
    for (const { resource } of metrics) {
      if (resource !== undefined && container.resources?.requests?.[resource.name as 'cpu'] === undefined)
        found.push(`${titleOf(autoscaler)} goes by ${resource.name}, which the container does not request`);
    }
  }
  const least = autoscaler?.spec.minReplicas ?? deployment.spec.replicas ?? 1;
  const { replicas } = deployment.spec;
  if (
    autoscaler !== undefined &&
    replicas !== undefined &&
    (replicas < least || replicas > autoscaler.spec.maxReplicas)
  )
    found.push(`${titleOf(deployment)} begins with ${replicas} replicas, which its autoscaler would change at once`);
  for (const budget of ofKind(objects, 'PodDisruptionBudget')) {
    const { minAvailable } = budget.spec;
    if (typeof minAvailable === 'number' && minAvailable >= least)
      found.push(`${titleOf(budget)} keeps ${minAvailable} of ${least} pods: no node could be drained`);
  }
  return found;
}

function monitorFindings(objects: readonly KubernetesObject[]): string[] {
  return ofKind(objects, 'ServiceMonitor').flatMap((monitor) => {
    const services = ofKind(objects, 'Service').filter(({ metadata }) =>
      selects(monitor.spec.selector?.matchLabels, metadata.labels),
    );
    const ports = monitor.spec.endpoints?.map(({ port }) => port) ?? [];
    const found = services.filter((service) =>
      ports.every((port) => service.spec.ports?.some(({ name }) => name === port)),
    );
    return services.length === 1 && found.length === 1
      ? []
      : [`${titleOf(monitor)} finds its ports on ${found.length} of ${services.length} Services, not on exactly one`];
  });
}

function accountFindings(objects: readonly KubernetesObject[], { spec }: SimulatorPod): string[] {
  const found: string[] = [];
  const account = ofKind(objects, 'ServiceAccount').find(({ metadata }) => metadata.name === spec.serviceAccountName);
  if (account === undefined) found.push(`there is no service account ${spec.serviceAccountName}`);
  if (account?.automountServiceAccountToken !== false) found.push('the service account hands out its token');
  if (spec.automountServiceAccountToken !== false) found.push('the pod mounts a token that it has no use for');
  return found;
}
