import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../src/kernel/failure.js';
import { ByteRing, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';
import { RecordReceiver, RecordSender, type RecordSenderLimits } from '../../src/runtime/record-channel.js';

const RECORD_BYTES_MAX = 3 * RING_BYTES_MIN;
const ROOMY: RecordSenderLimits = { queuedBytesMax: 2 ** 30, queuedRecordsMax: 1_000 };

interface Channel {
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
  readonly sender: RecordSender;
  readonly receiver: RecordReceiver;
}

function openChannel(limits = ROOMY): Channel {
  const buffer = ByteRing.allocate(RING_BYTES_MIN, 2 ** 32 - 1_024);
  const producer = new RingProducer(buffer);
  const consumer = new RingConsumer(buffer);
  const receiver = new RecordReceiver(consumer, { recordBytesMax: RECORD_BYTES_MAX });
  return { producer, consumer, sender: new RecordSender(producer, limits), receiver };
}

/** Everything that comes out while both ends keep going, until nothing moves any more. */
function drain({ sender, receiver }: Channel): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let isFlushed = false; !isFlushed; ) {
    isFlushed = sender.flush();
    for (let record = receiver.receive(); record !== undefined; record = receiver.receive())
      records.push(record.slice());
  }
  return records;
}

function receiveOne({ receiver }: Channel, received: Uint8Array[]): void {
  const record = receiver.receive();
  if (record !== undefined) received.push(record.slice());
}

/** Sends a record in parts, cut at the given places. */
function sendCut({ sender }: Channel, record: Uint8Array, places: readonly number[], accepted: Uint8Array[]): void {
  const cuts = places.map((place) => place % (record.length + 1)).sort((a, b) => a - b);
  const parts = [0, ...cuts].map((start, index) => record.subarray(start, cuts[index]));
  if (sender.send(parts)) accepted.push(record);
}

const recordOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 17 + seed) & 255);

describe('a record channel', () => {
  it('delivers every accepted record whole and in order, however it is cut, larger than the ring or not', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: RECORD_BYTES_MAX }));
    const step = fc.oneof(
      { weight: 2, arbitrary: fc.record({ length, cuts: fc.array(fc.nat(), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.constantFrom('flush' as const, 'receive' as const) },
    );
    const limits = fc.record({
      queuedBytesMax: fc.integer({ min: 1, max: 4 * RECORD_BYTES_MAX }),
      queuedRecordsMax: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 40, size: 'max' }), (bounds, steps) => {
        const channel = openChannel(bounds);
        const accepted: Uint8Array[] = [];
        const received: Uint8Array[] = [];
        for (const action of steps) {
          if (action === 'flush') channel.sender.flush();
          else if (action === 'receive') receiveOne(channel, received);
          else sendCut(channel, recordOf(action.length, accepted.length), action.cuts, accepted);
          assert.ok(channel.sender.queuedBytes <= bounds.queuedBytesMax);
          assert.ok(channel.sender.queuedRecords <= bounds.queuedRecordsMax);
        }
        received.push(...drain(channel));
        assert.deepEqual(received, accepted);
        assert.equal(channel.sender.queuedBytes, 0);
        assert.equal(channel.consumer.availableBytes, 0);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a record that would exceed the queue in bytes or in number, and takes nothing of it', () => {
    const channel = openChannel({ queuedBytesMax: RING_BYTES_MIN, queuedRecordsMax: 2 });
    const large = recordOf(RING_BYTES_MIN, 1);
    assert.equal(channel.sender.send([recordOf(2 * RING_BYTES_MIN, 0)]), false, 'too many bytes');
    assert.equal(channel.consumer.availableBytes, 0);
    assert.equal(channel.sender.send([large]), true);
    assert.equal(channel.sender.send([large]), false, 'too many bytes behind a queued record');
    assert.equal(channel.sender.send([recordOf(1, 2)]), true);
    assert.equal(channel.sender.queuedRecords, 2);
    assert.equal(channel.sender.send([recordOf(1, 3)]), false, 'too many records');
    assert.deepEqual(drain(channel), [large, recordOf(1, 2)]);
  });

  it('hands out unshared memory of exactly the record, the same for one after another', () => {
    const channel = openChannel();
    const received = [0, 1, 7, 200, 1_024, 3_000, 200].map((size, seed) => {
      channel.sender.send([recordOf(size, seed)]);
      const record = channel.receiver.receive() ?? assert.fail('no record');
      assert.deepEqual(record, recordOf(size, seed));
      return record;
    });
    for (const { buffer } of received) assert.ok(buffer instanceof ArrayBuffer);
    assert.equal(new Set(received.map(({ buffer }) => buffer)).size, 1);
  });

  it('fails, again and again, on a record over the limit instead of allocating it', () => {
    const channel = openChannel();
    channel.sender.send([recordOf(RECORD_BYTES_MAX + 1, 0)]);
    assert.throws(() => channel.receiver.receive(), Failure);
    assert.throws(() => channel.receiver.receive(), Failure);
  });

  it('notices a stream that is out of step', () => {
    const { producer, receiver } = openChannel();
    producer.write(recordOf(24, 3), 0, 24);
    assert.throws(() => receiver.receive(), Failure);
  });

  it('refuses records and drops its queue once the consumer has closed the ring', () => {
    const { sender, consumer } = openChannel();
    sender.send([recordOf(2 * RING_BYTES_MIN, 0)]);
    assert.ok(sender.queuedBytes > 0);
    consumer.close();
    assert.equal(sender.send([recordOf(1, 0)]), false);
    assert.equal(sender.queuedBytes, 0);
    assert.equal(sender.flush(), true);
    assert.equal(sender.sendBlocking([recordOf(1, 0)]), false);
  });

  it('wakes a consumer that sleeps on its event loop once per sleep, for records and for the end', () => {
    const buffer = ByteRing.allocate(RING_BYTES_MIN);
    const consumer = new RingConsumer(buffer);
    let wakes = 0;
    const sender = new RecordSender(new RingProducer(buffer), ROOMY, { wake: () => (wakes += 1) });
    consumer.declareAsleep();
    sender.send([recordOf(1, 0)]);
    sender.send([recordOf(1, 0)]);
    assert.equal(wakes, 1);
    consumer.read(new Uint8Array(100), 0, 100);
    consumer.declareAsleep();
    sender.close();
    assert.equal(wakes, 2);
  });
});
