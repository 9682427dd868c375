import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../src/kernel/failure.js';
import { ByteRing, RING_BYTES_MAX, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';

const RING_BYTES = RING_BYTES_MIN;

function openRing(counterStart = 0): { producer: RingProducer; consumer: RingConsumer } {
  const buffer = ByteRing.allocate(RING_BYTES, counterStart);
  return { producer: new RingProducer(buffer), consumer: new RingConsumer(buffer) };
}

describe('a byte ring', () => {
  it('behaves like a bounded queue under any interleaving of writes and reads, also where its counters wrap', () => {
    const step = fc.record({ isWrite: fc.boolean(), length: fc.integer({ min: 0, max: RING_BYTES + 100 }) });
    const counterStart = fc.oneof(
      fc.constantFrom(0, 2 ** 31 - RING_BYTES, 2 ** 32 - RING_BYTES, 2 ** 32 - 1),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    );
    fc.assert(
      fc.property(counterStart, fc.array(step, { maxLength: 60, size: 'max' }), (start, steps) => {
        const { producer, consumer } = openRing(start);
        const model: number[] = [];
        let nextByte = 0;
        for (const { isWrite, length } of steps) {
          if (isWrite) {
            const bytes = Uint8Array.from({ length: length + 3 }, (_, index) => nextByte + index - 3);
            const taken = producer.write(bytes, 3, bytes.length);
            assert.equal(taken, Math.min(length, RING_BYTES - model.length));
            for (let index = 0; index < taken; index += 1) model.push((nextByte + index) & 255);
            nextByte = (nextByte + taken) & 255;
          } else {
            const target = new Uint8Array(length + 2);
            const expected = model.splice(0, length);
            assert.equal(consumer.read(target, 1, length), expected.length);
            assert.deepEqual([...target.subarray(1, 1 + expected.length)], expected);
            assert.equal(target[0], 0);
            assert.equal(target[1 + expected.length], 0);
          }
          assert.equal(consumer.availableBytes, model.length);
          assert.equal(producer.freeBytes, RING_BYTES - model.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('hands out what was written before a close, takes nothing after it, and then says that it is drained', () => {
    const { producer, consumer } = openRing();
    producer.write(new Uint8Array(10), 0, 10);
    producer.close();
    assert.equal(producer.write(new Uint8Array(1), 0, 1), 0);
    assert.equal(consumer.isClosed, true);
    assert.equal(consumer.isClosedAndDrained, false);
    assert.equal(consumer.waitForBytes(0), true);
    assert.equal(consumer.read(new Uint8Array(20), 0, 20), 10);
    assert.equal(consumer.isClosedAndDrained, true);
    assert.equal(consumer.waitForBytes(Number.POSITIVE_INFINITY), false);
  });

  it('lets the consumer close too: the producer sees it and does not wait for space', () => {
    const { producer, consumer } = openRing();
    producer.write(new Uint8Array(RING_BYTES), 0, RING_BYTES);
    consumer.close();
    assert.equal(producer.isClosed, true);
    assert.equal(producer.waitForSpace(Number.POSITIVE_INFINITY), false);
  });

  it('gives up waiting when the time is up', () => {
    const { producer, consumer } = openRing();
    assert.equal(consumer.waitForBytes(1), false);
    producer.write(new Uint8Array(RING_BYTES), 0, RING_BYTES);
    assert.equal(producer.waitForSpace(1), false);
    consumer.read(new Uint8Array(1), 0, 1);
    assert.equal(producer.waitForSpace(1), true);
  });

  it('tells the producer exactly once that a consumer sleeps on its event loop', () => {
    const { producer, consumer } = openRing();
    assert.equal(producer.takeConsumerAsleep(), false);
    assert.equal(consumer.declareAsleep(), true);
    producer.write(new Uint8Array(1), 0, 1);
    assert.equal(producer.takeConsumerAsleep(), true);
    assert.equal(producer.takeConsumerAsleep(), false);
  });

  it('does not let a consumer fall asleep on bytes or on the end of the stream', () => {
    const { producer, consumer } = openRing();
    producer.write(new Uint8Array(1), 0, 1);
    assert.equal(consumer.declareAsleep(), false);
    assert.equal(producer.takeConsumerAsleep(), false);
    consumer.read(new Uint8Array(1), 0, 1);
    producer.close();
    assert.equal(consumer.declareAsleep(), false);
  });

  it('refuses capacities that are no power of two or out of bounds, and foreign buffers', () => {
    for (const capacity of [0, 1, RING_BYTES_MIN / 2, RING_BYTES_MIN + 1, RING_BYTES_MAX * 2, Number.NaN, 5000.5]) {
      assert.throws(() => ByteRing.allocate(capacity), Failure, String(capacity));
    }
    assert.throws(() => new RingProducer(new SharedArrayBuffer(RING_BYTES)), Failure);
    assert.equal(new RingConsumer(ByteRing.allocate(RING_BYTES)).capacityBytes, RING_BYTES);
  });
});
