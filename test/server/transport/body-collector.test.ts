/** Bodies arrive whole whatever their pieces are, and no block is used for another body while somebody may read it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BodyBlocks, BodyCollector } from '../../../src/server/transport/body-collector.js';

const piece = fc.oneof(fc.nat(20), fc.nat(70_000), fc.nat(200_000)).map((length) => length);
const pieces = fc.array(piece, { maxLength: 8 });

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

function collect(pool: BodyBlocks, lengths: readonly number[], isBorrowed: boolean): [BodyCollector, Buffer] {
  const body = new BodyCollector(pool);
  const sent = lengths.map((length, index) => filled(length, index + 1));
  for (const one of sent) {
    const copy = one.slice();
    body.add(copy, isBorrowed);
    if (isBorrowed) copy.fill(0xee);
  }
  return [body, Buffer.concat(sent)];
}

describe('BodyCollector', () => {
  test('gives the pieces back as they came, also when the blocks were used before', () => {
    const pool = new BodyBlocks();
    fc.assert(
      fc.property(pieces, fc.boolean(), (lengths, isBorrowed) => {
        const [body, sent] = collect(pool, lengths, isBorrowed);
        assert.equal(body.byteLength, sent.byteLength);
        assert.ok(Buffer.concat(body.parts).equals(sent));
        body.recycle();
        assert.deepEqual([body.byteLength, body.parts.length], [0, 0]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('keeps bodies that are open at the same time apart', () => {
    const pool = new BodyBlocks();
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 2, maxLength: 5 }), (bodies) => {
        const open = bodies.map((lengths) => collect(pool, lengths, true));
        for (const [body, sent] of open) {
          assert.ok(Buffer.concat(body.parts).equals(sent));
          body.recycle();
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('uses a block again only after its body was recycled', () => {
    const pool = new BodyBlocks();
    const [dropped] = collect(pool, [10, 10], true);
    const read = dropped.parts[0];
    dropped.drop();
    const [second] = collect(pool, [100, 100], true);
    assert.notEqual(second.parts[0].buffer, read.buffer);
    assert.deepEqual([...read.subarray(0, 20)], [...filled(10, 1), ...filled(10, 2)]);
    const { buffer } = second.parts[0];
    second.recycle();
    const [third] = collect(pool, [5, 5], true);
    assert.equal(third.parts[0].buffer, buffer);
  });

  test('does not copy a body that comes in one piece', () => {
    const body = new BodyCollector(new BodyBlocks());
    const only = filled(1_000, 7);
    body.add(only, false);
    assert.equal(body.parts[0], only);
  });
});
