import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeRequest, encodeRequestHead, REQUEST_TEXT_CHARS_MAX } from '../../src/runtime/render-request.js';

const text = fc.option(fc.string({ unit: 'binary', maxLength: REQUEST_TEXT_CHARS_MAX / 2 }), { nil: undefined });
const head = fc.record(
  {
    slot: fc.nat(0xffff_ffff),
    generation: fc.nat(0xffff_ffff),
    endpoint: fc.nat(0xffff),
    requestKey: text,
    pathParameter: text,
  },
  { noNullPrototype: true },
);

describe('a request on its way to a worker', () => {
  test('arrives as it was sent, at whatever offset its record lies', () => {
    fc.assert(
      fc.property(head, fc.uint8Array(), fc.nat(7), (request, body, offset) => {
        const memory = Buffer.concat([Buffer.alloc(offset), encodeRequestHead(request), body]);
        const received = decodeRequest(memory.subarray(offset));
        const { body: receivedBody, ...rest } = received;
        assert.deepEqual(rest, request);
        assert.deepEqual(Buffer.from(receivedBody), Buffer.from(body));
      }),
      { seed: 1 },
    );
  });

  test('tells an empty text from an absent one', () => {
    const request = { slot: 1, generation: 2, endpoint: 3, requestKey: '', pathParameter: undefined };
    const { requestKey, pathParameter } = decodeRequest(encodeRequestHead(request));
    assert.deepEqual([requestKey, pathParameter], ['', undefined]);
  });

  test('has its texts cut at their limit, however many bytes a character takes', () => {
    for (const character of ['x', 'é', '€']) {
      const long = character.repeat(REQUEST_TEXT_CHARS_MAX + 1);
      const request = { slot: 1, generation: 2, endpoint: 3, requestKey: long, pathParameter: long };
      const { requestKey, pathParameter, body } = decodeRequest(encodeRequestHead(request));
      assert.equal(requestKey, long.slice(1));
      assert.equal(pathParameter, long.slice(1));
      assert.equal(body.length, 0);
    }
  });
});
