/** Every value set renders, lints, and is what Kubernetes' own schemas allow; what is wrong is refused with the key that has to change. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';
import { withoutDefinitions } from '../kubernetes/kustomize-harness.js';
import { definitionOf, isOperators } from '../kubernetes/operator-definitions.js';
import {
  chart,
  helm,
  helmTemplate,
  isHook,
  type Rendered,
  refusedSets,
  render,
  renderings,
  run,
  titleOf,
  valueSets,
  withoutHelm,
} from './helm-harness.js';

const tools = process.env.LLM_SIM_TEST_KUBERNETES_TOOLS;
const withoutTools = withoutHelm || (tools === undefined && 'LLM_SIM_TEST_KUBERNETES_TOOLS names no Python tools');

/** From the chart's kubeVersion to the newest that the schemas are there for. */
const kubernetesVersions = ['1.29', '1.33', '1.37'];

/** Objects of the Prometheus operator; what their kinds allow is not known to Kubernetes. */
const customKinds = ['monitoring.coreos.com/v1 PrometheusRule', 'monitoring.coreos.com/v1 ServiceMonitor'];

test('there are at least twelve value sets beside the default', () => {
  assert.ok(valueSets.length >= 12, valueSets.join(', '));
});

test('the chart lints without a word of warning, with every value set', { skip: withoutHelm }, async () => {
  const files = [[], ...valueSets.map((name) => ['--values', join(chart, 'ci', name)])];
  for (const values of files) {
    const { code, stdout, stderr } = await helm('lint', '--strict', chart, ...values);
    assert.equal(code, 0, `${values.join(' ')}\n${stdout}${stderr}`);
    assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/, values.join(' '));
  }
});

test('every object of every rendering is valid for every version of Kubernetes', { skip: withoutTools }, async () => {
  const rendered = new Map<string, Rendered>();
  for (const rendering of renderings) {
    for (const object of await render(rendering)) rendered.set(JSON.stringify(object), object);
  }
  const objects = [...rendered.values()];
  const validator = join(packageRoot, 'scripts/kubernetes/validate-objects.py');
  const { stdout, stderr } = await run(`${tools}/python`, [validator, ...kubernetesVersions], JSON.stringify(objects));
  const { problems, checked, unknown } = JSON.parse(stdout || `{"problems": [${JSON.stringify(stderr)}]}`);
  assert.deepEqual(problems, []);
  assert.deepEqual(unknown, customKinds);
  const custom = objects.filter(({ apiVersion, kind }) => customKinds.includes(`${apiVersion} ${kind}`)).length;
  assert.equal(checked, (objects.length - custom) * kubernetesVersions.length);
});

test('what the Prometheus operator reads is what its definitions allow', {
  skip: withoutHelm || withoutDefinitions,
}, async () => {
  const objects = (await render({ files: ['monitoring-values.yaml'] })).filter(isOperators);
  assert.deepEqual(objects.map(({ kind }) => kind).sort(), ['PrometheusRule', 'ServiceMonitor']);
  for (const object of objects) {
    const validate = definitionOf(object);
    assert.ok(validate(object), `${object.kind}: ${JSON.stringify(validate.errors)}`);
  }
});

test('the validator sees a key that Kubernetes does not have', { skip: withoutTools }, async () => {
  const [object] = (await render()).filter(({ kind }) => kind === 'Deployment');
  object.spec.template.spec.containers[0].readinesProbe = {};
  const validator = join(packageRoot, 'scripts/kubernetes/validate-objects.py');
  const { stdout } = await run(`${tools}/python`, [validator, ...kubernetesVersions], JSON.stringify([object]));
  assert.equal(JSON.parse(stdout).problems.length, kubernetesVersions.length, stdout);
});

test('the scanner finds nothing that is not accounted for in its place', { skip: withoutTools }, async () => {
  const { stdout: manifest } = await helmTemplate('llm-simulator', chart);
  const { stdout, stderr } = await scan(manifest);
  const { results, summary } = JSON.parse(stdout || JSON.stringify({ summary: stderr }));
  const failed = results.failed_checks.map(
    ({ check_id, check_name, resource }: Finding) => `${check_id} ${check_name}: ${resource}`,
  );
  assert.deepEqual(failed, [], JSON.stringify(summary));
  assert.ok(summary.passed > 80, JSON.stringify(summary));
  assert.equal(summary.parsing_errors, 0);
  for (const { check_id, check_result } of results.skipped_checks as Skipped[]) {
    assert.ok((check_result.suppress_comment ?? '').length > 20, `${check_id} is skipped without a reason`);
  }
});

interface Finding {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
}

interface Skipped {
  readonly check_id: string;
  readonly check_result: { readonly suppress_comment?: string };
}

test('the scanner sees a container that may become root', { skip: withoutTools }, async () => {
  const values = ['--set-json', 'securityContext={"allowPrivilegeEscalation":true,"privileged":true}'];
  const { stdout: manifest } = await helmTemplate('llm-simulator', chart, ...values);
  const { results } = JSON.parse((await scan(manifest)).stdout);
  const found = results.failed_checks.map(({ check_id }: Finding) => check_id);
  assert.ok(found.includes('CKV_K8S_16') && found.includes('CKV_K8S_20'), found.join(' '));
});

async function scan(manifest: string) {
  const folder = await mkdtemp(join(tmpdir(), 'llm-simulator-scan-'));
  try {
    await writeFile(join(folder, 'manifest.yaml'), manifest);
    const quiet = ['--compact', '--skip-download', '--output', 'json'];
    return await run(`${tools}/checkov`, ['--directory', folder, '--framework', 'kubernetes', ...quiet]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const name of refusedSets) {
  test(`${name} is refused, and the message names the key`, { skip: withoutHelm }, async () => {
    const file = join(chart, 'ci/refused', name);
    const [, expected] = /^# refused: (.+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
    assert.ok(expected, 'the first line says what the message has to hold');
    const { code, stderr } = await helmTemplate('llm-simulator', chart, '--values', file);
    assert.notEqual(code, 0);
    assert.ok(stderr.includes(expected), `${expected} is not in: ${stderr}`);
  });
}

for (const rendering of renderings) {
  test(`${titleOf(rendering)}: names are unique and short enough, selectors pick the pods`, {
    skip: withoutHelm,
  }, async () => {
    const objects = await render(rendering);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.equal(new Set(names).size, names.length, names.join(', '));
    for (const { metadata } of objects) assert.ok(metadata.name.length <= 63, metadata.name);
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    const podLabels = deployment.spec.template.metadata.labels;
    const selectors = objects
      .filter((object) => !isHook(object))
      .flatMap(({ kind, spec }) => {
        if (kind === 'Deployment' || kind === 'PodDisruptionBudget') return [spec.selector.matchLabels];
        if (kind === 'NetworkPolicy') return [spec.podSelector.matchLabels];
        return kind === 'Service' ? [spec.selector] : [];
      });
    const tests = objects.filter(({ kind }) => kind === 'Pod');
    for (const selector of selectors) {
      assert.ok(selects(selector, podLabels), JSON.stringify(selector));
      for (const { metadata } of tests) assert.ok(!selects(selector, metadata.labels), 'the test pod is no server');
    }
  });
}

function selects(
  selector: { readonly [label: string]: string },
  labels: { readonly [label: string]: string },
): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}
