/** What the simulator's pod has to agree about with itself and with the configuration that it starts with. Empty is good. */
import { type Container, cpus, memoryBytes, type Probe, type SecurityContext } from './objects.js';
import type { SimulatorPod } from './simulator-pod.js';

/** After lame duck and shutdown: up to 4 s for what is cut and for idle connections, and one to leave. */
const GRACE_MARGIN_SECS = 5;
/** An acceptor that died has its successor serving within this time: docs/failure-modes.md. */
const HEAL_SECS = 5;
/** A node that was cut off from its CPU starts within this time. */
const START_SECS_MIN = 30;
const LIVENESS_SECS_MIN = 20;
/** Where a readiness probe takes longer to notice, clients are sent to a pod that does not serve. */
const READINESS_SECS_MAX = 15;
/** What Kubernetes gives a pod that says nothing. */
const GRACE_SECS_DEFAULT = 30;
const PERIOD_SECS_DEFAULT = 10;
const FAILURES_DEFAULT = 3;
/** Of each process: its main thread's heap and those of its worker threads; the primary has none of them. */
const MAIN_HEAPS = 1;

export function podFindings(pod: SimulatorPod): string[] {
  return [
    ...graceFindings(pod),
    ...portFindings(pod),
    ...probeFindings(pod),
    ...volumeFindings(pod),
    ...memoryFindings(pod),
    ...processorFindings(pod),
    ...securityFindings(pod),
    ...adminFindings(pod),
  ];
}

function graceFindings({ configuration, container, spec }: SimulatorPod): string[] {
  const { lame_duck_secs: lameDuck, shutdown_timeout_secs: shutdown } = configuration.server;
  const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const needed = sleep + lameDuck + shutdown + GRACE_MARGIN_SECS;
  const grace = spec.terminationGracePeriodSeconds ?? GRACE_SECS_DEFAULT;
  if (grace >= needed) return [];
  return [`terminationGracePeriodSeconds is ${grace}, and a node may take ${needed} s to leave`];
}

function portFindings({ configuration, container }: SimulatorPod): string[] {
  const { server, telemetry } = configuration;
  const wanted = [
    { name: 'http', port: server.port },
    { name: 'metrics', port: telemetry.metrics.prometheus_port },
  ];
  return wanted
    .filter(({ name, port }) => container.ports?.find((entry) => entry.name === name)?.containerPort !== port)
    .map(({ name, port }) => `the port ${name} is not ${port}, where the configuration has the simulator listen`);
}

function secondsOf({ failureThreshold = FAILURES_DEFAULT, periodSeconds = PERIOD_SECS_DEFAULT }: Probe): number {
  return failureThreshold * periodSeconds;
}

function probeFindings({ configuration, container }: SimulatorPod): string[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  if (livenessProbe === undefined || readinessProbe === undefined || startupProbe === undefined)
    return ['a probe is missing: startup, liveness and readiness are wanted'];
  const found = [
    ...probedFindings('startup', startupProbe, '/ready'),
    ...probedFindings('liveness', livenessProbe, '/live'),
    ...probedFindings('readiness', readinessProbe, '/ready'),
  ];
  if (secondsOf(startupProbe) < START_SECS_MIN)
    found.push(`the startup probe gives up after ${secondsOf(startupProbe)} s`);
  if (secondsOf(livenessProbe) < LIVENESS_SECS_MIN)
    found.push(`the liveness probe kills a node after ${secondsOf(livenessProbe)} s`);
  if (secondsOf(readinessProbe) > READINESS_SECS_MAX)
    found.push(`the readiness probe takes ${secondsOf(readinessProbe)} s to notice`);
  // With one acceptor the pod serves nobody meanwhile, and is better out.
  if (configuration.server.workers > 1 && secondsOf(readinessProbe) < HEAL_SECS)
    found.push('the readiness probe takes a pod out while one of its acceptors is replaced');
  return found;
}

