/**
 * Byte ring and record channel on one thread: what a hand-off costs each side in copying and Atomics, without waiting. 256
 * bytes stand for a small request, 1,536 for a plan of 100 frames, 40,960 for one of 4,000.
 */
import type { Bench } from 'tinybench';
import { ByteRing, RingConsumer, RingProducer } from '../../src/runtime/byte-ring.js';
import { RecordReceiver, RecordSender } from '../../src/runtime/record-channel.js';

const RING_BYTES = 1024 * 1024;
const SIZES_BYTES = [256, 1_536, 40_960];

export function register(bench: Bench): void {
  for (const sizeBytes of SIZES_BYTES) {
    const buffer = ByteRing.allocate(RING_BYTES);
    const producer = new RingProducer(buffer);
    const consumer = new RingConsumer(buffer);
    const source = new Uint8Array(sizeBytes).fill(7);
    const target = new Uint8Array(sizeBytes);
    bench.add(`ring: write and read ${sizeBytes} bytes`, () => {
      producer.write(source, 0, sizeBytes);
      consumer.read(target, 0, sizeBytes);
    });
  }

  for (const sizeBytes of SIZES_BYTES) {
    const buffer = ByteRing.allocate(RING_BYTES);
    const sender = new RecordSender(new RingProducer(buffer), { queuedBytesMax: RING_BYTES, queuedRecordsMax: 1 });
    const receiver = new RecordReceiver(new RingConsumer(buffer), { recordBytesMax: RING_BYTES });
    const parts = [new Uint8Array(sizeBytes).fill(7)];
    bench.add(`channel: send and receive a record of ${sizeBytes} bytes`, () => {
      sender.send(parts);
      receiver.receive();
    });
  }
}
