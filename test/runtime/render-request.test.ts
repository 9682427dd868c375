import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeRequest, encodeRequestHead, REQUEST_TEXT_CHARS_MAX } from '../../src/runtime/render-request.js';

const text = fc.option(fc.string({ unit: 'binary', maxLength: REQUEST_TEXT_CHARS_MAX / 2 }), { nil: undefined });
const entry = fc.record(
  { key: fc.string(), document: fc.option(fc.string({ unit: 'binary' })), ageMs: fc.nat() },
  { noNullPrototype: true },
);
const recalled = fc.record(
  { identity: fc.uint32Array({ minLength: 4, maxLength: 4 }), entries: fc.array(entry, { maxLength: 3 }) },
  { noNullPrototype: true },
);
const head = fc.record(
  {
    slot: fc.nat(0xffff_ffff),
    generation: fc.nat(0xffff_ffff),
    endpoint: fc.nat(0xffff),
    configurationGeneration: fc.nat(0xffff_ffff),
    requestKey: text,
    query: fc.string({ unit: 'binary', maxLength: 200 }),
    parameters: fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 3 }),
    headers: fc.array(text, { maxLength: 5 }),
    recalled: fc.option(recalled, { nil: undefined }),
    atUs: fc.double({ noNaN: true }),
    steering: fc.option(fc.string({ unit: 'binary-ascii', maxLength: 6_000 }), { nil: undefined }),
    isGzip: fc.boolean(),
    isTraced: fc.boolean(),
  },
  { noNullPrototype: true },
);

const REQUEST = {
  slot: 1,
  generation: 2,
  endpoint: 3,
  configurationGeneration: 4,
  requestKey: undefined,
  query: '',
  parameters: [],
  headers: [],
  recalled: undefined,
  atUs: 0,
  steering: undefined,
  isGzip: false,
  isTraced: false,
};

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
    const { requestKey, headers } = decodeRequest(encodeRequestHead({ ...REQUEST, headers: ['', undefined] }));
    assert.deepEqual([requestKey, ...headers], [undefined, '', undefined]);
  });

  test('has its texts cut at their limit, however many bytes a character takes', () => {
    for (const character of ['x', 'é', '€']) {
      const long = character.repeat(REQUEST_TEXT_CHARS_MAX + 1);
      const { requestKey, headers, body } = decodeRequest(
        encodeRequestHead({ ...REQUEST, requestKey: long, headers: [long] }),
      );
      assert.equal(requestKey, long.slice(1));
      assert.equal(headers[0], long.slice(1));
      assert.equal(body.length, 0);
    }
  });
});
