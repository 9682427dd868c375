/** Metrics as text, in both formats, as their specifications have them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import type { MetricFamily } from '../../src/telemetry/metric-family.js';

const counter: MetricFamily = {
  name: 'requests_total',
  help: 'A "help"\nof two lines \\',
  type: 'counter',
  merge: 'sum',
  labels: ['model', 'error'],
  rows: [
    ['a"b\\c\nd', 'x'],
    ['plain', ''],
  ],
  numbers: Float64Array.of(3, 4.5),
};

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const histogram: MetricFamily = {
  name: 'wait_seconds',
  help: 'help',
  type: 'histogram',
  merge: 'sum',
  labels: ['model'],
  bounds: [0.5, 2],
  rows: [['a']],
  numbers: Float64Array.of(1, 2, 4, 9.25),
  exemplars: [{ row: 0, bucket: 1, traceId: TRACE, value: 1.25, atSecs: 1_700_000_000.5 }],
};

test('the text format escapes labels and help, and adds up the buckets', () => {
  assert.equal(
    renderMetrics([[counter, histogram]]),
    [
      '# HELP requests_total A "help"\\nof two lines \\\\',
      '# TYPE requests_total counter',
      'requests_total{model="a\\"b\\\\c\\nd",error="x"} 3',
      'requests_total{model="plain"} 4.5',
      '# HELP wait_seconds help',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="0.5",model="a"} 1',
      'wait_seconds_bucket{le="2.0",model="a"} 3',
      'wait_seconds_bucket{le="+Inf",model="a"} 7',
      'wait_seconds_sum{model="a"} 9.25',
      'wait_seconds_count{model="a"} 7',
      '',
    ].join('\n'),
  );
});

test('OpenMetrics names families without _total, says units, carries exemplars and ends', () => {
  assert.equal(
    renderMetrics([[counter, histogram]], 'openmetrics'),
    [
      '# TYPE requests counter',
      '# HELP requests A \\"help\\"\\nof two lines \\\\',
      'requests_total{model="a\\"b\\\\c\\nd",error="x"} 3',
      'requests_total{model="plain"} 4.5',
      '# TYPE wait_seconds histogram',
      '# UNIT wait_seconds seconds',
      '# HELP wait_seconds help',
      'wait_seconds_bucket{le="0.5",model="a"} 1',
      `wait_seconds_bucket{le="2.0",model="a"} 3 # {trace_id="${TRACE}"} 1.25 1700000000.500`,
      'wait_seconds_bucket{le="+Inf",model="a"} 7',
      'wait_seconds_sum{model="a"} 9.25',
      'wait_seconds_count{model="a"} 7',
      '# EOF',
      '',
    ].join('\n'),
  );
});

describe('values', () => {
  const gauge = (value: number): MetricFamily => ({
    ...counter,
    name: 'g',
    type: 'gauge',
    labels: [],
    rows: [[]],
    numbers: Float64Array.of(value),
  });
  for (const [value, text] of [
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
  ] as const) {
    test(`${value} is ${text}`, () =>
      assert.match(renderMetrics([[gauge(value)]]), new RegExp(`^g ${text.replace('+', '\\+')}$`, 'm')));
  }
});

test('of exemplars of one bucket the newest stays, in the row that its series has in the sum', () => {
  const other: MetricFamily = {
    ...histogram,
    rows: [['b'], ['a']],
    numbers: Float64Array.of(0, 1, 0, 1, 1, 0, 0, 0.5),
    exemplars: [
      { row: 0, bucket: 1, traceId: 'b'.repeat(32), value: 1, atSecs: 5 },
      { row: 1, bucket: 1, traceId: 'c'.repeat(32), value: 1.5, atSecs: 1_800_000_000 },
    ],
  };
  const text = renderMetrics([[histogram], [other]], 'openmetrics');
  assert.match(text, /le="2\.0",model="a"} 4 # {trace_id="c{32}"} 1\.5 1800000000\.000/);
  assert.match(text, /le="2\.0",model="b"} 1 # {trace_id="b{32}"} 1 5\.000/);
  assert.ok(!text.includes(TRACE));
});
