import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { formatPercentiles, reportPercentiles, summarizePercentiles } from '../../src/config/percentile-report.js';

function reportOf(content: string) {
  const all = reportPercentiles(loadConfiguration({ text: { name: 'f', content }, environment: {} }));
  return all.filter(({ path }) => path.startsWith('providers.x.') || path.startsWith('replies'));
}

test('each percentile is reported with what is drawn, 0 where they agree', () => {
  const report = reportOf(`
providers:
  x:
    latency:
      ttft: {distribution: log_normal, p50_ms: 800, p95_ms: 1500, p99_ms: 2500}
      itl: {distribution: gamma, p50_ms: 30, p95_ms: 90, p99_ms: 150}
`);
  assert.deepEqual(
    report.map(({ path, relative_error }) => [path.replace('providers.x.latency.', ''), relative_error !== 0]),
    [
      ['ttft.p50_ms', false],
      ['ttft.p95_ms', false],
      ['ttft.p99_ms', false],
      ['itl.p50_ms', true],
      ['itl.p95_ms', true],
      ['itl.p99_ms', true],
    ],
  );
  assert.deepEqual(formatPercentiles(report), [
    '3 percentiles are met to 0.01 %',
    'providers.x.latency.itl.p50_ms: 30 ms wanted, 29.5764 ms drawn (-1.41 %)',
    'providers.x.latency.itl.p95_ms: 90 ms wanted, 97.1787 ms drawn (+7.98 %)',
    'providers.x.latency.itl.p99_ms: 150 ms wanted, 140.909 ms drawn (-6.06 %)',
  ]);
});

test('rounding is no miss', () => {
  const report = reportOf(
    'providers: {x: {latency: {ttft: {distribution: pareto, p50_ms: 100, p95_ms: 180}, itl: {distribution: weibull, p50_ms: 500, p95_ms: 507.373}}}}',
  );
  assert.deepEqual(formatPercentiles(report), ['4 percentiles are met to 0.01 %']);
  assert.deepEqual(summarizePercentiles(report), { percentiles_met: 4, percentiles: [] });
});

test('percentiles of rules and of the components of mixtures are reported at their places', () => {
  const report = reportOf(`
providers: {x: {latency: {itl: {distribution: constant, value_ms: 1}}}}
replies:
  rules:
    - reply:
        latency:
          ttft:
            distribution: mixture
            components:
              - {weight: 1, distribution: constant, value_ms: 3}
              - {weight: 1, distribution: weibull, p50_ms: 5, p99_ms: 50}
`);
  const paths = report.filter(({ path }) => path.startsWith('replies')).map(({ path }) => path);
  const place = 'replies.rules[0].reply.latency.ttft.components[1]';
  assert.deepEqual(paths, [`${place}.p50_ms`, `${place}.p99_ms`]);
});

test('percentiles of lengths are reported in tokens', () => {
  const report = reportOf(
    'providers: {x: {output_tokens: {distribution: exponential, p50_tokens: 70, p95_tokens: 300}}}',
  );
  assert.deepEqual(formatPercentiles(report.filter(({ path }) => path.includes('output_tokens'))), [
    'providers.x.output_tokens.p50_tokens: 70 tokens wanted, 69.7061 tokens drawn (-0.42 %)',
    'providers.x.output_tokens.p95_tokens: 300 tokens wanted, 301.265 tokens drawn (+0.422 %)',
  ]);
});
