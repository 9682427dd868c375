/** What the chart works out by itself: what pods are replaced for, how long they have to end, ports, probes, keys, names. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import { has, only, type Rendered, type RenderOptions, render, withoutHelm } from './helm-harness.js';

const skip = withoutHelm;

async function deployment(options: RenderOptions = {}): Promise<Rendered> {
  return only(await render(options), 'Deployment').spec;
}

/** Not the policy of the test pod. */
const serversName = /^llm-simulator$/;

const podOf = ({ template }: Rendered) => template.spec;
const containerOf = (spec: Rendered) => podOf(spec).containers[0];
const variable = (spec: Rendered, name: string) =>
  containerOf(spec).env.find((entry: { readonly name: string }) => entry.name === name);
const checksum = ({ template }: Rendered) => template.metadata.annotations['checksum/config'];

test('with configReload: watch only what needs a restart replaces the pods', { skip }, async () => {
  const base = await deployment();
  const reloadable = await deployment({
    set: { 'config.simulation.time_scale': 0.5, 'config.server.lame_duck_secs': 5 },
  });
  const fixed = await deployment({ set: { 'config.server.max_connections': 77 } });
  const beside = await deployment({ set: { extraConfigFiles: { 'trace.csv': 'a' } } });
  assert.deepEqual(reloadable, base);
  assert.notEqual(checksum(fixed), checksum(base));
  assert.notEqual(checksum(beside), checksum(base));
  assert.ok(containerOf(base).args.includes('--watch'));
});

test('with configReload: rollout every change of the configuration replaces the pods', { skip }, async () => {
  const set = { configReload: 'rollout' };
  const base = await deployment({ set });
  const changed = await deployment({ set: { ...set, 'config.simulation.time_scale': 0.5 } });
  assert.notEqual(checksum(changed), checksum(base));
  assert.ok(!containerOf(base).args.includes('--watch'));
});

test('pods have the time for draining and the margin to end, unless a longer time is given', { skip }, async () => {
  assert.equal(podOf(await deployment()).terminationGracePeriodSeconds, 45);
  assert.equal(podOf(await deployment({ files: ['rollout-values.yaml'] })).terminationGracePeriodSeconds, 621 + 15);
  assert.equal(podOf(await deployment({ files: ['scheduling-values.yaml'] })).terminationGracePeriodSeconds, 90);
  const none = { 'config.server.lame_duck_secs': 0, 'config.server.shutdown_timeout_secs': 0 };
  assert.equal(podOf(await deployment({ set: none })).terminationGracePeriodSeconds, 10);
});

test('processes follow the limit on CPU, unless the configuration says how many', { skip }, async () => {
  const follows = variable(await deployment(), 'LLM_SIM__SERVER__WORKERS');
  assert.equal(follows.valueFrom.resourceFieldRef.resource, 'limits.cpu');
  assert.equal(
    variable(await deployment({ set: { 'config.server.workers': 3 } }), 'LLM_SIM__SERVER__WORKERS'),
    undefined,
  );
  assert.equal(variable(await deployment({ files: ['one-pod-values.yaml'] }), 'LLM_SIM__SERVER__WORKERS'), undefined);
});

test('ports follow the configuration, in the pods, their annotations and the Service', { skip }, async () => {
  const objects = await render({ files: ['configuration-values.yaml'] });
  const { template } = only(objects, 'Deployment').spec;
  const ports = template.spec.containers[0].ports.map(({ containerPort }: { containerPort: number }) => containerPort);
  assert.deepEqual(ports, [9_000, 9_191]);
  assert.equal(template.metadata.annotations['prometheus.io/port'], '9191');
  const targets = only(objects, 'Service').spec.ports.map(({ targetPort }: { targetPort: string }) => targetPort);
  assert.deepEqual(targets, ['http', 'metrics']);
});

test('without metrics the probes go to the HTTP port, by TLS where that speaks it', { skip }, async () => {
  const objects = await render({ files: ['no-metrics-values.yaml'] });
  const container = containerOf(only(objects, 'Deployment').spec);
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    assert.equal(container[probe].httpGet.port, 'http');
    assert.equal(container[probe].httpGet.scheme, 'HTTPS');
  }
  assert.equal(only(objects, 'Service').spec.ports.length, 1);
  assert.equal(only(objects, 'NetworkPolicy', serversName).spec.ingress.length, 1);
});

