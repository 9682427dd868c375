/** Promises about the dashboard that need no Grafana. That it is what its source makes is `npm run generate:check`'s to say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type DashboardPanel,
  dashboard,
  dashboardQueries,
  panels,
  records,
  recordsIn,
  withEverythingChosen,
} from './monitored-files.js';

const titled = (title: string): DashboardPanel | undefined => panels.find((panel) => panel.title === title);

describe('the dashboard', () => {
  test("has the specification's four panels", () => {
    const kinds = ['Request Rate', 'Latency Distribution', 'Error Rate', 'Active Requests'].map(
      (title) => titled(title)?.type,
    );
    assert.deepEqual(kinds, ['timeseries', 'heatmap', 'gauge', 'stat']);
    assert.deepEqual(titled('Error Rate')?.fieldConfig?.defaults.thresholds?.steps, [
      { color: 'green', value: null },
      { color: 'yellow', value: 0.01 },
      { color: 'red', value: 0.05 },
    ]);
    assert.equal(titled('Latency Distribution')?.targets?.[0].format, 'heatmap');
  });

  test('can be found again: it and each of its panels has an identity of its own', () => {
    assert.equal(dashboard.uid, 'llm-simulator');
    const ids = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const titles = panels.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
  });

  test('lets one choose datasource, job, instance and model, and every panel obeys', () => {
    assert.deepEqual(
      dashboard.templating.list.map(({ name, type }) => `${type} ${name}`),
      ['datasource datasource', 'query job', 'query instance', 'query model'],
    );
    for (const { datasource, targets = [], title } of panels) {
      assert.match(datasource?.uid ?? '', /^\$\{datasource\}$/, title);
      for (const target of targets) {
        assert.equal(target.datasource.uid, datasource?.uid, title);
        assert.match(target.expr, /job="\$job"/, title);
      }
    }
  });

  for (const panel of panels) {
    test(`"${panel.title}" says what it shows, in a unit, under names`, () => {
      assert.match(panel.description ?? '', /\.$/);
      assert.match(panel.fieldConfig?.defaults.unit ?? panel.options?.yAxis?.unit ?? '', /^\w+$/);
      assert.ok((panel.targets ?? []).length > 0);
      for (const { legendFormat } of panel.targets ?? []) assert.match(legendFormat, /\S/);
    });
  }

  test('panels lie side by side and below one another, never over each other', () => {
    for (const list of [dashboard.panels, ...dashboard.panels.map(({ panels: inside = [] }) => inside)]) {
      for (const [index, panel] of list.entries()) {
        const { h, w, x, y } = panel.gridPos;
        assert.ok(x >= 0 && x + w <= 24 && w > 0 && h > 0, panel.title);
        const over = list.slice(index + 1).filter(({ gridPos: other }) => {
          const beside = other.x >= x + w || x >= other.x + other.w;
          return !beside && other.y < y + h && y < other.y + other.h;
        });
        assert.deepEqual(
          over.map(({ title }) => title),
          [],
          `over ${panel.title}`,
        );
      }
    }
  });

  test('asks for nothing that is not recorded, and for nothing that nobody chose', () => {
    const recorded = records.map(({ record }) => record);
    for (const [place, expr] of dashboardQueries()) {
      for (const name of recordsIn(expr)) assert.ok(recorded.includes(name), `${place}: ${name}`);
      assert.doesNotMatch(withEverythingChosen(expr, '1m'), /\$/);
    }
  });
});
