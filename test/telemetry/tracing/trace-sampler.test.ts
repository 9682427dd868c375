/** Which requests are traced. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { TraceSampler } from '../../../src/telemetry/tracing/trace-sampler.js';

const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

function samplerOf(rate: number): TraceSampler {
  const sampler = new TraceSampler();
  sampler.setRate(rate);
  return sampler;
}

const traceId = fc
  .array(fc.nat(0xffffffff), { minLength: 4, maxLength: 4 })
  .filter((words) => words.some((word) => word > 0))
  .map((words) => words.map((word) => word.toString(16).padStart(8, '0')).join(''));

describe('TraceSampler', () => {
  test('decides by identifier as OpenTelemetry’s sampler by ratio does', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(rate, traceId, (share, id) => {
        const { decision } = new TraceIdRatioBasedSampler(share).shouldSample(ROOT_CONTEXT, id);
        assert.equal(samplerOf(share).takes(id), decision === 2);
      }),
      { numRuns: 2_000 },
    );
  });

  test('traces the trace that it began if its identifier says so', () => {
    const sampler = samplerOf(0.3);
    for (let request = 0; request < 1_000; request++) {
      const place = sampler.placeOf(undefined);
      if (place !== undefined) assert.ok(sampler.takes(place.traceId));
    }
  });

  test('takes the share that it is told, within five standard deviations: one run in 1.7 million would fail by chance', () => {
    const requests = 200_000;
    for (const rate of [0.001, 0.1, 0.5, 0.9]) {
      const sampler = samplerOf(rate);
      let traced = 0;
      for (let request = 0; request < requests; request++) if (sampler.placeOf(undefined) !== undefined) traced++;
      const deviation = Math.sqrt(requests * rate * (1 - rate));
      assert.ok(Math.abs(traced - requests * rate) < 5 * deviation, `${traced} of ${requests} at ${rate}`);
    }
  });

  test('takes all at 1 and none at 0', () => {
    const [all, none] = [samplerOf(1), samplerOf(0)];
    for (let request = 0; request < 10_000; request++) {
      assert.notEqual(all.placeOf(undefined), undefined);
      assert.equal(none.placeOf(undefined), undefined);
    }
    assert.ok(all.takes(`${'0'.repeat(24)}ffffffff`));
  });

  test('does what the caller did, whatever the share', () => {
    for (const rate of [0, 0.1, 1]) {
      const place = samplerOf(rate).placeOf({ ...PARENT, isSampled: true });
      assert.equal(place?.traceId, PARENT.traceId);
      assert.equal(place?.parentSpanId, PARENT.spanId);
      assert.match(place?.spanId ?? '', /^[0-9a-f]{16}$/);
      assert.equal(samplerOf(rate).placeOf({ ...PARENT, isSampled: false }), undefined);
    }
  });

  test('gives identifiers that are well-formed and never twice the same', () => {
    const sampler = samplerOf(1);
    const seen = new Set<string>();
    for (let request = 0; request < 20_000; request++) {
      const place = sampler.placeOf(undefined);
      assert.ok(place !== undefined);
      assert.match(place.traceId, /^(?!0{32})[0-9a-f]{32}$/);
      assert.match(place.spanId, /^(?!0{16})[0-9a-f]{16}$/);
      seen.add(place.traceId).add(place.spanId);
    }
    assert.equal(seen.size, 40_000);
  });
});
