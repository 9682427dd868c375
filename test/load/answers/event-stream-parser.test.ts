/** Server-sent events from bytes: the same as an official SDK's decoder finds, wherever the network cuts, and never more than the bound. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { _iterSSEMessages } from 'openai/core/streaming';
import { EventStreamParser } from '../../../src/load/answers/event-stream-parser.js';
import { EVENT_BYTES_MAX, type EventSink } from '../../../src/load/answers/stream-parser.js';

interface Found {
  readonly events: [name: string, data: string][];
  invalid: number;
  tooLong: number;
}

function parse(pieces: readonly Uint8Array[]): Found {
  const found: Found = { events: [], invalid: 0, tooLong: 0 };
  const sink: EventSink = {
    event: (data, name) => found.events.push([name, data]),
    invalidUtf8: () => found.invalid++,
    eventTooLong: () => found.tooLong++,
  };
  const parser = new EventStreamParser(sink);
  for (const piece of pieces) {
    const own = Buffer.from(piece);
    parser.bytes(own);
    // The transport may use its memory again.
    own.fill(0x58);
  }
  parser.end();
  return found;
}

const events = (text: string) => parse([Buffer.from(text)]).events;

/** Cuts the bytes at the given places, taken as shares of their length. */
function cut(bytes: Uint8Array, shares: readonly number[]): Uint8Array[] {
  const places = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const value = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('{"a":"é—😀"}', '[DONE]', ' x', ':', ''))
  .map((text) => text.replaceAll(/[\r\n]/g, ''));
const field = fc.oneof(
  fc
    .tuple(fc.constantFrom('data: ', 'data:', 'event: ', 'id: ', 'retry: ', ': ', ':', 'datax: ', 'date: '), value)
    .map((parts) => parts.join('')),
  fc.constantFrom('data', 'event', 'eventual', 'd'),
);
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
/** Blocks of lines with a blank one behind each. An official decoder wants one kind of line end in a stream. */
const stream = fc.tuple(fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 6 }), lineEnd);

async function officialEvents(text: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { event, data, raw } of _iterSSEMessages(new Response(text), new AbortController())) {
    // It gives out names without data, which the standard passes over.
    if (raw.some((line) => /^data(?::|$)/.test(line))) found.push([event ?? '', data]);
  }
  return found;
}

describe('the parser of event streams', () => {
  it('finds what an official decoder finds', async () => {
    await fc.assert(
      fc.asyncProperty(stream, async ([blocks, end]) => {
        const text = blocks.map((lines) => [...lines, '', ''].join(end)).join('');
        assert.deepEqual(events(text), await officialEvents(text));
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same wherever the bytes are cut, characters and line ends included', () => {
    fc.assert(
      fc.property(stream, shares, ([blocks, end], places) => {
        const bytes = Buffer.from(blocks.map((lines) => [...lines, '', ''].join(end)).join(''));
        assert.deepEqual(parse(cut(bytes, places)), parse([bytes]));
        assert.deepEqual(parse(Array.from(bytes, (byte) => Uint8Array.of(byte))), parse([bytes]));
      }),
    );
  });

  it('takes any bytes without throwing, and finds the same wherever they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), shares, (bytes, places) => {
        assert.deepEqual(parse(cut(bytes, places)), parse([bytes]));
      }),
    );
  });

  it('joins lines of data, passes over a byte order mark, comments and blank lines, and mixes line ends', () => {
    assert.deepEqual(events('\ufeffdata: a\r\ndata: b\rdata\n\n\n:ping\n\nevent: e\r\ndata:c\r\n\r\n'), [
      ['', 'a\nb\n'],
      ['e', 'c'],
    ]);
    assert.deepEqual(events('\n\ndata: x\n\n'), [['', 'x']], 'a stream that opens with line feeds');
    assert.deepEqual(events('event: lonely\n\ndata: x\n\n'), [['', 'x']], 'a name belongs to its own block');
  });

  it('gives out an event that lacks only its end, and nothing twice', () => {
    assert.deepEqual(events('data: a\n\ndata: [DONE]'), [
      ['', 'a'],
      ['', '[DONE]'],
    ]);
    assert.deepEqual(events('data: a\n\n'), [['', 'a']]);
    assert.deepEqual(events('data: a\n\nda'), [['', 'a']]);
  });

  it('tells bytes that are no UTF-8 from a text that says U+FFFD', () => {
    const bytes = Buffer.from('data: a—b\n\n');
    const at = bytes.indexOf('—');
    const damaged = Buffer.concat([bytes.subarray(0, at + 2), bytes.subarray(at + 3)]);
    assert.equal(parse([damaged]).invalid, 1);
    assert.equal(parse([Buffer.from('data: \ufffd\n\n')]).invalid, 0);
  });

  it('holds no event beyond the bound, however it comes', () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const pieces = new Array(EVENT_BYTES_MAX / piece.length).fill(piece);
    const long = parse([Buffer.from('data: '), ...pieces, piece, Buffer.from('\n\ndata: y\n\n')]);
    assert.deepEqual(long, { events: [], invalid: 0, tooLong: 1 });
    const line = Buffer.concat([Buffer.from('data: '), piece, Buffer.from('\n')]);
    assert.equal(parse([...pieces.map(() => line), line]).tooLong, 1, 'in many lines');
    const fitting = parse([Buffer.from('data: '), ...pieces.slice(1), Buffer.from('\n\n')]);
    assert.equal(fitting.events[0]?.[1].length, EVENT_BYTES_MAX - piece.length);
  });
});
