/** The client's reader: tokens are counted however the bytes are cut, and what is not a reply is a defect. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReplyReader } from '../../bench/verify/reply-reader.js';

const MARKER = Buffer.from('"delta":{"content":"');
const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const event = (content: string) => chunk(`data: {"delta":{"content":"${content}"}}\n\n`);
const REPLY = `${HEAD}${chunk('\n')}${event('')}${event('One')}${event(' two')}${chunk('data: [DONE]\n\n')}${chunk('')}`;

function readAll(reader: ReplyReader, bytes: Buffer, pieceLength: number): number {
  let tokens = 0;
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceLength));
    tokens += reader.read(piece, piece.length);
  }
  return tokens;
}

describe('a reply', () => {
  test('has as many tokens as events with text, in pieces of every length', () => {
    const bytes = Buffer.from(REPLY);
    for (let length = 1; length <= bytes.length; length++) {
      const reader = new ReplyReader();
      reader.next(MARKER);
      assert.equal(readAll(reader, bytes, length), 2, `pieces of ${length} bytes`);
      assert.equal(reader.complete, true);
      assert.equal(reader.defect, undefined);
    }
  });

  test('has its tokens before the line ends that close their chunks', () => {
    const reader = new ReplyReader();
    reader.next(MARKER);
    const open = Buffer.from(`${HEAD}${event('One')}`.slice(0, -2));
    assert.equal(reader.read(open, open.length), 1);
    const next = Buffer.from(`\r\n${event('two')}`.slice(0, -2));
    assert.equal(reader.read(next, next.length), 1);
    const end = Buffer.from('\r\n0\r\n\r\n');
    assert.equal(reader.read(end, end.length), 0);
    assert.ok(reader.complete);
  });

  test('is followed by the next one of the connection', () => {
    const reader = new ReplyReader();
    for (let round = 0; round < 3; round++) {
      reader.next(MARKER);
      assert.equal(readAll(reader, Buffer.from(REPLY), 50), 2);
      assert.ok(reader.complete);
    }
  });

  const defects: [string, string, RegExp][] = [
    ['a refusal', 'HTTP/1.1 429 Too Many Requests\r\n\r\nslow down', /^status 429: slow down$/],
    ['a reply in one piece', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', /^not chunked$/],
    ['a malformed chunk', `${HEAD}xyz\r\n`, /^malformed chunk size$/],
    ['bytes behind the end', `${REPLY}more`, /^bytes behind the reply$/],
  ];
  for (const [story, text, defect] of defects) {
    test(`${story} is a defect`, () => {
      const reader = new ReplyReader();
      reader.next(MARKER);
      readAll(reader, Buffer.from(text), 4_096);
      assert.match(reader.defect ?? '', defect);
    });
  }
});
