/** The log of a collector that cannot be reached stays readable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '../../../src/telemetry/logging.js';
import { ExportComplaints } from '../../../src/telemetry/tracing/export-complaints.js';

test('a collector that is down is said once a minute, with what was lost, and that it is back once', () => {
  const lines: unknown[] = [];
  const write = (level: string) => (facts: object, text: string) => void lines.push([level, { ...facts }, text]);
  const logger = { info: write('info'), warn: write('warn') } as unknown as Logger;
  let nowMs = 1_000;
  const complaints = new ExportComplaints(logger, () => nowMs);
  complaints.exported();
  for (let failure = 0; failure < 100; failure++) {
    complaints.failed('connection refused', 5);
    nowMs += 1_000;
  }
  complaints.exported();
  complaints.exported();
  complaints.failed('connection refused', 5);
  const text = 'spans cannot be exported; requests are served as ever';
  assert.deepEqual(lines, [
    ['warn', { cause: 'connection refused', spans_dropped: 5 }, text],
    ['warn', { cause: 'connection refused', spans_dropped: 300 }, text],
    ['info', { spans_dropped: 195 }, 'spans are exported again'],
    ['warn', { cause: 'connection refused', spans_dropped: 5 }, text],
  ]);
});
