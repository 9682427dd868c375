/** The reader of raw events shows what a client would hide. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEvents } from './event-stream.js';

describe('events on the wire', () => {
  test('keep names, comments, line ends and bytes', () => {
    const [first, second, third] = parseEvents('event: ping\ndata: {}\n\ndata: a\r\ndata: b\r\n\r\n: hello\n\n');
    assert.deepEqual(first, {
      name: 'ping',
      data: '{}',
      comments: [],
      lineEnd: '\n',
      raw: 'event: ping\ndata: {}\n\n',
    });
    assert.deepEqual([second.data, second.lineEnd, second.name], ['a\nb', '\r\n', undefined]);
    assert.deepEqual(third.comments, [' hello']);
  });

  test('are none in an empty stream', () => {
    assert.deepEqual(parseEvents(''), []);
  });

  for (const [name, text] of [
    ['a last event without its blank line', 'data: a\n\ndata: b\n'],
    ['mixed line ends', 'event: x\r\ndata: a\n\n'],
    ['a field without the space', 'data:a\n\n'],
    ['an unknown field', 'data: a\nid: 1\n\n'],
    ['two names', 'event: a\nevent: b\ndata: c\n\n'],
    ['blank lines between events', 'data: a\n\n\n\ndata: b\n\n'],
  ]) {
    test(`do not include ${name}`, () => assert.throws(() => parseEvents(text), assert.AssertionError));
  }
});
