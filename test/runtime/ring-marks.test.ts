/** How full a ring has been, as both of its ends have seen it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteRing, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';

test('both ends know the most that was in the ring, and it does not go back', () => {
  const ring = ByteRing.allocate(4_096, -100);
  const producer = new RingProducer(ring);
  const consumer = new RingConsumer(ring);
  const bytes = new Uint8Array(4_096);
  assert.deepEqual([producer.usedMaxBytes, consumer.usedMaxBytes], [0, 0]);
  producer.write(bytes, 0, 1_000);
  producer.write(bytes, 0, 500);
  assert.deepEqual([producer.usedBytes, producer.usedMaxBytes], [1_500, 1_500]);
  consumer.read(bytes, 0, 1_400);
  producer.write(bytes, 0, 200);
  assert.equal(producer.usedBytes, 300);
  consumer.read(bytes, 0, 4_096);
  assert.deepEqual([producer.usedMaxBytes, consumer.usedMaxBytes, consumer.usedBytes], [1_500, 1_500, 0]);
  producer.write(bytes, 0, 4_096);
  producer.write(bytes, 0, 4_096);
  consumer.read(bytes, 0, 1);
  assert.deepEqual([producer.usedMaxBytes, consumer.usedMaxBytes], [4_096, 4_096]);
});
