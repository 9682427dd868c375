import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ByteBuilder } from '../../src/runtime/byte-builder.js';

const MEGABYTE = 1024 * 1024;

type Write = (builder: ByteBuilder) => void;

/** A write and the bytes that it should leave, made by other means. */
interface Expected {
  readonly write: Write;
  readonly bytes: Uint8Array;
}

const byte = fc.nat(255).map((value): Expected => ({ write: (b) => b.byte(value), bytes: Uint8Array.of(value) }));
const uint32 = fc.nat(0xffff_ffff).map((value): Expected => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return { write: (b) => b.uint32(value), bytes };
});
const varint = fc
  .oneof(
    fc.maxSafeNat(),
    fc.nat(300),
    fc.constantFrom(127, 128, 16_383, 16_384, 2 ** 32, 2 ** 49, Number.MAX_SAFE_INTEGER),
  )
  .map((value): Expected => ({ write: (b) => b.varint(value), bytes: leb128(value) }));
const raw = fc.uint8Array({ maxLength: 50 }).map((bytes): Expected => ({ write: (b) => b.raw(bytes), bytes }));
/** Lone surrogates included: UTF-8 has no form for them, so they become U+FFFD. */
const anyText = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constant('a\ud800b'),
);
const text = anyText.map((value): Expected => ({ write: (b) => b.text(value), bytes: Buffer.from(value) }));
const prefixedText = anyText.map((value): Expected => {
  const bytes = Buffer.from(value);
  return { write: (b) => b.prefixedText(value), bytes: Buffer.concat([leb128(bytes.length), bytes]) };
});

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const more = rest >= 0x80n;
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

describe('ByteBuilder', () => {
  test('holds what was written, in order', () => {
    const writes = fc.array(fc.oneof(byte, uint32, varint, raw, text, prefixedText), { maxLength: 40 });
    fc.assert(
      fc.property(writes, (expected) => {
        const builder = new ByteBuilder(MEGABYTE);
        for (const { write } of expected) write(builder);
        const bytes = Buffer.concat(expected.map((part) => part.bytes));
        assert.deepEqual(Buffer.from(builder.view), bytes);
        assert.equal(builder.length, bytes.length);
      }),
      { seed: 1 },
    );
  });

  test('says how many bytes a text took', () => {
    const builder = new ByteBuilder(MEGABYTE);
    assert.deepEqual([builder.text(''), builder.text('abc'), builder.text('é€🙂')], [0, 3, 9]);
  });

  test('grows past its first size without losing a byte', () => {
    const builder = new ByteBuilder(MEGABYTE);
    const piece = Buffer.from('0123456789'.repeat(1_000));
    for (let i = 0; i < 50; i++) builder.raw(piece);
    assert.deepEqual(Buffer.from(builder.view), Buffer.concat(new Array(50).fill(piece)));
  });

  test('is written anew behind a cut', () => {
    const builder = new ByteBuilder(MEGABYTE);
    builder.text('kept and lost');
    builder.truncate(4);
    builder.text('!');
    assert.equal(Buffer.from(builder.view).toString(), 'kept!');
  });

  test('changes a word in place and nothing beside it', () => {
    const builder = new ByteBuilder(MEGABYTE);
    for (const value of [1, 2, 3]) builder.uint32(value);
    builder.patchUint32(4, 0xfedc_ba98);
    assert.deepEqual([...new Uint32Array(builder.view.slice().buffer)], [1, 0xfedc_ba98, 3]);
  });

  test('is filled to its bound and not a byte further, and can be used on', () => {
    for (const bytesMax of [10, 100_000]) {
      const builder = new ByteBuilder(bytesMax);
      builder.text('x'.repeat(bytesMax));
      for (const write of [() => builder.byte(1), () => builder.text('y'), () => builder.raw(Uint8Array.of(1))]) {
        assert.throws(write, { name: 'Failure', code: 'INTERNAL' });
      }
      assert.equal(builder.length, bytesMax);
      builder.truncate(0);
      builder.text('again');
      assert.equal(Buffer.from(builder.view).toString(), 'again');
    }
  });

  test('gives back what an unusually large record took', () => {
    const builder = new ByteBuilder(64 * MEGABYTE);
    builder.text('x'.repeat(10 * MEGABYTE));
    assert.ok(builder.view.buffer.byteLength < 21 * MEGABYTE, 'an ASCII text takes no three bytes a character');
    builder.truncate(0);
    builder.text('small again');
    assert.equal(Buffer.from(builder.view).toString(), 'small again');
    assert.ok(builder.view.buffer.byteLength < MEGABYTE);
  });
});
