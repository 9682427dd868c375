/**
 * A real Prometheus with the configuration and rules of deploy/ asks a real node under load: every query of the dashboard and every recording
 * rule finds data, what they find is true, and alerts fire for what happens to the node. Only times are shortened and the address is another.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { eventually, temporaryFolder } from '../process/program.js';
import { BusyNode, REQUESTS_PER_ROUND, WRONG_PER_ROUND } from './busy-node.js';
import {
  alerts,
  dashboardQueries,
  records,
  ruleFileNames,
  rulesFolder,
  withEverythingChosen,
  yamlOf,
} from './monitored-files.js';
import { PrometheusServer, withoutPrometheus } from './prometheus-server.js';

interface Configuration {
  readonly global: object;
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

/** How long an alert waits here instead of minutes. */
const FOR = '3s';

/** Guards against a node that never has data; a round takes a fraction of a second. */
const ROUNDS_MAX = 120;

const folder = temporaryFolder();

function quickRules(): string {
  for (const name of ruleFileNames) {
    const text = readFileSync(join(rulesFolder, name), 'utf8');
    writeFileSync(join(folder, `rules-${name}`), text.replace(/^(\s+for: ).*$/gm, `$1${FOR}`));
  }
  return join(folder, 'rules-*.yaml');
}

function quickConfiguration(target: string): string {
  const { global, scrape_configs } = yamlOf<Configuration>('deploy/prometheus/prometheus.yaml');
  const [job] = scrape_configs.filter(({ job_name }) => job_name === 'llm-simulator');
  return stringify({
    global: { ...global, scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [quickRules()],
    scrape_configs: [{ ...job, scrape_interval: '1s', scrape_timeout: '1s', static_configs: [{ targets: [target] }] }],
  });
}

describe('a real Prometheus and a real node', { skip: withoutPrometheus }, () => {
  let node: BusyNode;
  let prometheus: PrometheusServer;
  before(async () => {
    node = await BusyNode.start(folder);
    prometheus = await PrometheusServer.start(quickConfiguration(new URL(node.simulator.metricsUrl).host), folder);
  });
  after(async () => {
    await prometheus?.close();
    await node?.simulator.end();
  });

  const firing = (alert: string) => `ALERTS{alertname="${alert}", alertstate="firing"}`;
  const happens = (expr: string) =>
    eventually(
      async () => ((await prometheus.query(expr)).length > 0 ? true : undefined),
      () => `nothing of ${expr}`,
    );

  test('every query of the dashboard and every recording rule has data while the node works', async () => {
    const waiting = new Map(dashboardQueries());
    for (const { record } of records) waiting.set(`rule ${record}`, record ?? '');
    // Twice read and once refused, the other things being what a node does all the time.
    await happens('llm_simulator_config_generation');
    assert.equal(await node.reload(false), 200);
    assert.equal(await node.reload(true), 422);
    for (let round = 0; waiting.size > 0; round++) {
      assert.ok(round < ROUNDS_MAX, `without data: ${JSON.stringify([...waiting], null, 1)}`);
      await node.round();
      for (const [place, expr] of waiting) {
        const samples = await prometheus.query(withEverythingChosen(expr, '10s'));
        if (samples.some(({ value }) => Number.isFinite(value))) waiting.delete(place);
      }
    }
  });

  test('no rule fails', async () => {
    const rules = await prometheus.rules();
    assert.equal(rules.length, alerts.length + records.length);
    const unwell = rules.filter(({ health }) => health !== 'ok');
    assert.deepEqual(unwell, []);
  });

  test('what was asked for and what was not are told apart to the request', async () => {
    const sent = node.rounds * REQUESTS_PER_ROUND;
    await eventually(
      async () => ((await prometheus.number('sum(llm_simulator_requests_total)')) === sent ? true : undefined),
      () => `Prometheus never saw ${sent} requests`,
    );
    const inAll = (name: string) => {
      const rule = records.find(({ record }) => record === `job:llm_simulator_${name}:rate5m`);
      assert.ok(rule !== undefined);
      const counters = rule.expr.replaceAll(/rate\((\w+(?:\{[^}]*\})?)\[5m\]\)/g, '$1');
      return counters.replaceAll('job:llm_simulator_requests:rate5m', 'sum by (job) (llm_simulator_requests_total)');
    };
    const errors = await prometheus.number(inAll('errors'));
    const injected = await prometheus.number(inAll('injected_errors'));
    assert.ok(injected > 0);
    assert.equal(errors - injected, node.rounds * WRONG_PER_ROUND);
  });

  test('alerts fire for what happened', async () => {
    for (const alert of ['LLMSimulatorSaturated', 'ConfigurationReloadRefused', 'HighErrorRate', 'UnintendedErrors'])
      await happens(firing(alert));
    for (const alert of ['LLMSimulatorDown', 'AcceptorDeaths', 'LogLinesDropped'])
      assert.deepEqual(await prometheus.query(`ALERTS{alertname="${alert}"}`), [], alert);
  });

  test('a node that is killed is down: pending first, then firing', async () => {
    await node.simulator.end('SIGKILL');
    await happens(firing('LLMSimulatorDown'));
    const pending = 'count_over_time(ALERTS{alertname="LLMSimulatorDown", alertstate="pending"}[5m])';
    assert.ok((await prometheus.number(pending)) >= 1);
  });
});
