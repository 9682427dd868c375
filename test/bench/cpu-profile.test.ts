/** Attribution of a CPU profile: by module, natives by their callers, within the window only, without idle time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { divide } from '../../bench/capacity/by-part.js';
import { type CpuProfile, partOfModule, timeByPart } from '../../bench/capacity/cpu-profile.js';

const SOURCE = 'file:///anywhere/dist/src';

const frame = (functionName: string, url = '') => ({ functionName, url });

/** Each sample lasts 100 µs, from 1,000 µs on. */
function profileOf(samples: readonly number[]): CpuProfile {
  return {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('(garbage collector)') },
      { id: 4, callFrame: frame('tick', `${SOURCE}/server/streaming/pacer.js`), children: [6, 8] },
      { id: 5, callFrame: frame('(program)') },
      { id: 6, callFrame: frame('write', `${SOURCE}/server/transport/node-connection.js`), children: [7] },
      { id: 7, callFrame: frame('writeBuffer') },
      { id: 8, callFrame: frame('now') },
    ],
    startTime: 900,
    samples: [...samples],
    timeDeltas: samples.map(() => 100),
  };
}

describe('the time of a profile', () => {
  test('goes to the part of the module, of the nearest caller for natives, and not to idleness', () => {
    const times = timeByPart(profileOf([2, 3, 4, 5, 6, 7, 8, 1]), 0, 1e9);
    assert.deepEqual(Object.fromEntries(times), {
      'garbage collector': 100,
      'pacer and stream table': 200,
      'ticker and event loop': 100,
      'transport and kernel send': 200,
      other: 0,
    });
  });

  test('counts within the window only', () => {
    // Samples at 1,000, 1,100, 1,200, …
    const times = timeByPart(profileOf([3, 4, 4, 4, 3]), 1_100, 1_300);
    assert.deepEqual(Object.fromEntries(times), { 'pacer and stream table': 200 });
  });

  test('knows the modules by what they are', () => {
    const expected = {
      [`${SOURCE}/runtime/timing-wheel.js`]: 'timing wheel',
      [`${SOURCE}/runtime/plan-reader.js`]: 'plan reader',
      [`${SOURCE}/server/streaming/stream-meter.js`]: 'meter and metrics',
      [`${SOURCE}/telemetry/metrics.js`]: 'meter and metrics',
      [`${SOURCE}/server/streaming/ticker.js`]: 'ticker and event loop',
      [`${SOURCE}/server/admission.js`]: 'requests: routing, admission, ledger, hand-over',
      'node:internal/timers': 'ticker and event loop',
      'node:_http_server': 'transport and kernel send',
      'node:net': 'transport and kernel send',
      'file:///anywhere/node_modules/x/index.js': 'other',
    };
    for (const [url, part] of Object.entries(expected)) assert.equal(partOfModule(url), part, url);
  });

  test('divides the main thread alone, and adds up to what all threads took', () => {
    const samples = new Map([
      ['timing wheel', 30],
      ['plan reader', 10],
    ]);
    const parts = divide(samples, { main: 2, others: 0.5, primary: 0.25 });
    assert.equal(parts.get('timing wheel'), 1.5);
    assert.equal(parts.get('plan reader'), 0.5);
    assert.equal(
      [...parts.values()].reduce((sum, seconds) => sum + seconds, 0),
      2.75,
    );
  });
});
