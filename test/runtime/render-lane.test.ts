/** How a lane sleeps while what was sent waits for room in its ring. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RingConsumer } from '../../src/runtime/byte-ring.js';
import { RecordReceiver } from '../../src/runtime/record-channel.js';
import { RenderLane } from '../../src/runtime/render-lane.js';

const RECORD_BYTES = 2 * 1024 * 1024;

test('a lane with a backlog sleeps, is woken to fill its ring, and no more when all is in it', async (t) => {
  let wakes = 0;
  const lane = new RenderLane((message) => {
    assert.equal(message, 'wake');
    wakes++;
  });
  t.after(() => lane.close());
  const requests = new RingConsumer(lane.ends.requests);
  const receiver = new RecordReceiver(requests, { recordBytesMax: RECORD_BYTES });
  assert.ok(lane.send([new Uint8Array(RECORD_BYTES)]));
  assert.ok(lane.isBacklogged);
  while (lane.isBacklogged) {
    const before = wakes;
    assert.ok(lane.declareAsleep(), 'nothing is there to do');
    assert.equal(receiver.receive(), undefined);
    while (wakes === before) await sleep(1);
    lane.flush();
  }
  assert.equal(receiver.receive()?.byteLength, RECORD_BYTES);
  const before = wakes;
  assert.ok(lane.declareAsleep());
  await sleep(20);
  assert.equal(wakes, before);
});

test('a lane that is closed wakes nobody', async () => {
  const lane = new RenderLane(() => assert.fail('closed'));
  lane.send([new Uint8Array(RECORD_BYTES)]);
  assert.ok(lane.declareAsleep());
  lane.close();
  await sleep(20);
});
