/** What kustomize makes of the base, of every overlay and of every component: valid for the schemas of its kinds, and agreeing with itself. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cpus, type KubernetesObject, memoryBytes, ofKind, titleOf } from '../../scripts/kubernetes/objects.js';
import { findings } from '../../scripts/kubernetes/relations.js';
import { simulatorPod } from '../../scripts/kubernetes/simulator-pod.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import {
  render,
  renderings,
  runTool,
  withoutDefinitions,
  withoutKustomize,
  withoutTools,
} from './kustomize-harness.js';
import { definitionOf, isOperators } from './operator-definitions.js';

/** From the oldest that the manifests are for (eviction of unhealthy pods) to the newest that there are schemas of. */
const kubernetesVersions = ['1.29', '1.31', '1.33', '1.35', '1.37'];

for (const rendering of renderings) {
  test(`${rendering.name} agrees in everything that no schema sees`, { skip: withoutKustomize }, () => {
    assert.deepEqual(findings(render(rendering)), []);
  });
}

describe('schemas', () => {
  test('Kubernetes allows every object, without a key more', { skip: withoutTools }, () => {
    const objects = renderings.flatMap(render).filter((object) => !isOperators(object));
    assert.ok(objects.length > 8 * renderings.length, `${objects.length} objects`);
    const checked = objects.length * kubernetesVersions.length;
    assert.deepEqual(validated(objects), { problems: [], checked, unknown: [] });
  });

  test('Kubernetes does not allow a key that it does not have', { skip: withoutTools }, () => {
    const [deployment] = structuredClone(ofKind(render(renderings[0]!), 'Deployment'));
    Object.assign(deployment!.spec, { replica: 3 });
    assert.equal(validated([deployment!]).problems.length, kubernetesVersions.length);
  });

  test('the Prometheus operator allows every object of its kinds', { skip: withoutDefinitions }, () => {
    const objects = renderings.flatMap(render).filter(isOperators);
    assert.ok(objects.length > 0);
    for (const object of objects) {
      const validate = definitionOf(object);
      assert.ok(validate(object), `${titleOf(object)}: ${JSON.stringify(validate.errors)}`);
    }
  });

  test('the Prometheus operator does not allow a key that it does not have', { skip: withoutDefinitions }, () => {
    const [monitor] = structuredClone(ofKind(render({ name: 'overlays/production' }), 'ServiceMonitor'));
    Object.assign(monitor!.spec.endpoints![0]!, { scrapeInterval: '15s' });
    assert.equal(definitionOf(monitor!)(monitor), false);
  });
});

describe('overlays', { skip: withoutKustomize }, () => {
  test('dev: one pod, no autoscaler, no budget', () => {
    const objects = render({ name: 'overlays/dev' });
    assert.equal(ofKind(objects, 'Deployment')[0]?.spec.replicas, 1);
    assert.equal(ofKind(objects, 'HorizontalPodAutoscaler').length, 0);
    assert.equal(ofKind(objects, 'PodDisruptionBudget').length, 0);
  });

  test('each has a namespace of its own', () => {
    const names = renderings
      .filter(({ name }) => name.startsWith('overlays/'))
      .map((rendering) => ofKind(render(rendering), 'Namespace')[0]?.metadata);
    assert.equal(new Set(names.map((metadata) => metadata?.name)).size, names.length);
    for (const metadata of names) assert.equal(metadata?.labels?.name, metadata?.name);
  });

  test('what an autoscaler decides no overlay decides as well', () => {
    for (const name of ['overlays/staging', 'overlays/production']) {
      const objects = render({ name });
      assert.equal(ofKind(objects, 'HorizontalPodAutoscaler').length, 1, name);
      assert.equal(ofKind(objects, 'Deployment')[0]?.spec.replicas, undefined, name);
    }
  });

  test('production: HTTPS, a ServiceMonitor, and an admin key that has to be there', () => {
    const objects = render({ name: 'overlays/production' });
    assert.deepEqual(ofKind(objects, 'Ingress')[0]?.spec.tls?.[0]?.hosts, ['llm-simulator.example.com']);
    assert.equal(ofKind(objects, 'ServiceMonitor').length, 1);
    const key = simulatorPod(objects).container.env?.find(({ name }) => name === 'LLM_SIM__ADMIN__API_KEY');
    assert.deepEqual(key?.valueFrom?.secretKeyRef, { name: 'llm-simulator-admin', key: 'api-key', optional: false });
  });

  test('load-test: the class Guaranteed, with whole CPUs, and as many acceptors as leave one of them', () => {
    const { configuration, container } = simulatorPod(render({ name: 'overlays/load-test' }));
    const { limits, requests } = container.resources ?? {};
    assert.deepEqual(requests, limits);
    assert.ok(Number.isInteger(cpus(limits?.cpu ?? 'none')));
    assert.ok(memoryBytes(limits?.memory ?? 'none') > 0);
    assert.equal(configuration.server.workers, cpus(limits?.cpu ?? 'none') - 1);
  });

  test('no rendering has a Secret: keys come from elsewhere', () => {
    for (const rendering of renderings)
      assert.deepEqual(
        render(rendering).filter(({ kind }) => kind === 'Secret'),
        [],
        rendering.name,
      );
  });
});

interface Validation {
  readonly problems: readonly string[];
  readonly checked: number;
  readonly unknown: readonly string[];
}

function validated(objects: readonly KubernetesObject[]): Validation {
  const validator = join(packageRoot, 'scripts/kubernetes/validate-objects.py');
  const { stderr, stdout } = runTool('python', [validator, ...kubernetesVersions], JSON.stringify(objects));
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Validation;
}
