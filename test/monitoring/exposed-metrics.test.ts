/** Every metric that a rule or a panel asks for is one that a node has. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseExposition } from '../http/prometheus.js';
import { temporaryFolder } from '../process/program.js';
import { BusyNode } from './busy-node.js';
import { alerts, dashboardQueries, metricsIn, records } from './monitored-files.js';

const folder = temporaryFolder();

describe('the metrics of a node', () => {
  let exposed: ReadonlyMap<string, string>;
  let node: BusyNode;
  before(async () => {
    node = await BusyNode.start(folder);
    await node.round();
    exposed = parseExposition(await node.metrics()).types;
  });
  after(() => node.simulator.end());

  const asking = new Map([
    ...[...alerts, ...records].map(({ alert, expr, record }) => [`rule ${alert ?? record}`, expr] as const),
    ...dashboardQueries(),
  ]);
  for (const [place, expr] of asking) {
    const names = metricsIn(expr);
    if (names.length === 0) continue;
    test(`${place} asks for what there is`, () => {
      for (const name of names) assert.ok(exposed.has(name), name);
    });
  }
});
