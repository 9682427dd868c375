/** k8s/base agrees with itself and with the simulator, and the rules that say so see what is wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { baseKustomization, baseObjects } from '../../scripts/kubernetes/base-objects.js';
import { type KubernetesObject, ofKind } from '../../scripts/kubernetes/objects.js';
import { findings } from '../../scripts/kubernetes/relations.js';
import { simulatorPod } from '../../scripts/kubernetes/simulator-pod.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { packageRoot, packageVersion } from '../../src/kernel/package-root.js';

const read = (path: string) => readFileSync(join(packageRoot, 'k8s', path), 'utf8');

describe('k8s/base', () => {
  test('agrees in everything that no schema sees', () => {
    assert.deepEqual(findings(baseObjects()), []);
  });

  test('runs the image of this version, and says so in its labels', () => {
    const { container } = simulatorPod(baseObjects());
    assert.equal(container.image, `ghcr.io/llm-devops/llm-simulator:${packageVersion}`);
    const [labels] = baseKustomization().labels;
    assert.equal(labels?.pairs['app.kubernetes.io/version'], packageVersion);
  });

  test('starts as many acceptors as the limit has CPUs, and no spare one', () => {
    const { server } = simulatorPod(baseObjects()).configuration;
    assert.deepEqual([server.workers, server.spare_acceptor], [2, false]);
  });

  test('rounds the limit up, as the kubelet does', () => {
    const { configuration, environment } = simulatorPod(changed('cpu: 2000m', 'cpu: 2500m'));
    assert.equal(configuration.server.workers, 3);
    assert.equal(environment.UV_THREADPOOL_SIZE, '3');
  });

  test('has the resources, bounds and pace of its specification', () => {
    const { container, deployment } = simulatorPod(baseObjects());
    assert.deepEqual(container.resources, {
      requests: { cpu: '500m', memory: '512Mi' },
      limits: { cpu: '2000m', memory: '2Gi' },
    });
    assert.equal(deployment.spec.replicas, 3);
    const { maxReplicas, minReplicas } = ofKind(baseObjects(), 'HorizontalPodAutoscaler')[0]!.spec;
    assert.deepEqual([minReplicas, maxReplicas], [3, 20]);
  });

  test('has every metric of its autoscaler that Kubernetes does not offer by itself offered by the adapter', () => {
    const { metrics = [] } = ofKind(baseObjects(), 'HorizontalPodAutoscaler')[0]!.spec;
    const wanted = metrics.flatMap(({ pods }) => pods?.metric.name ?? []);
    const { rules } = parse(read('prometheus-adapter/values.yaml')) as { rules: { custom: AdapterRule[] } };
    assert.deepEqual(
      rules.custom.map(({ name }) => name.as),
      wanted,
    );
    for (const { name, seriesQuery } of rules.custom) {
      const [series] = seriesQuery.split('{');
      assert.match(series!, new RegExp(name.matches));
    }
  });

  test('lets only the monitoring namespace in on the metrics port', () => {
    const policy = ofKind(baseObjects(), 'NetworkPolicy')[0]!;
    const rules = policy.spec.ingress?.filter(({ ports = [] }) => ports.some(({ port }) => port === 'metrics'));
    assert.deepEqual(
      rules?.map(({ from }) => from),
      [[{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]],
    );
  });
});

interface AdapterRule {
  readonly seriesQuery: string;
  readonly name: { readonly matches: string; readonly as: string };
}

describe('the configurations of overlays', () => {
  for (const overlay of ['production', 'load-test']) {
    test(`${overlay}: the simulator takes it`, () => {
      const file = join(packageRoot, 'k8s/overlays', overlay, 'simulator.yaml');
      assert.doesNotThrow(() => loadConfiguration({ file, environment: {} }));
    });
  }
});

/** The base with one text replaced in whatever file has it, so that a rule can be seen to fail. */
function changed(text: string, replacement: string): KubernetesObject[] {
  const before = JSON.stringify(baseObjects());
  const [from, to] = [json(text), json(replacement)];
  assert.ok(before.includes(from), `the base has no ${from}`);
  return JSON.parse(before.replaceAll(from, to)) as KubernetesObject[];
}

/** `key: value` as it stands in JSON; other texts as they are. */
function json(text: string): string {
  const [, key, value] = /^([a-zA-Z.]+): (.*)$/.exec(text) ?? [];
  if (key === undefined) return text;
  return `"${key}":${/^\d+$/.test(value!) || value === 'true' || value === 'false' ? value : JSON.stringify(value)}`;
}

