import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { ByteRing, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';
import type { RingPeerTask } from './fixtures/ring-peer.js';
import { nextMessage, startWorker } from './fixtures/start-worker.js';

/** Only a hang takes this long. */
const HANG_GUARD = { timeout: 120_000 };
const MIB = 1024 * 1024;

async function startPeer(test: TestContext, task: RingPeerTask): Promise<Worker> {
  const worker = startWorker(test, './ring-peer.ts', task);
  assert.equal(await nextMessage(worker), 'running');
  return worker;
}

/** Clears and notifies every sleep word that says "blocked", as the other end does, a few times over. Gives up after 10 s. */
async function wakeSleepers(ring: SharedArrayBuffer): Promise<void> {
  const control = new Int32Array(ring, 0, 80);
  for (let round = 0, woken = 0; round < 2_000 && woken < 5; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const word of [48, 64]) {
      if (Atomics.compareExchange(control, word, 1, 0) === 1) woken += Atomics.notify(control, word);
    }
  }
}

describe('a byte ring between two threads', () => {
  const cases = [
    { story: 'both at full speed', written: 997, read: 701, pauses: [0, 0], totalBytes: 8 * MIB },
    { story: 'a consumer that has to sleep', written: 997, read: 701, pauses: [8, 0], totalBytes: MIB / 4 },
    { story: 'a producer that has to sleep', written: 997, read: 701, pauses: [0, 8], totalBytes: MIB / 4 },
    {
      story: 'a ring that is filled or emptied at one go',
      written: 4_096,
      read: 4_096,
      pauses: [0, 0],
      totalBytes: 16 * MIB,
    },
  ];
  for (const { story, written, read, pauses, totalBytes } of cases) {
    it(`carries every byte once and in order: ${story}`, HANG_GUARD, async (t) => {
      const ring = ByteRing.allocate(RING_BYTES_MIN, 2 ** 32 - 10_000);
      const shared = { ring, totalBytes };
      const consumer = await startPeer(t, { ...shared, role: 'consume', pieceBytes: read, pauseEvery: pauses[1] });
      const received = nextMessage(consumer);
      const producer = await startPeer(t, { ...shared, role: 'produce', pieceBytes: written, pauseEvery: pauses[0] });
      assert.deepEqual(await Promise.all([nextMessage(producer), received]), [totalBytes, totalBytes]);
    });
  }

  it('loses no wake-up when both ends fall asleep for every single byte', HANG_GUARD, async (t) => {
    const rings = { ring: ByteRing.allocate(RING_BYTES_MIN), ringBack: ByteRing.allocate(RING_BYTES_MIN) };
    const task = { ...rings, totalBytes: 20_000, pieceBytes: 1, pauseEvery: 0 };
    const echo = await startPeer(t, { ...task, role: 'echo' });
    const echoed = nextMessage(echo);
    const ping = await startPeer(t, { ...task, role: 'ping' });
    assert.deepEqual(await Promise.all([nextMessage(ping), echoed]), [task.totalBytes, task.totalBytes]);
  });

  it('goes on waiting when a wake-up comes late and there is nothing to do', HANG_GUARD, async (t) => {
    const ring = ByteRing.allocate(RING_BYTES_MIN);
    const shared = { ring, totalBytes: 10_000, pieceBytes: 1_000, pauseEvery: 0 };
    const consumer = await startPeer(t, { ...shared, role: 'consume' });
    const received = nextMessage(consumer);
    await Promise.race([received, wakeSleepers(ring)]);
    const producer = await startPeer(t, { ...shared, role: 'produce' });
    assert.deepEqual(await Promise.all([nextMessage(producer), received]), [shared.totalBytes, shared.totalBytes]);

    const fullRing = ByteRing.allocate(RING_BYTES_MIN);
    const blocked = await startPeer(t, { ...shared, ring: fullRing, role: 'produce' });
    const sent = nextMessage(blocked);
    await Promise.race([sent, wakeSleepers(fullRing)]);
    await startPeer(t, { ...shared, ring: fullRing, role: 'consume' });
    assert.equal(await sent, shared.totalBytes);
  });

  it('wakes a blocked consumer when the producer closes', HANG_GUARD, async (t) => {
    const ring = ByteRing.allocate(RING_BYTES_MIN);
    const peer = await startPeer(t, { role: 'consume', ring, totalBytes: 0, pieceBytes: 1, pauseEvery: 0 });
    const received = nextMessage(peer);
    await new Promise((resolve) => setTimeout(resolve, 20));
    new RingProducer(ring).close();
    assert.equal(await received, 0);
  });

  it('wakes a blocked producer when the consumer closes', HANG_GUARD, async (t) => {
    const ring = ByteRing.allocate(RING_BYTES_MIN);
    const peer = await startPeer(t, { role: 'produce', ring, totalBytes: MIB, pieceBytes: 512, pauseEvery: 0 });
    const sent = nextMessage(peer);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const consumer = new RingConsumer(ring);
    assert.ok(consumer.availableBytes <= RING_BYTES_MIN);
    consumer.close();
    assert.equal(await sent, consumer.availableBytes);
  });
});
