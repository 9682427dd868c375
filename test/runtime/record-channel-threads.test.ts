import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { ByteRing, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';
import { RecordReceiver, RecordSender } from '../../src/runtime/record-channel.js';
import type { RecordPeerTask } from './fixtures/record-peer.js';
import { startWorker } from './fixtures/start-worker.js';

/** Only a hang takes this long. */
const HANG_GUARD = { timeout: 120_000 };

/** Runs a peer and calls onWake for every 'wake' it posts; resolves with its result. */
function runPeer(test: TestContext, task: RecordPeerTask, onWake: () => void): Promise<unknown> {
  const worker: Worker = startWorker(test, './record-peer.ts', task);
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message) => (message === 'wake' ? onWake() : resolve(message)));
  });
}

/** Receives on the event loop: takes in what there is, then goes to sleep for good until woken. */
class SleepingReader {
  readonly records: Uint8Array[] = [];
  readonly consumer: RingConsumer;
  readonly #receiver: RecordReceiver;

  constructor(ring: SharedArrayBuffer) {
    this.consumer = new RingConsumer(ring);
    this.#receiver = new RecordReceiver(this.consumer, { recordBytesMax: 1_000_000 });
  }

  readUntilAsleep(): void {
    do {
      for (let record = this.#receiver.receive(); record !== undefined; record = this.#receiver.receive()) {
        this.records.push(record.slice());
      }
    } while (!this.consumer.declareAsleep() && !this.consumer.isClosedAndDrained);
  }
}

describe('a record channel between two threads', () => {
  it('brings records of any size to an event loop that is woken only when it sleeps', HANG_GUARD, async (t) => {
    const toMain = ByteRing.allocate(RING_BYTES_MIN);
    const sizes = Array.from({ length: 400 }, (_, index) => (index * 7_919) % (5 * RING_BYTES_MIN));
    const reader = new SleepingReader(toMain);
    reader.readUntilAsleep();
    const sent = await runPeer(t, { role: 'send', toMain, sizes }, () => reader.readUntilAsleep());
    reader.readUntilAsleep();
    assert.equal(sent, sizes.length);
    assert.equal(reader.consumer.isClosedAndDrained, true);
    assert.deepEqual(
      reader.records.map((record) => record.byteLength),
      sizes,
    );
    assert.ok(reader.records.every((record, index) => record.every((byte) => byte === (index & 255))));
  });

  it('carries records from a thread that must not block to a worker and back', HANG_GUARD, async (t) => {
    const fromMain = ByteRing.allocate(RING_BYTES_MIN);
    const toMain = ByteRing.allocate(2 * RING_BYTES_MIN);
    const records = Array.from({ length: 300 }, (_, index) => new Uint8Array((index * 997) % 9_000).fill(index));
    const sender = new RecordSender(new RingProducer(fromMain), { queuedBytesMax: 2 ** 24, queuedRecordsMax: 300 });
    const reader = new SleepingReader(toMain);
    reader.readUntilAsleep();
    for (const record of records) assert.equal(sender.send([record]), true);
    const flushing = setInterval(() => {
      if (sender.flush()) sender.close();
    }, 1);
    const echoed = await runPeer(t, { role: 'echo', toMain, fromMain }, () => reader.readUntilAsleep());
    clearInterval(flushing);
    reader.readUntilAsleep();
    assert.equal(echoed, records.length);
    assert.deepEqual(reader.records, records);
  });

  it('frees a worker that is blocked in a record when the receiving end closes', HANG_GUARD, async (t) => {
    const toMain = ByteRing.allocate(RING_BYTES_MIN);
    const consumer = new RingConsumer(toMain);
    assert.equal(consumer.declareAsleep(), true);
    const sent = await runPeer(t, { role: 'send', toMain, sizes: [100, 100, 100_000, 100] }, () => consumer.close());
    assert.ok(typeof sent === 'number' && sent <= 2);
  });
});