/** What is changed, and what is said about it. */
const mistakes: readonly (readonly [string, string, RegExp])[] = [
  ['terminationGracePeriodSeconds: 45', 'terminationGracePeriodSeconds: 39', /is 39, and a node may take 40 s/],
  ['lame_duck_secs: 5', 'lame_duck_secs: 11', /is 45, and a node may take 46 s/],
  ['targetPort: metrics', 'targetPort: metric', /leads to metric, which is no port/],
  ['"port":"metrics","protocol"', '"port":"metric","protocol"', /lets in on metric, which is no port/],
  ['containerPort: 8080', 'containerPort: 8081', /the port http is not 8080/],
  ['containerPort: 9090', 'containerPort: 9091', /the port metrics is not 9090/],
  [
    '"path":"/live","port":"metrics"',
    '"path":"/live","port":"http"',
    /liveness probe does not ask \/live on the metrics port/,
  ],
  [
    '"periodSeconds":2,"timeoutSeconds":2,"failureThreshold":5',
    '"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":2',
    /takes a pod out while/,
  ],
  [
    '"periodSeconds":1,"timeoutSeconds":2,"failureThreshold":60',
    '"periodSeconds":1,"timeoutSeconds":2,"failureThreshold":5',
    /startup probe gives up after 5 s/,
  ],
  [
    '"matchLabels":{"app":"llm-simulator"}',
    '"matchLabels":{"app":"simulator"}',
    /does not select the simulator's pods/,
  ],
  ['"selector":{"app":"llm-simulator"}', '"selector":{}', /Service llm-simulator does not select/],
  ['"port":{"name":"http"}', '"port":{"name":"web"}', /which has no such port/],
  [
    'nginx.ingress.kubernetes.io/proxy-buffering":"off"',
    'nginx.ingress.kubernetes.io/proxy-buffering":"on"',
    /would come in clumps/,
  ],
  [
    'nginx.ingress.kubernetes.io/proxy-body-size":"10m"',
    'nginx.ingress.kubernetes.io/proxy-body-size":"1m"',
    /smaller bodies/,
  ],
  [
    'nginx.ingress.kubernetes.io/proxy-read-timeout":"3600"',
    'nginx.ingress.kubernetes.io/proxy-read-timeout":"60"',
    /gives up before/,
  ],
  ['minAvailable: 2', 'minAvailable: 3', /no node could be drained/],
  ['minReplicas: 3', 'minReplicas: 4', /begins with 3 replicas/],
  [
    '"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"llm-simulator"}',
    '"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"simulator"}',
    /is not the simulator/,
  ],
  ['"requests":{"cpu":"500m",', '"requests":{', /goes by cpu, which the container does not request/],
  ['--max-old-space-size=384', '--max-old-space-size=512', /5 heaps of 512 MB do not fit into 2Gi/],
  ['--max-old-space-size=384', '--trace-warnings', /does not limit heaps/],
  ['"/app/config/simulator.yaml"', '"/app/config/simulater.yaml"', /names no file of a ConfigMap/],
  ['mountPath: /tmp', 'mountPath: /var/tmp', /\/tmp is no emptyDir/],
  ['"mountPath":"/app/config"', '"mountPath":"/app/config/simulator.yaml","subPath":"simulator.yaml"', /never changes/],
  ['automountServiceAccountToken: false', 'automountServiceAccountToken: true', /hands out its token/],
  ['serviceAccountName: llm-simulator', 'serviceAccountName: simulator', /no service account simulator/],
  ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', /lacks readOnlyRootFilesystem/],
  ['"drop":["ALL"]', '"drop":["ALL"],"add":["NET_ADMIN"]', /lacks drop ALL/],
  ['[\\"127.0.0.0/8\\", \\"::1/128\\"]', '[]', /open to everybody/],
  ['"namespace":"llm-simulator"', '"namespace":"elsewhere"', /lies in elsewhere, not in llm-simulator/],
  ['distribution: log_normal', 'distribution: log_norml', /distribution/],
];

describe('the rules see', () => {
  for (const [text, replacement, finding] of mistakes) {
    test(`${json(replacement)} in the place of ${json(text)}`, () => {
      const objects = text.includes(': log_normal')
        ? withConfiguration(text, replacement)
        : changedOrConfigured(text, replacement);
      assert.match(findings(objects).join('\n'), finding);
    });
  }
});

function changedOrConfigured(text: string, replacement: string): KubernetesObject[] {
  return /^[a-z]+_/.test(text) ? withConfiguration(text, replacement) : changed(text, replacement);
}

function withConfiguration(text: string, replacement: string): KubernetesObject[] {
  return baseObjects().map((object) => {
    const data = (object as { data?: { [name: string]: string } }).data;
    if (data === undefined) return object;
    const content = data['simulator.yaml']!;
    assert.ok(content.includes(text), `the configuration has no ${text}`);
    return { ...object, data: { 'simulator.yaml': content.replace(text, replacement) } };
  });
}
