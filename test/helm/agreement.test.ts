/**
 * k8s/ and the chart describe the same service: with the values that correspond to it, the chart renders the objects of the kustomize base
 * and of the production overlay, field by field. What may differ is listed here, with the reason, and nothing else does.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import { isOperators } from '../kubernetes/operator-definitions.js';
import { documentsOf, isHook, type Rendered, render, run, withoutHelm } from './helm-harness.js';

const kustomize = process.env.LLM_SIM_TEST_KUSTOMIZE;
const skip = withoutHelm || (kustomize === undefined && 'LLM_SIM_TEST_KUSTOMIZE names no kustomize');

/** Labels that tell releases of Helm apart; kustomize has no releases. */
const labelsOfHelm = ['app.kubernetes.io/instance', 'app.kubernetes.io/managed-by', 'helm.sh/chart'];

/** By the checksum Helm replaces pods for what they do not reload; kustomize's users restart them by hand. */
const annotationsOfHelm = ['checksum/config'];

/** What a scanner is told, in words of each side's own. */
const scannerAnnotation = /^checkov\.io\//;

/** `helm install --create-namespace` makes the namespace; what `helm test` makes is of no concern to kustomize. */
const isOfOneSide = (object: Rendered) => object.kind === 'Namespace' || isHook(object);

/** k8s/ has one instance per namespace, the chart one per release: so their pods are selected by other labels. */
const selectorOfPods = '(the labels of the pods)';
const selectorLabels = ['app', 'app.kubernetes.io/name', 'app.kubernetes.io/component'];

const ofOneSide = [...labelsOfHelm, ...annotationsOfHelm];

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function without(fields: Fields, dropped: (key: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !dropped(key)));
}

function isSelectorOfPods(value: unknown): boolean {
  if (!isFields(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => selectorLabels.includes(key) && value[key] !== undefined);
}

/** The value with everything in one form that may differ by the lists above. */
function comparable(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return key === 'env' ? byName(value) : value.map((item) => comparable(item));
  if (!isFields(value)) return value;
  const kept = without(value, (name) => ofOneSide.includes(name) || scannerAnnotation.test(name));
  if ((key === 'matchLabels' || key === 'selector') && isSelectorOfPods(kept)) return selectorOfPods;
  const entries = Object.entries(kept).map(([name, item]) => [name, comparable(item, name)] as const);
  // Annotations of which nothing is left are as good as none.
  return Object.fromEntries(entries.filter(([name, item]) => !(name === 'annotations' && isEmpty(item))));
}

const isEmpty = (value: unknown) => isFields(value) && Object.keys(value).length === 0;

/** Variables do not depend on each other's order here. `[]` allows every address, as does saying nothing; `optional: false` is the default. */
function byName(variables: readonly Rendered[]): unknown[] {
  return variables
    .filter(({ name, value }) => !(name === 'LLM_SIM__ADMIN__ALLOWED_IPS' && value === '[]'))
    .map((variable) =>
      JSON.parse(JSON.stringify(variable, (key, value) => (key === 'optional' && value === false ? undefined : value))),
    )
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** The objects by kind and name. */
function byTitle(objects: readonly Rendered[]): { readonly [title: string]: unknown } {
  const shared = objects.filter((object) => !isOfOneSide(object));
  return Object.fromEntries(
    shared.map((object) => [`${object.kind} ${object.metadata.name}`, comparable(ready(object))]),
  );
}

/** The configuration is compared as what it says, and the number of pods is the autoscaler's in the chart from the start. */
function ready(object: Rendered): Rendered {
  const copy = structuredClone(object);
  if (copy.data?.['simulator.yaml'] !== undefined) copy.data['simulator.yaml'] = parse(copy.data['simulator.yaml']);
  if (copy.kind === 'Deployment') delete copy.spec.replicas;
  // The labels that kustomize gives to all of the base come to nothing that a component adds.
  if (isOperators(copy)) copy.metadata.labels = { app: copy.metadata.labels.app };
  // What kustomize generates has those labels alone.
  if (copy.kind === 'ConfigMap') delete copy.metadata.labels.app;
  return copy;
}

async function kustomized(folder: string): Promise<Rendered[]> {
  const { code, stdout, stderr } = await run(kustomize ?? '', ['build', join(packageRoot, 'k8s', folder)]);
  assert.equal(code, 0, stderr);
  return documentsOf(stdout);
}

for (const { folder, values } of [
  { folder: 'base', values: 'kubernetes-base-values.yaml' },
  { folder: 'overlays/production', values: 'kubernetes-production-values.yaml' },
]) {
  test(`the chart with ${values} renders what is in k8s/${folder}`, { skip }, async () => {
    const [ours, theirs] = [byTitle(await render({ files: [values] })), byTitle(await kustomized(folder))];
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort());
    for (const [title, object] of Object.entries(theirs)) assert.deepEqual(ours[title], object, title);
  });
}

test('a difference in one field would be seen', { skip }, async () => {
  const files = ['kubernetes-base-values.yaml'];
  const ours = byTitle(await render({ files, set: { 'probes.readiness.periodSeconds': 3 } }));
  const theirs = byTitle(await kustomized('base'));
  assert.notDeepEqual(ours['Deployment llm-simulator'], theirs['Deployment llm-simulator']);
});
