/** Batches of spans: one at a time, and none left behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TracedRequest } from '../../../src/telemetry/tracing/request-record.js';
import { RequestSpanExporter } from '../../../src/telemetry/tracing/span-exporter.js';
import type { FromExporter } from '../../../src/telemetry/tracing/span-messages.js';
import type { TracingSettings } from '../../../src/telemetry/tracing/tracing-settings.js';

const SETTINGS = { service_name: 's', resource_attributes: {} } as TracingSettings;
const REQUEST = {
  head: {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    method: 'GET',
    path: '/',
    scenarios: [],
  },
  end: {},
} as unknown as TracedRequest;
const requests = (count: number) => Array.from({ length: count }, () => REQUEST);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('spans that come while a batch is on its way go with the next, also when its time has passed by then', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const batches: number[] = [];
  const under: (() => void)[] = [];
  const reports: FromExporter[] = [];
  const exporter = new RequestSpanExporter(
    { settings: SETTINGS, resource: {}, version: '0' },
    {
      export: (spans, done) => {
        batches.push(spans.length);
        under.push(() => done(batches.length === 2 ? { code: 1, error: new Error('no') } : { code: 0 }));
      },
      shutdown: async () => {},
    },
    (message) => reports.push(message),
  );
  exporter.take(requests(3));
  assert.deepEqual(batches, []);
  t.mock.timers.tick(1_000);
  assert.deepEqual(batches, [3]);
  exporter.take(requests(4));
  t.mock.timers.tick(5_000);
  assert.deepEqual(batches, [3], 'one at a time');
  under[0]();
  await turn();
  t.mock.timers.tick(1_000);
  assert.deepEqual(batches, [3, 4]);
  under[1]();
  await turn();
  exporter.take(requests(600));
  assert.deepEqual(batches, [3, 4, 512], 'a full batch waits for nothing');
  const flushed = exporter.flush();
  under[2]();
  await turn();
  under[3]();
  await flushed;
  assert.deepEqual(batches, [3, 4, 512, 88]);
  assert.deepEqual(reports, [
    { kind: 'sent', exported: 3, dropped: 0 },
    { kind: 'sent', exported: 0, dropped: 4, failure: 'no' },
    { kind: 'sent', exported: 512, dropped: 0 },
    { kind: 'sent', exported: 88, dropped: 0 },
  ]);
});
