/** Records between two threads that run at their own pace: a worker sends every record back that it gets, of any size, through small rings. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { ByteRing, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../../src/runtime/byte-ring.js';
import { RecordReceiver, RecordSender } from '../../../src/runtime/record-channel.js';
import type { RecordPeerTask } from '../../runtime/fixtures/record-peer.js';
import type { FuzzTarget } from '../contract.js';

interface Burst {
  /** Of the records, bytes. */
  readonly lengths: readonly number[];
  /** Turns of the event loop before each is sent. */
  readonly turns: number;
}

const QUEUE = { queuedBytesMax: 2 ** 24, queuedRecordsMax: 64 };
const RECORD_BYTES_MAX = 40_000;
const SEEDS = 256;
const PATTERN = Uint8Array.from({ length: RECORD_BYTES_MAX + SEEDS }, (_, index) => (index * 17 + (index >> 8)) & 255);

const bursts: fc.Arbitrary<Burst> = fc.record({
  lengths: fc.array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: RECORD_BYTES_MAX })), {
    minLength: 1,
    maxLength: QUEUE.queuedRecordsMax,
  }),
  turns: fc.nat(2),
});

export const threadTarget: FuzzTarget<Burst> = {
  name: 'threads',
  promise: 'records of any size go to another thread and come back, whole, once and in order',
  weight: 1,
  inputs: bursts,
  open: async () => {
    const fromMain = ByteRing.allocate(RING_BYTES_MIN, 2 ** 32 - 50_000);
    const toMain = ByteRing.allocate(2 * RING_BYTES_MIN, 2 ** 31 - 50_000);
    const sender = new RecordSender(new RingProducer(fromMain), QUEUE);
    const consumer = new RingConsumer(toMain);
    const receiver = new RecordReceiver(consumer, { recordBytesMax: RECORD_BYTES_MAX });
    const worker = peer({ role: 'echo', toMain, fromMain });
    let sent = 0;
    return {
      execute: async ({ lengths, turns }) => {
        const first = sent;
        for (const length of lengths) {
          for (let left = turns; left > 0; left--) await turn();
          const record = recordOf(length, sent++);
          assert.ok(
            sender.send([record.subarray(0, length >>> 1), record.subarray(length >>> 1)]),
            'the queue has room',
          );
        }
        for (const [index, length] of lengths.entries()) {
          let record = receiver.receive();
          for (; record === undefined; record = receiver.receive()) {
            sender.flush();
            await turn();
          }
          assert.equal(
            Buffer.compare(record, recordOf(length, first + index)),
            0,
            `record ${index} of ${length} bytes`,
          );
        }
        assert.equal(receiver.receive(), undefined, 'nothing comes twice');
        assert.equal(consumer.availableBytes, 0);
      },
      close: async () => {
        const [echoed] = await Promise.all([once(worker, 'message'), sender.close()]);
        assert.deepEqual(echoed, [sent], 'the other end counted as many');
        await worker.terminate();
      },
    };
  },
};

/** TypeScript, which a worker's entry file cannot be on Node 20: a line of JavaScript registers tsx first. */
function peer(workerData: RecordPeerTask): Worker {
  const url = JSON.stringify(new URL('../../runtime/fixtures/record-peer.ts', import.meta.url).href);
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${url}); })`;
  return new Worker(source, { eval: true, workerData });
}

/** Bytes that tell records and places in them apart. */
function recordOf(length: number, seed: number): Uint8Array {
  const record = PATTERN.slice(seed % SEEDS, (seed % SEEDS) + length);
  if (length >= 4) new DataView(record.buffer).setUint32(0, seed, true);
  return record;
}
