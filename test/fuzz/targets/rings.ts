/**
 * Records over a ring: any steps of the two ends against a list of what was taken, and what happens when the ring's bytes are not the sender's.
 * Between threads of one process bytes cannot change by themselves; the promise is that a head which is out of step is refused for good, so
 * that a defect in one end is an error and never a wrong record's length, an endless wait or the memory of a record that nobody sent.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../src/kernel/failure.js';
import { ByteRing, RING_BYTES_MIN, RingConsumer, RingProducer } from '../../../src/runtime/byte-ring.js';
import { RecordReceiver, RecordSender } from '../../../src/runtime/record-channel.js';
import type { FuzzTarget } from '../contract.js';

const RECORD_BYTES_MAX = 3 * RING_BYTES_MIN;
const HEAD_BYTES = 8;
/** Records are cut out of it, so that places and records differ. */
const PATTERN = Uint8Array.from({ length: RECORD_BYTES_MAX + 256 }, (_, index) => (index * 17 + (index >> 8)) & 255);

type Step =
  | { readonly kind: 'send'; readonly length: number; readonly cut: number; readonly blocking: boolean }
  | { readonly kind: 'flush' | 'receive' | 'sleep' | 'close' };

interface Story {
  readonly ringBits: number;
  readonly counterStart: number;
  readonly queuedBytesMax: number;
  readonly queuedRecordsMax: number;
  readonly steps: readonly Step[];
  /** Which of a head's bytes is changed by which bits behind the steps; undefined for a story that ends well. */
  readonly damage?: { readonly byte: number; readonly bits: number };
}

const length = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: RECORD_BYTES_MAX }));
const stories: fc.Arbitrary<Story> = fc.record(
  {
    ringBits: fc.integer({ min: 12, max: 15 }),
    counterStart: fc.oneof(fc.constant(0), fc.integer({ min: 2 ** 32 - 20_000, max: 2 ** 32 - 1 })),
    queuedBytesMax: fc.integer({ min: 1, max: 4 * RECORD_BYTES_MAX }),
    queuedRecordsMax: fc.integer({ min: 1, max: 5 }),
    steps: fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({ kind: fc.constant('send' as const), length, cut: fc.nat(), blocking: fc.boolean() }),
        },
        {
          weight: 6,
          arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'receive' as const, 'sleep' as const) }),
        },
        { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
      ),
      { maxLength: 60, size: 'max' },
    ),
    damage: fc.record({ byte: fc.nat(HEAD_BYTES - 1), bits: fc.integer({ min: 1, max: 255 }) }),
  },
  { requiredKeys: ['ringBits', 'counterStart', 'queuedBytesMax', 'queuedRecordsMax', 'steps'] },
);

/** Both ends in one thread. */
class Channel {
  readonly consumer: RingConsumer;
  readonly sender: RecordSender;
  readonly receiver: RecordReceiver;
  readonly producer: RingProducer;
  readonly taken: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];
  wakes = 0;
  closed = false;

  constructor({ ringBits, counterStart, queuedBytesMax, queuedRecordsMax }: Story) {
    const buffer = ByteRing.allocate(2 ** ringBits, counterStart);
    this.consumer = new RingConsumer(buffer);
    this.producer = new RingProducer(buffer);
    const waker = {
      wake: () => {
        this.wakes++;
      },
    };
    this.sender = new RecordSender(this.producer, { queuedBytesMax, queuedRecordsMax }, waker);
    this.receiver = new RecordReceiver(this.consumer, { recordBytesMax: RECORD_BYTES_MAX });
  }

  /** @returns whether something moved */
  take(step: Step, { queuedBytesMax, queuedRecordsMax }: Story): void {
    if (step.kind === 'send') this.#send(step);
    else if (step.kind === 'flush') this.sender.flush();
    else if (step.kind === 'receive') this.#receive();
    else if (step.kind === 'sleep') this.#sleep();
    else {
      this.sender.close();
      this.closed = true;
    }
    assert.ok(this.sender.queuedBytes <= queuedBytesMax, 'the queue keeps to its bytes');
    assert.ok(this.sender.queuedRecords <= queuedRecordsMax, 'the queue keeps to its records');
    assert.ok(this.producer.freeBytes + this.consumer.availableBytes === this.producer.capacityBytes, 'bytes add up');
  }

  /** Everything that is still under way. */
  drain(): void {
    for (let isFlushed = false; !isFlushed; ) {
      isFlushed = this.sender.flush();
      while (this.#receive());
    }
  }

  #send({ length: bytes, cut, blocking }: Extract<Step, { kind: 'send' }>): void {
    const seed = this.taken.length;
    const record = PATTERN.subarray(seed & 255, (seed & 255) + bytes);
    const at = cut % (bytes + 1);
    const parts = [record.subarray(0, at), record.subarray(at)];
    // Nobody reads meanwhile: blocking is only for what fits.
    const fits = bytes + 4 * HEAD_BYTES <= this.producer.freeBytes && this.sender.queuedRecords === 0;
    const taken = blocking && fits ? this.sender.sendBlocking(parts) : this.sender.send(parts);
    if (this.closed) assert.equal(taken, false, 'a closed ring takes nothing');
    if (taken) this.taken.push(record);
  }

  #receive(): boolean {
    const record = this.receiver.receive();
    if (record !== undefined) this.received.push(record.slice());
    return record !== undefined;
  }

  /** Whoever goes to sleep is woken by the next bytes, once. */
  #sleep(): void {
    const before = this.wakes;
    if (!this.consumer.declareAsleep()) return;
    if (this.closed) return;
    if (this.sender.send([new Uint8Array(0)])) {
      this.taken.push(new Uint8Array(0));
      assert.equal(this.wakes, before + 1, 'a sleeper is woken by what comes');
    }
  }
}

export const ringTarget: FuzzTarget<Story> = {
  name: 'rings',
  promise:
    'every record that was taken arrives whole, once and in order; a head that is out of step is refused for good',
  weight: 1,
  inputs: stories,
  open: async () => ({ execute: tell, close: async () => {} }),
};

function tell(story: Story): void {
  const channel = new Channel(story);
  for (const step of story.steps) channel.take(step, story);
  if (!channel.closed) channel.drain();
  else while (channel.receiver.receive() !== undefined) channel.received.push(new Uint8Array(0));
  if (channel.closed)
    assert.ok(channel.received.length <= channel.taken.length, 'nothing comes out that did not go in');
  else assertSame(channel.received, channel.taken);
  if (story.damage !== undefined && !channel.closed) assertRefused(channel, story.damage);
}

function assertSame(received: readonly Uint8Array[], taken: readonly Uint8Array[]): void {
  assert.equal(received.length, taken.length, 'as many records as were taken');
  const wrong = received.findIndex((record, index) => Buffer.compare(record, taken[index]) !== 0);
  assert.equal(wrong, -1, 'the first record that differs');
}

/** A head with a changed byte, as a sender that is out of step would leave it. */
function assertRefused({ producer, receiver }: Channel, { byte, bits }: { byte: number; bits: number }): void {
  const head = new Uint8Array(HEAD_BYTES);
  new DataView(head.buffer).setUint32(0, 5, true);
  new DataView(head.buffer).setUint32(4, ~5 >>> 0, true);
  head[byte] ^= bits;
  producer.write(head, 0, HEAD_BYTES);
  for (let call = 0; call < 3; call++) {
    assert.throws(
      () => receiver.receive(),
      (error) => error instanceof Failure && error.code === 'INTERNAL',
    );
  }
}