test('with TLS the certificate is mounted where the configuration looks for it, and the Ingress speaks TLS to the pods', {
  skip,
}, async () => {
  const objects = await render({ files: ['tls-values.yaml'] });
  const { tls } = parse(only(objects, 'ConfigMap').data['simulator.yaml']).server;
  const container = containerOf(only(objects, 'Deployment').spec);
  const { mountPath } = container.volumeMounts.find(({ name }: { name: string }) => name === 'tls');
  assert.deepEqual(tls, { enabled: true, cert: `${mountPath}/tls.crt`, key: `${mountPath}/tls.key` });
  const { annotations } = only(objects, 'Ingress').metadata;
  assert.equal(annotations['nginx.ingress.kubernetes.io/backend-protocol'], 'HTTPS');
  assert.equal(annotations['nginx.ingress.kubernetes.io/proxy-buffering'], 'off', 'beside annotations of the user');
  assert.equal(container.readinessProbe.httpGet.scheme, undefined, 'the metrics port stays plain');
});

test('secrets stand in Secrets alone', { skip }, async () => {
  for (const [files, secrets] of [
    [['admin-key-values.yaml'], ['correct-horse-battery-staple']],
    [['redis-values.yaml'], ['a-password']],
    [['secret-configuration-values.yaml'], ['sk-first', 'sk-second', 'an-admin-key']],
  ] as const) {
    const objects = await render({ files: [...files] });
    const open = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'));
    const kept = JSON.stringify(objects.filter(({ kind }) => kind === 'Secret'));
    for (const secret of secrets) {
      assert.ok(kept.includes(secret), `${secret} is in a Secret`);
      assert.ok(!open.includes(secret), `${secret} is nowhere else`);
    }
  }
});

test('/admin without a key answers to the pod alone, unless the configuration says to whom', { skip }, async () => {
  const allowed = 'LLM_SIM__ADMIN__ALLOWED_IPS';
  const open = await deployment();
  assert.deepEqual(JSON.parse(variable(open, allowed).value), ['127.0.0.0/8', '::1/128']);
  assert.equal(variable(open, 'LLM_SIM__ADMIN__API_KEY').valueFrom.secretKeyRef.optional, true);
  const keyed = await deployment({ set: { 'admin.existingSecret': 'mine' } });
  assert.equal(variable(keyed, allowed), undefined);
  assert.deepEqual(variable(keyed, 'LLM_SIM__ADMIN__API_KEY').valueFrom.secretKeyRef, { name: 'mine', key: 'api-key' });
  assert.equal(variable(await deployment({ set: { 'config.admin.allowed_ips': ['10.0.0.1'] } }), allowed), undefined);
  const configured = await deployment({ files: ['secret-configuration-values.yaml'] });
  assert.equal(variable(configured, allowed), undefined, 'the key of the configuration counts');
  assert.equal(variable(configured, 'LLM_SIM__ADMIN__API_KEY').valueFrom.secretKeyRef.optional, true);
});

test('a new admin key replaces the pods, which read it at their start', { skip }, async () => {
  const [first, second] = [
    await deployment({ set: { 'admin.apiKey': 'a' } }),
    await deployment({ set: { 'admin.apiKey': 'b' } }),
  ];
  assert.notDeepEqual(first.template.metadata.annotations, second.template.metadata.annotations);
});

test('there is no disruption budget that would keep a node from being drained', { skip }, async () => {
  const single = { 'autoscaling.enabled': false, replicaCount: 1 };
  assert.ok(has(await render(), 'PodDisruptionBudget'));
  assert.ok(!has(await render({ set: single }), 'PodDisruptionBudget'));
  assert.ok(!has(await render({ set: { 'autoscaling.minReplicas': 2 } }), 'PodDisruptionBudget'));
  const share = { ...single, 'pdb.minAvailable': '50%' };
  assert.equal(only(await render({ set: share }), 'PodDisruptionBudget').spec.minAvailable, '50%');
  const atMost = only(await render({ files: ['rollout-values.yaml'] }), 'PodDisruptionBudget').spec;
  assert.deepEqual([atMost.minAvailable, atMost.maxUnavailable], [undefined, 1]);
});

test('the autoscaler decides how many pods there are, and an upgrade does not', { skip }, async () => {
  assert.equal((await deployment()).replicas, undefined);
  assert.equal((await deployment({ set: { 'autoscaling.enabled': false } })).replicas, 3);
  const { metrics } = only(await render({ files: ['streams-values.yaml'] }), 'HorizontalPodAutoscaler').spec;
  const pods = {
    metric: { name: 'llm_simulator_active_streams_per_pod' },
    target: { type: 'AverageValue', averageValue: '1000000' },
  };
  assert.deepEqual(metrics, [{ type: 'Pods', pods }]);
});

