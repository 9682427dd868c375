/**
 * What kustomize makes of the base, of every overlay and of every component: valid for the schemas of Kubernetes, agreeing with itself and with
 * the simulator, and with nothing that a scanner finds and nobody has accounted for.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { cpus, type KubernetesObject, memoryBytes, ofKind, titleOf } from '../../scripts/kubernetes/objects.js';
import { findings } from '../../scripts/kubernetes/relations.js';
import { simulatorPod } from '../../scripts/kubernetes/simulator-pod.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { GUARD_MS, moduleArguments } from '../process/program.js';
import {
  render,
  renderings,
  renderText,
  runTool,
  withoutDefinitions,
  withoutKustomize,
  withoutTools,
} from './kustomize-harness.js';
import { definitionOf, isOperators } from './operator-definitions.js';

/** From the oldest that the manifests are for (eviction of unhealthy pods) to the newest that there are schemas of. */
const kubernetesVersions = ['1.29', '1.31', '1.33', '1.35', '1.37'];

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const rendering of renderings) {
  describe(rendering.name, { skip: withoutKustomize }, () => {
    test('agrees in everything that no schema sees', () => {
      assert.deepEqual(findings(render(rendering)), []);
    });

    test('is what the schemas of Kubernetes allow, without a key more', { skip: withoutTools }, () => {
      const objects = render(rendering).filter((object) => !isOperators(object));
      assert.deepEqual(validated(objects), {
        problems: [],
        checked: objects.length * kubernetesVersions.length,
        unknown: [],
      });
    });

    test('is what the definitions of the Prometheus operator allow', { skip: withoutDefinitions }, () => {
      for (const object of render(rendering).filter(isOperators)) {
        const validate = definitionOf(object);
        assert.ok(validate(object), `${titleOf(object)}: ${JSON.stringify(validate.errors)}`);
      }
    });

    test('has a configuration that the simulator takes, in the environment that it gets', () => {
      const { environment, file } = simulatorPod(render(rendering));
      const path = join(folder, 'simulator.yaml');
      writeFileSync(path, file?.content ?? '');
      const { code, output } = simulator(['validate', '--config', path], environment);
      assert.equal(code, 0, output);
    });

    test('gives the container a command line that the simulator knows', () => {
      const [verb, ...args] = simulatorPod(render(rendering)).container.args ?? [];
      const { code, output } = simulator([verb ?? '', '--help'], {});
      assert.equal(code, 0, output);
      for (const flag of args.filter((argument) => argument.startsWith('--'))) {
        assert.match(output, new RegExp(`(^|\\s)${flag}\\b`), `${verb} has no ${flag}`);
      }
    });
  });
}

describe('the scanner', { skip: withoutTools }, () => {
  test('finds nothing in any of them that is not accounted for in its place', () => {
    const files = renderings.map((rendering, index) => {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, renderText(rendering));
      return file;
    });
    const { failed, parsingErrors, passed, skipped } = scanned(files);
    assert.deepEqual(failed, []);
    assert.equal(parsingErrors, 0);
    assert.ok(passed > 80 * files.length, `only ${passed} checks of ${files.length} files`);
    for (const { check_id, check_result } of skipped)
      assert.ok((check_result.suppress_comment ?? '').length > 20, `${check_id} is skipped without a reason`);
  });

  test('sees a container that may become root', () => {
    const file = join(folder, 'root.yaml');
    writeFileSync(
      file,
      renderText(renderings[0]!).replace('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
    );
    const { failed } = scanned([file]);
    assert.match(failed.join('\n'), /CKV_K8S_20 /);
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

test('the schemas see a key that Kubernetes does not have', { skip: withoutTools }, () => {
  const text = renderText(renderings[0]!).replace('enableServiceLinks', 'enableServiceLink');
  assert.notEqual(text, renderText(renderings[0]!));
  const objects = (JSON.parse(JSON.stringify(render(renderings[0]!))) as KubernetesObject[]).filter(
    ({ kind }) => kind === 'Deployment',
  );
  Object.assign((objects[0] as unknown as { spec: object }).spec, { replica: 3 });
  assert.equal(validated(objects).problems.length, kubernetesVersions.length);
});

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly check_result: { readonly suppress_comment?: string };
}

interface Scan {
  readonly failed: readonly string[];
  readonly skipped: readonly Check[];
  readonly passed: number;
  readonly parsingErrors: number;
}

/** Findings have no severity without the vendor's service, so every one counts. */
function scanned(files: readonly string[]): Scan {
  const arguments_ = files.flatMap((file) => ['--file', file]);
  const { stderr, stdout } = runTool('checkov', [
    '--framework',
    'kubernetes',
    '--output',
    'json',
    '--compact',
    '--quiet',
    ...arguments_,
  ]);
  assert.notEqual(stdout, '', stderr);
  const { results, summary } = JSON.parse(stdout) as {
    results: { failed_checks: Check[]; skipped_checks: Check[] };
    summary: { passed: number; parsing_errors: number };
  };
  return {
    failed: results.failed_checks.map(({ check_id, check_name, resource }) => `${check_id} ${check_name}: ${resource}`),
    skipped: results.skipped_checks,
    passed: summary.passed,
    parsingErrors: summary.parsing_errors,
  };
}

function simulator(
  args: readonly string[],
  environment: { readonly [name: string]: string },
): { code: number | null; output: string } {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('LLM_SIM__'));
  const simulated = Object.entries(environment).filter(([name]) => name.startsWith('LLM_SIM'));
  const { status, stderr, stdout } = spawnSync(process.execPath, [...moduleArguments('src/main'), ...args], {
    cwd: packageRoot,
    env: Object.fromEntries([...own, ...simulated]),
    encoding: 'utf8',
    timeout: GUARD_MS,
  });
  return { code: status, output: `${stdout}${stderr}` };
}
