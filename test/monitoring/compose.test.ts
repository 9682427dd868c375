/** Promises about deploy/compose: its files exist, its ports and times agree with the product, and nobody in it may do more than needed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { textOf, yamlOf } from './monitored-files.js';

interface Service {
  readonly image: string;
  readonly environment?: { readonly [name: string]: string };
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly command?: readonly string[];
  readonly read_only: boolean;
  readonly user?: string;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly deploy: { readonly resources: { readonly limits: { readonly [what: string]: unknown } } };
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
}

const folder = join(packageRoot, 'deploy/compose');
const { services, volumes } = yamlOf<{
  readonly services: { readonly [name: string]: Service };
  readonly volumes: { readonly [name: string]: unknown };
}>('deploy/compose/compose.yaml');
const simulator = services['llm-simulator'];
/** What the image reads, /app/config/simulator.yaml, on this side of the mount. */
const configurationFile = join(folder, 'config/simulator.yaml');
const configuration = loadConfiguration({ file: configurationFile, environment: {} });
/** Of a service, the ports in its container. */
const portsOf = ({ ports }: Service) => ports.map((port) => Number(port.split(':').at(-1)));

describe('compose', () => {
  test('has the simulator, Prometheus and Grafana, each of one version', () => {
    assert.deepEqual(Object.keys(services), ['llm-simulator', 'prometheus', 'grafana']);
    const { version } = JSON.parse(textOf('package.json'));
    assert.equal(simulator.image, `ghcr.io/llm-devops/llm-simulator:\${LLM_SIMULATOR_VERSION:-${version}}`);
    assert.match(services.prometheus.image, /:v\d+\.\d+\.\d+$/);
    assert.match(services.grafana.image, /:\d+\.\d+\.\d+$/);
  });

  for (const [name, service] of Object.entries(services)) {
    test(`${name} is confined: root read-only, no capabilities, bounded, and asked whether it is well`, () => {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      assert.deepEqual(Object.keys(service.deploy.resources.limits), ['cpus', 'memory', 'pids']);
      assert.equal(service.healthcheck.test[0], 'CMD');
    });

    test(`what ${name} mounts exists, read-only but for a named volume`, () => {
      for (const mount of service.volumes) {
        const [source, , mode] = mount.split(':');
        if (source.startsWith('.')) {
          assert.ok(existsSync(join(folder, source)), source);
          assert.equal(mode, 'ro', mount);
        } else assert.ok(source in volumes, source);
      }
    });
  }

  test("the simulator's ports, checks and times are those of its configuration", () => {
    const { lame_duck_secs, port, shutdown_timeout_secs, workers } = configuration.server;
    const metricsPort = configuration.telemetry.metrics.prometheus_port;
    assert.deepEqual(portsOf(simulator), [port, metricsPort]);
    assert.ok(simulator.healthcheck.test.join(' ').includes(`:${metricsPort}/ready`));
    assert.ok(Number.parseInt(simulator.stop_grace_period, 10) >= lame_duck_secs + shutdown_timeout_secs + 5);
    assert.equal(String(workers), simulator.deploy.resources.limits.cpus);
    assert.equal(simulator.user, '1000:1000');
  });

  test('only the API is open to other machines', () => {
    const everywhere = Object.values(services)
      .flatMap(({ ports }) => ports)
      .filter((port) => !port.includes('127.0.0.1'));
    assert.deepEqual(
      everywhere.map((port) => port.split(':').at(-1)),
      [String(configuration.server.port)],
    );
  });

  test('Prometheus asks the simulator, and Grafana asks Prometheus', () => {
    const { scrape_configs } = yamlOf<{ readonly scrape_configs: readonly ScrapeConfig[] }>(
      'deploy/prometheus/prometheus.yaml',
    );
    const job = scrape_configs.find(({ job_name }) => job_name === 'llm-simulator');
    assert.deepEqual(job?.static_configs?.[0].targets, [`llm-simulator:${portsOf(simulator)[1]}`]);
    const [{ uid, url }] = yamlOf<{ readonly datasources: readonly { readonly uid: string; readonly url: string }[] }>(
      'deploy/grafana/provisioning/datasources/prometheus.yaml',
    ).datasources;
    assert.equal(url, `http://prometheus:${portsOf(services.prometheus)[0]}`);
    assert.equal(uid, 'prometheus');
  });

  test('files are mounted where they are looked for', () => {
    const mounted = (name: string) => services[name].volumes.map((mount) => mount.split(':')[1]);
    const config = services.prometheus.command?.find((argument) => argument.startsWith('--config.file='));
    assert.ok(mounted('prometheus').includes(config?.split('=')[1] ?? ''));
    const { rule_files } = yamlOf<{ readonly rule_files: readonly string[] }>('deploy/prometheus/prometheus.yaml');
    assert.deepEqual(rule_files, ['/etc/prometheus/rules/*.yaml']);
    assert.ok(mounted('prometheus').includes('/etc/prometheus/rules'));
    const [{ options }] = yamlOf<{ readonly providers: readonly { readonly options: { readonly path: string } }[] }>(
      'deploy/grafana/provisioning/dashboards/llm-simulator.yaml',
    ).providers;
    assert.ok(mounted('grafana').includes(options.path));
    assert.ok(mounted('grafana').includes('/etc/grafana/provisioning'));
    const home = services.grafana.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
    assert.equal(home, `${options.path}/llm-simulator.json`);
    assert.deepEqual(mounted('llm-simulator'), ['/app/config']);
  });

  test('every variable is in the example, and everything in the example is a variable', () => {
    const asked = [...textOf('deploy/compose/compose.yaml').matchAll(/\$\{(\w+):/g)].map(([, name]) => name);
    const shown = [...textOf('deploy/compose/.env.example').matchAll(/^#?(\w+)=/gm)].map(([, name]) => name);
    assert.deepEqual([...new Set(asked)].sort(), shown.sort());
  });

  test("the simulator's variables are those of its configuration", () => {
    const environment = { LLM_SIM__SIMULATION__SEED: '7', LLM_SIM__ADMIN__API_KEY: '' };
    const given = Object.keys(simulator.environment ?? {}).filter((name) => name.startsWith('LLM_SIM__'));
    assert.deepEqual(given.sort(), Object.keys(environment).sort());
    const { admin, simulation } = loadConfiguration({ file: configurationFile, environment });
    assert.equal(simulation.seed, 7);
    assert.equal(admin.api_key, null);
  });
});