test('the job of all metrics is llm-simulator, whatever the release is called', { skip }, async () => {
  const objects = await render({ release: 'other', set: { 'serviceMonitor.enabled': true } });
  const { jobLabel } = only(objects, 'ServiceMonitor').spec;
  assert.equal(only(objects, 'Service').metadata.labels[jobLabel], 'llm-simulator');
  assert.equal(only(objects, 'Service').metadata.name, 'other-llm-simulator');
  const { annotations } = only(objects, 'Deployment').spec.template.metadata;
  assert.equal(annotations['prometheus.io/scrape'], undefined, 'nobody scrapes twice');
});

test('rules and dashboards are those of the files, with braces that Helm does not touch', {
  skip,
}, async () => {
  const objects = await render({ files: ['monitoring-values.yaml'] });
  const { groups } = only(objects, 'PrometheusRule').spec;
  const files = ['alerts.yaml', 'recording.yaml'].flatMap((name) => {
    const text = readFileSync(join(packageRoot, 'deploy/prometheus/rules', name), 'utf8');
    return parse(text).groups;
  });
  assert.deepEqual(groups.slice(0, files.length), files);
  assert.equal(groups.at(-1).rules[0].annotations.summary, '{{ $labels.namespace }} has no requests');
  const { data, metadata } = only(objects, 'ConfigMap', /-dashboard$/);
  assert.equal(metadata.labels.grafana_dashboard, '1');
  for (const text of Object.values(data)) assert.ok(JSON.parse(text as string).panels.length > 0);
});

test('traffic goes out to names, traces and Redis alone, on the ports that the values name', { skip }, async () => {
  const portsOf = async (options: RenderOptions) => {
    const { egress } = only(await render(options), 'NetworkPolicy', serversName).spec;
    const rules = egress as { readonly ports?: readonly { readonly port: number }[] }[];
    return rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
  };
  assert.deepEqual(await portsOf({}), [53, 53, 4317, 4318]);
  assert.deepEqual(await portsOf({ files: ['redis-values.yaml'] }), [53, 53, 4317, 4318, 6380]);
  assert.deepEqual(await portsOf({ files: ['redis-secret-values.yaml'] }), [53, 53, 4317, 4318, 6379]);
  assert.deepEqual(await portsOf({ files: ['redis-secret-values.yaml'], set: { 'redis.port': 6390 } }), [
    ...[53, 53, 4317, 4318, 6390],
  ]);
  const state = { backend: 'redis', redis: { url: 'redis://cache:6400/0' } };
  assert.deepEqual(await portsOf({ set: { 'config.state': state } }), [53, 53, 4317, 4318, 6400]);
  assert.deepEqual(await portsOf({ set: { 'config.state': { backend: 'redis' } } }), [53, 53, 4317, 4318, 6379]);
  assert.deepEqual(await portsOf({ files: ['monitoring-values.yaml'] }), [53, 53, 4317, 4318, 14_317]);
});

test('clients come from the cluster, with a load balancer from everywhere, and else from where the values say', {
  skip,
}, async () => {
  const from = async (options: RenderOptions) =>
    only(await render(options), 'NetworkPolicy', serversName).spec.ingress[0].from;
  assert.deepEqual(await from({}), [{ namespaceSelector: {} }]);
  assert.equal(await from({ files: ['load-balancer-values.yaml'] }), undefined);
  const [gateway, test] = await from({ files: ['redis-values.yaml'] });
  assert.deepEqual(gateway, { podSelector: { matchLabels: { app: 'gateway' } } });
  assert.equal(test.podSelector.matchLabels['app.kubernetes.io/component'], 'test', 'helm test goes on to work');
});

test('the notes name the address, the test and what was left out', { skip }, async () => {
  const holder = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' } };
  const data = { notes: '{{ include "llm-simulator.notes" . | b64enc }}' };
  const single = { 'autoscaling.enabled': false, replicaCount: 1, extraObjects: [{ ...holder, data }] };
  const objects = await render({ set: single });
  const notes = Buffer.from(only(objects, 'ConfigMap', /^notes$/).data.notes, 'base64').toString();
  assert.match(notes, /http:\/\/llm-simulator\.llm-simulator\.svc as the base URL/);
  assert.match(notes, /helm test llm-simulator --namespace llm-simulator/);
  assert.match(notes, /There is no PodDisruptionBudget: 1 pods/);
});
