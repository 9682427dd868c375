import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { claimedBytes, gunzipBody } from '../../src/runtime/gzip-body.js';

const MAX = 1024 * 1024;
const TEXT = Buffer.from('{"model":"gpt-4"}');

describe('bodies in gzip', () => {
  test('are inflated to what was compressed, up to the limit and no further', () => {
    for (const length of [0, 1, 1_000, 64 * 1024, 64 * 1024 + 1, MAX - 1, MAX]) {
      const plain = Buffer.alloc(length, 'text ');
      assert.deepEqual(Buffer.from(gunzipBody(gzipSync(plain), MAX) as Uint8Array), plain, `${length}`);
    }
    assert.equal(gunzipBody(gzipSync(Buffer.alloc(MAX + 1)), MAX), 'too_large');
  });

  test('that are damaged anywhere are never read as another text', () => {
    const whole = gzipSync(TEXT);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at] = damaged[at]! ^ change;
        const inflated = gunzipBody(damaged, MAX);
        // Some bits of the header mean nothing to the text, and neither do those that fill its last byte up.
        assert.ok(inflated === undefined || inflated === 'too_large' || TEXT.equals(inflated));
      }),
      { numRuns: 500, seed: 20_261_126 },
    );
  });

  test('that are cut off, or followed by something, are refused', () => {
    const whole = gzipSync(TEXT);
    for (let length = 0; length < whole.length; length++)
      assert.equal(gunzipBody(whole.subarray(0, length), MAX), undefined);
    for (const rest of ['x', '\0', '\0\0\0\0\0\0\0\0', '{"model":"gpt-4"}', '\x1f\x8b']) {
      const followed = Buffer.concat([whole, Buffer.from(rest, 'latin1')]);
      assert.ok([undefined, 'too_large'].includes(gunzipBody(followed, MAX) as undefined), JSON.stringify(rest));
    }
    assert.equal(gunzipBody(TEXT, MAX), undefined, 'no gzip at all');
  });

  test('in several members are one text', () => {
    const members = Buffer.concat([gzipSync('{"model":'), gzipSync('"gpt-4"}')]);
    assert.deepEqual(Buffer.from(gunzipBody(members, MAX) as Uint8Array), TEXT);
  });

  test('that are bombs cost no more than the limit, whatever they say of themselves', () => {
    const bomb = gzipSync(Buffer.alloc(64 * MAX));
    assert.ok(bomb.length < 128 * 1024);
    assert.equal(gunzipBody(bomb, MAX), 'too_large');
    bomb.writeUInt32LE(1_000, bomb.length - 4);
    assert.equal(gunzipBody(bomb, MAX), undefined, 'one that says to be small is not inflated beyond what is usual');
    bomb.writeUInt32LE(MAX, bomb.length - 4);
    assert.equal(gunzipBody(bomb, MAX), 'too_large');
  });

  test('say their length, however they were cut into pieces', () => {
    const whole = gzipSync(Buffer.alloc(70_000));
    for (let at = 0; at <= whole.length; at++) {
      assert.equal(claimedBytes([whole.subarray(0, at), whole.subarray(at)]), 70_000);
    }
    assert.equal(claimedBytes([]), 0);
    assert.equal(claimedBytes([whole.subarray(0, 3)]), 0);
  });
});
