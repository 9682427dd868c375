/** Every error becomes a short word that is the same whenever the error is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from 'undici';
import { errorWord } from '../../../src/load/client/error-word.js';

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

const words: readonly [story: string, error: unknown, word: string][] = [
  ["the system's", reset, 'ECONNRESET'],
  ["undici's own", new errors.HeadersOverflowError(), 'UND_ERR_HEADERS_OVERFLOW'],
  ['a socket that was closed', new errors.SocketError('other side closed'), 'other_side_closed'],
  ['a socket whose error has a cause', Object.assign(new errors.SocketError('closed'), { cause: reset }), 'ECONNRESET'],
  ['what is no HTTP', new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol'), 'invalid_http'],
  ['an error without a code', new Error('some words that differ'), 'unknown'],
  ['a code that is none', Object.assign(new Error(), { code: 7 }), 'unknown'],
  ['no error at all', undefined, 'unknown'],
];
for (const [story, error, word] of words) {
  test(`${story}: ${word}`, () => assert.equal(errorWord(error), word));
}

test('a code that is a text is cut', () => {
  assert.equal(errorWord(Object.assign(new Error(), { code: 'x'.repeat(1_000) })).length, 64);
});
