import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CHUNK_TAIL_BYTES, frameChunk } from '../../../src/server/transport/chunk-framing.js';
import { FRAME_HEAD_BYTES } from '../../../src/server/transport/contract.js';
import { listenFailure } from '../../../src/server/transport/listen-failure.js';
import { formatRemoteAddress, unmapIpv4 } from '../../../src/server/transport/remote-address.js';
import { ScratchPool } from '../../../src/server/transport/scratch-pool.js';

describe('bytes around a frame', () => {
  test('a frame of any length gets its size in hexadecimal before it and CRLF behind it, and stays as it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000 }), fc.nat(50), (length, offset) => {
        const start = FRAME_HEAD_BYTES + offset;
        const end = start + length;
        const bytes = Buffer.alloc(end + CHUNK_TAIL_BYTES, 'x');
        const head = frameChunk(bytes, start, end);
        const expected = `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n`;
        assert.ok(bytes.toString('latin1', head) === expected);
      }),
      { numRuns: 200 },
    );
  });

  test('the largest size line fits the room the contract keeps free', () => {
    const bytes = Buffer.alloc(FRAME_HEAD_BYTES);
    assert.ok(frameChunk(bytes, FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + 0x7fff_ffff) >= 0);
  });
});

describe('scratch buffers', () => {
  test('a detached buffer is never current until it is recycled, and recycled ones are used again', () => {
    const pool = new ScratchPool(64);
    const first = pool.detachCurrent();
    const second = pool.detachCurrent();
    assert.equal(new Set([first, second, pool.current]).size, 3);
    pool.recycle(first);
    pool.detachCurrent();
    assert.equal(pool.current, first);
  });
});

describe('peer addresses', () => {
  test('have one spelling', () => {
    const ipv6 = (...groups: number[]) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
    assert.equal(formatRemoteAddress(Uint8Array.of(192, 0, 2, 1)), '192.0.2.1');
    assert.equal(formatRemoteAddress(ipv6(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201)), '192.0.2.1');
    assert.equal(formatRemoteAddress(ipv6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), '2001:db8::1');
    assert.equal(formatRemoteAddress(new Uint8Array(0)), '');
    assert.equal(unmapIpv4('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(unmapIpv4('::ffff:192.0.2.1%eth0'), '192.0.2.1');
    assert.equal(unmapIpv4('::1'), '::1');
  });
});

describe('reasons for not listening', () => {
  const reasons: [string, string, RegExp][] = [
    ['EADDRINUSE', 'PORT_IN_USE', /port 80 is in use: cannot listen on \[::\]:80/],
    ['EACCES', 'PORT_NOT_PERMITTED', /not permitted to listen on \[::\]:80/],
    ['EADDRNOTAVAIL', 'START_FAILED', /cannot listen on \[::\]:80/],
  ];
  for (const [errno, code, message] of reasons) {
    test(`${errno} is ${code}, with the address and a hint`, () => {
      const failure = listenFailure(Object.assign(new Error('x'), { code: errno }), { host: '::', port: 80 });
      assert.equal(failure.code, code);
      assert.match(failure.message, message);
      assert.ok(failure.hint.length > 20);
    });
  }
});
