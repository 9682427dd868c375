/** What Prometheus' own tool says of deploy/prometheus: syntax, the tests of the rules, and which pods of a cluster are asked at which address. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { temporaryFile } from '../process/program.js';
import { promtoolTestsFolder, ruleFileNames, rulesFolder, yamlOf } from './monitored-files.js';
import { runPromtool, withoutPrometheus } from './prometheus-server.js';

const options = { skip: withoutPrometheus };

interface Configuration {
  readonly scrape_configs: readonly { readonly job_name: string; readonly kubernetes_sd_configs: unknown }[];
}

/** The cluster's configuration with a file of targets instead of Kubernetes, which Debian's Prometheus is built without. */
function withoutKubernetes(file: string): object {
  const configuration = yamlOf<Configuration>('deploy/prometheus/prometheus-kubernetes.yaml');
  const scrape_configs = configuration.scrape_configs.map(({ kubernetes_sd_configs: _, ...job }) => ({
    ...job,
    file_sd_configs: [{ files: [file] }],
  }));
  return { ...configuration, scrape_configs };
}

describe('promtool', options, () => {
  test('finds nothing wrong with the configurations', () => {
    runPromtool(['check', 'config', 'deploy/prometheus/prometheus.yaml']);
    runPromtool(['check', 'config', temporaryFile('prometheus.yaml', stringify(withoutKubernetes('pods.yaml')))]);
  });

  test('finds nothing wrong with the rules, style included', () => {
    runPromtool(['check', 'rules', '--lint=all', '--lint-fatal', ...ruleFileNames], rulesFolder);
  });

  for (const name of readdirSync(promtoolTestsFolder)) {
    test(`the tests of the rules hold: ${name}`, () => {
      runPromtool(['test', 'rules', name], promtoolTestsFolder);
    });
  }
});

interface Discovered {
  readonly labels: { readonly [name: string]: string } | null;
}

/** What Kubernetes says of one port of a pod. */
function podPort(labels: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const pod = {
    __address__: '10.1.2.3:9090',
    pod_ip: '10.1.2.3',
    pod_phase: 'Running',
    pod_name: 'llm-simulator-0',
    pod_node_name: 'node-1',
    namespace: 'llm-simulator',
    pod_label_app: 'llm-simulator',
    pod_container_port_name: 'metrics',
    pod_annotation_prometheus_io_scrape: 'true',
    pod_annotation_prometheus_io_port: '9090',
    ...labels,
  };
  return Object.fromEntries(
    Object.entries(pod).map(([name, value]) => [name.startsWith('__') ? name : `__meta_kubernetes_${name}`, value]),
  );
}

/** How long promtool waits for a file to be read: all of it, always. */
const DISCOVERY_SECS = 10;

/** The labels of the targets that Prometheus makes of ports of pods, which a file stands in for. */
function targetsOf(ports: readonly { readonly [name: string]: string }[]): { readonly [name: string]: string }[] {
  const groups = ports.map(({ __address__, ...labels }) => ({ targets: [__address__], labels }));
  const pods = temporaryFile('pods.yaml', stringify(groups));
  const configuration = temporaryFile('prometheus.yaml', stringify(withoutKubernetes(pods)));
  const timeout = `--timeout=${DISCOVERY_SECS}s`;
  const found: Discovered[] = JSON.parse(
    runPromtool(['check', 'service-discovery', timeout, configuration, 'llm-simulator']),
  );
  return found.flatMap(({ labels }) => (labels === null || Object.keys(labels).length === 0 ? [] : [labels]));
}

describe('pods of a cluster', options, () => {
  let targets: readonly { readonly [name: string]: string }[];
  before(() => {
    targets = targetsOf([
      podPort({ pod_name: 'annotated', pod_annotation_prometheus_io_port: '9191' }),
      podPort({ pod_name: 'plain', pod_annotation_prometheus_io_port: '' }),
      podPort({ pod_name: 'six', __address__: '[fd00::7]:9090', pod_ip: 'fd00::7' }),
      podPort({ pod_name: 'plain', __address__: '10.1.2.3:8080', pod_container_port_name: 'http' }),
      podPort({ pod_name: 'succeeded', pod_phase: 'Succeeded' }),
      podPort({ pod_name: 'failed', pod_phase: 'Failed' }),
      podPort({ pod_name: 'other', pod_label_app: 'something-else' }),
      podPort({ pod_name: 'unwilling', pod_annotation_prometheus_io_scrape: 'false' }),
    ]);
  });
  const named = (name: string) => targets.filter(({ pod }) => pod === name);

  test('are asked at their own address, at the port of their annotation', () => {
    const [target, ...others] = named('annotated');
    assert.equal(target.__address__, '10.1.2.3:9191');
    assert.deepEqual(others, []);
    const { instance, job, namespace, node } = target;
    const labels = { instance, job, namespace, node };
    const wanted = { instance: '10.1.2.3:9191', job: 'llm-simulator', namespace: 'llm-simulator', node: 'node-1' };
    assert.deepEqual(labels, wanted);
  });

  test('without an annotation are asked at the port that is called metrics, and at no other', () => {
    assert.deepEqual(
      named('plain').map(({ __address__ }) => __address__),
      ['10.1.2.3:9090'],
    );
  });

  test('with an IPv6 address are asked there', () => {
    assert.equal(named('six')[0].__address__, '[fd00::7]:9090');
  });

  test('are left alone when they have ended, are none of ours, or do not want to be asked', () => {
    assert.equal(targets.length, 3);
  });
});