function probedFindings(name: string, { httpGet }: Probe, path: string): string[] {
  return httpGet?.path === path && httpGet.port === 'metrics'
    ? []
    : [`the ${name} probe does not ask ${path} on the metrics port, which streams never delay`];
}

function volumeFindings({ container, file, spec }: SimulatorPod): string[] {
  const { volumeMounts: mounts = [] } = container;
  const found = mounts
    .filter(({ name }) => !spec.volumes?.some((volume) => volume.name === name))
    .map(({ name }) => `the volume ${name} is mounted and does not exist`);
  if (file === undefined) found.push('--config names no file of a ConfigMap that is mounted');
  if (container.args?.includes('--watch') && mounts.some(({ subPath }) => subPath !== undefined))
    found.push('a file that is mounted by subPath never changes: --watch would wait for ever');
  const writable = mounts.find(({ mountPath }) => mountPath === '/tmp')?.name;
  if (spec.volumes?.find(({ name }) => name === writable)?.emptyDir === undefined)
    found.push('/tmp is no emptyDir, and the root is read-only');
  return found;
}

/** Every heap at its limit fits the container. */
function memoryFindings({ configuration, container, environment }: SimulatorPod): string[] {
  const limit = container.resources?.limits?.memory;
  const [, heapMb] = /--max-old-space-size=(\d+)/.exec(environment.NODE_OPTIONS ?? '') ?? [];
  if (limit === undefined) return ['the container has no memory limit'];
  if (heapMb === undefined) return ['NODE_OPTIONS does not limit heaps, so that each may take half of the node'];
  const { spare_acceptor: spare, threads, workers } = configuration.server;
  const acceptors = workers + (spare ? 1 : 0);
  const heaps = MAIN_HEAPS + acceptors * (1 + threads);
  const needed = heaps * Number(heapMb) * 2 ** 20;
  return needed <= memoryBytes(limit) ? [] : [`${heaps} heaps of ${heapMb} MB do not fit into ${limit}`];
}

function processorFindings({ configuration, container }: SimulatorPod): string[] {
  const { workers } = configuration.server;
  if (workers === 0)
    return ['server.workers is automatic: it would follow the cores of the node, not the limit of the pod'];
  const limit = container.resources?.limits?.cpu;
  if (limit === undefined) return ['the container has no CPU limit'];
  return workers <= Math.ceil(cpus(limit)) ? [] : [`${workers} acceptors share ${limit} CPUs`];
}

function securityFindings({ container, spec }: SimulatorPod): string[] {
  const merged: SecurityContext = { ...spec.securityContext, ...container.securityContext };
  const wanted: [string, boolean][] = [
    ['runAsNonRoot', merged.runAsNonRoot === true],
    ['runAsUser 1000', merged.runAsUser === 1_000],
    ['runAsGroup 1000', merged.runAsGroup === 1_000],
    ['seccompProfile RuntimeDefault', merged.seccompProfile?.type === 'RuntimeDefault'],
    ['readOnlyRootFilesystem', merged.readOnlyRootFilesystem === true],
    ['allowPrivilegeEscalation: false', merged.allowPrivilegeEscalation === false],
    ['drop ALL', merged.capabilities?.drop?.includes('ALL') === true && (merged.capabilities.add ?? []).length === 0],
  ];
  return wanted.filter(([, holds]) => !holds).map(([name]) => `the container's security context lacks ${name}`);
}

/** Nobody reaches /admin without a key but from within the pod. */
function adminFindings({ configuration, container }: SimulatorPod): string[] {
  const { allowed_ips: addresses, enabled } = configuration.admin;
  const isLocal = addresses.length > 0 && addresses.every((address) => /^(127\.|::1)/.test(address));
  return !enabled || isLocal || hasKey(container) ? [] : ['/admin is open to everybody who reaches the pod'];
}

function hasKey({ env = [] }: Container): boolean {
  const reference = env.find(({ name }) => name === 'LLM_SIM__ADMIN__API_KEY')?.valueFrom?.secretKeyRef;
  return reference !== undefined && reference.optional !== true;
}
