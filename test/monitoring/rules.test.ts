/** Promises about the rules that need no Prometheus: what the specification asks for is there, and whoever is called by an alert is told what to do. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { faultKinds } from '../../src/faults/registry.js';
import { alerts, promtoolTestsFolder, records, recordsIn, textOf } from './monitored-files.js';

const tight = (text: string) => text.replace(/\s+/g, '');

/** The specification's alerts, as chapter 8.3 of it has them. */
const SPECIFIED = [
  { name: 'LLMSimulatorDown', expr: 'up{job="llm-simulator"} == 0', for: '1m', severity: 'critical' },
  {
    name: 'HighErrorRate',
    expr: 'sum(rate(llm_simulator_errors_total[5m])) / sum(rate(llm_simulator_requests_total[5m])) > 0.05',
    for: '5m',
    severity: 'critical',
  },
  {
    name: 'HighLatency',
    expr: 'histogram_quantile(0.99, sum(rate(llm_simulator_request_duration_seconds_bucket[5m])) by (le)) > 5',
    for: '5m',
    severity: 'warning',
  },
  { name: 'HighQueueDepth', expr: 'llm_simulator_queue_depth > 500', for: '2m', severity: 'warning' },
];

describe('alert rules', () => {
  for (const specified of SPECIFIED) {
    test(`${specified.name} is the specification's`, () => {
      const rule = alerts.find(({ alert }) => alert === specified.name);
      assert.ok(rule !== undefined);
      assert.equal(tight(rule.expr), tight(specified.expr));
      assert.equal(rule.for, specified.for);
      assert.equal(rule.labels?.severity, specified.severity);
    });
  }

  test('names are unique', () => {
    const names = alerts.map(({ alert }) => alert);
    assert.equal(new Set(names).size, names.length);
  });

  const page = textOf('docs/runbooks/incident-response.md');
  const sections = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replaceAll(' ', '-'));
  const promtoolTests = readdirSync(promtoolTestsFolder).map((name) => textOf(`deploy/prometheus/tests/${name}`));

  for (const { alert, annotations, labels } of alerts) {
    test(`${alert} says how bad it is, what it means and where to read on, in a section that exists`, () => {
      assert.match(labels?.severity ?? '', /^(critical|warning|info)$/);
      assert.match(annotations?.summary ?? '', /\S/);
      assert.match(annotations?.description ?? '', /\{\{ \$(value|labels)|no target/);
      const url = annotations?.runbook_url ?? '';
      const [file, anchor] = url.split('#');
      assert.match(file, /\/docs\/runbooks\/incident-response\.md$/);
      assert.ok(sections.includes(anchor), `docs/runbooks/incident-response.md has no section ${anchor}`);
    });

    test(`${alert} has tests for when it fires and when it does not`, () => {
      const quoted = `alertname="${alert}"`;
      assert.ok(promtoolTests.some((text) => text.includes(`count(ALERTS{${quoted}, alertstate="firing"})`)));
      assert.ok(promtoolTests.some((text) => text.includes(`count(ALERTS{${quoted}})`)));
    });
  }
});

describe('recording rules', () => {
  test('have the name that they are asked for by', () => {
    const names = records.map(({ record }) => record);
    assert.equal(new Set(names).size, names.length);
    const asked = [...alerts, ...records].flatMap(({ expr }) => recordsIn(expr));
    assert.deepEqual(
      asked.filter((name) => !names.includes(name)),
      [],
    );
  });

  test('count those kinds of faults as injected errors that break an answer', () => {
    const rule = records.find(({ record }) => record === 'job:llm_simulator_injected_errors:rate5m');
    const left = /kind!~"([^"]+)"/.exec(rule?.expr ?? '')?.[1].split('|');
    const harmless = faultKinds.filter(({ breaks }) => !breaks).map(({ name }) => name);
    assert.deepEqual(left, harmless.toSorted());
  });
});
