/** Streams that are one JSON array: every element comes out with its last byte, wherever the network cuts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ArrayStreamParser } from '../../../src/load/answers/array-stream-parser.js';
import { EVENT_BYTES_MAX } from '../../../src/load/answers/stream-parser.js';

function parse(pieces: readonly Uint8Array[]) {
  const found = { events: [] as string[], counts: [] as number[], tooLong: 0, isWhole: false };
  const parser = new ArrayStreamParser({
    event: (data) => found.events.push(data),
    invalidUtf8: () => assert.fail('all of it is UTF-8'),
    eventTooLong: () => found.tooLong++,
  });
  for (const piece of pieces) {
    const own = Buffer.from(piece);
    parser.bytes(own);
    own.fill(0x58);
    found.counts.push(found.events.length);
  }
  parser.end();
  found.isWhole = parser.isWhole;
  return found;
}

const document = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
const separator = fc.constantFrom(',', ',\r\n', '\n,\r\n', ' , ');
const indent = fc.constantFrom(0, 2);

describe('the parser of array streams', () => {
  it('gives out every element, and knows the array’s end, whatever is in them and wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(document), separator, indent, fc.nat(), (documents, between, spaces, place) => {
        const text = `[${documents.map((value) => JSON.stringify(value, null, spaces)).join(between)}\n]\n`;
        const bytes = Buffer.from(text);
        const at = place % bytes.length;
        for (const pieces of [
          [bytes],
          [bytes.subarray(0, at), bytes.subarray(at)],
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ]) {
          const { events, isWhole } = parse(pieces);
          // Through text, as -0 becomes 0 on its way.
          assert.deepEqual(
            events.map((event) => JSON.parse(event)),
            JSON.parse(text),
          );
          assert.ok(isWhole);
        }
      }),
    );
  });

  it('gives an element out as soon as its last byte is there', () => {
    const pieces = ['[{"a":1', '}', '\n,\r\n{"b":', '"}]"}', '\n]'].map((piece) => Buffer.from(piece));
    const { counts, events } = parse(pieces);
    assert.deepEqual(counts, [0, 1, 1, 2, 2]);
    assert.deepEqual(events, ['{"a":1}', '{"b":"}]"}']);
  });

  it('says when the array was not closed, and gives out what there is of an element', () => {
    assert.deepEqual(parse([Buffer.from('[{"a":1}')]).isWhole, false);
    assert.deepEqual(parse([Buffer.from('[{"a":1},{"b')]).events, ['{"a":1}', '{"b']);
  });

  it('takes any bytes without throwing, and holds no element beyond the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'[]{}",\\ a1')), (characters) => {
        const bytes = Buffer.from(characters.join(''));
        assert.deepEqual(parse(Array.from(bytes, (byte) => Uint8Array.of(byte))).events, parse([bytes]).events);
      }),
    );
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const pieces = new Array(EVENT_BYTES_MAX / piece.length).fill(piece);
    const { events, tooLong } = parse([Buffer.from('[{"a":"'), ...pieces, Buffer.from('"}]')]);
    assert.deepEqual([events, tooLong], [[], 1]);
  });
});
