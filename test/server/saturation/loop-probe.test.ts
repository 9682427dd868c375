/** A block of the event loop counts as everything that would have waited in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicClock } from '../../../src/kernel/clock.js';
import { LoopProbe } from '../../../src/server/saturation/loop-probe.js';
import { waitUntil } from '../../http/transport/raw-client.js';

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('a block of the event loop counts once for every probe that would have fallen into it', async () => {
  const lagsUs: number[] = [];
  const probe = new LoopProbe(
    monotonicClock,
    (lagUs) => lagsUs.push(lagUs),
    () => {},
  );
  probe.start();
  try {
    await waitUntil(() => lagsUs.length > 0, 'the first probe');
    lagsUs.length = 0;
    block(500);
    await waitUntil(() => lagsUs.length > 0, 'a probe behind the block');
    // What the machine adds to the block only makes more of it.
    assert.ok(lagsUs[0] >= 480_000 && lagsUs.length >= 24, `${lagsUs}`);
    for (let index = 1; index < 24; index++) assert.ok(Math.abs(lagsUs[index - 1] - lagsUs[index] - 20_000) < 1);
    assert.ok(lagsUs.every((lagUs) => lagUs >= 0));
  } finally {
    probe.stop();
  }
});

test('a leap of the clock counts as a window at most', async () => {
  let leapUs = 0;
  let samples = 0;
  let probes = 0;
  const probe = new LoopProbe(
    { nowUs: () => monotonicClock.nowUs() + leapUs },
    () => samples++,
    () => probes++,
  );
  probe.start();
  await waitUntil(() => probes > 0, 'the first probe');
  const before = { probes, samples };
  leapUs = 86_400e6;
  await waitUntil(() => probes > before.probes, 'the next probe');
  probe.stop();
  assert.ok(samples - before.samples >= 500 && samples - before.samples < 1_000);
});
