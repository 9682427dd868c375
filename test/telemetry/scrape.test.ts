/** What scrapers ask for, by the headers that they send, and what they get. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { MetricFamily } from '../../src/telemetry/metric-family.js';
import { type ScrapeWish, scrapeHeaders, scrapeOf, scrapeWishOf } from '../../src/telemetry/scrape.js';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('the format', () => {
  const formats: readonly (readonly [accept: string | undefined, format: ScrapeWish['format']])[] = [
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/*', 'text'],
    ['text/html,*/*;q=0.8', 'text'],
    ['application/json', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version="1.0.0"; charset=utf-8', 'openmetrics'],
    ['APPLICATION/OpenMetrics-Text;Version=1.0.0', 'openmetrics'],
    ['application/openmetrics-text;version=0.0.1', 'text'],
    ['application/openmetrics-text;q=0.4,text/plain;q=0.5', 'text'],
    ['application/openmetrics-text;q=0.5,text/plain;q=0.4', 'openmetrics'],
    ['application/openmetrics-text;q=0.5,*/*;q=0.9', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=nonsense', 'text'],
    ['application/openmetrics-text;q=7', 'text'],
    [`${'a/b,'.repeat(10_000)}application/openmetrics-text`, 'text'],
    [PROMETHEUS_2, 'openmetrics'],
    [PROMETHEUS_3, 'openmetrics'],
  ];
  for (const [accept, format] of formats) {
    test(`for ${accept?.slice(0, 100)} it is ${format}`, () =>
      assert.equal(scrapeWishOf(accept, undefined).format, format));
  }
});

describe('compression', () => {
  const codings: readonly (readonly [coding: string | undefined, gzip: boolean])[] = [
    [undefined, false],
    ['', false],
    ['identity', false],
    ['gzip', true],
    ['deflate, gzip;q=0.5, br', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['*', true],
    ['br', false],
  ];
  for (const [coding, gzip] of codings)
    test(`for ${coding} it is ${gzip}`, () => assert.equal(scrapeWishOf(undefined, coding).gzip, gzip));
});

describe('an answer', () => {
  const family = (rows: number): MetricFamily => ({
    name: 'some_total',
    help: 'help',
    type: 'counter',
    merge: 'sum',
    labels: ['label'],
    rows: Array.from({ length: rows }, (_, row) => [`value ${row}`]),
    numbers: Float64Array.from({ length: rows }, (_, row) => row),
  });

  test('is compressed where that is asked for and worth it, and says so', async () => {
    const plain = await scrapeOf([[family(500)]], { format: 'text', gzip: false });
    const packed = await scrapeOf([[family(500)]], { format: 'text', gzip: true });
    assert.deepEqual(gunzipSync(packed.body), Buffer.from(plain.body));
    assert.ok(packed.body.byteLength < plain.body.byteLength / 4);
    assert.deepEqual(scrapeHeaders(packed).slice(-2), ['content-encoding', 'gzip']);
    assert.ok(!scrapeHeaders(plain).includes('content-encoding'));
    const small = await scrapeOf([[family(1)]], { format: 'openmetrics', gzip: true });
    assert.equal(small.isGzip, false);
    assert.equal(small.contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  });
});
