/** Bodies in chunks: sizes, extensions, line ends and trailers (RFC 9112, section 7.1). */
import { AWAITED, chunked, closedByUws, cut, REFUSED, refusedWith, SMUGGLED, served, type Vector } from './vector.js';

const SIZE = 'RFC 9112, 7.1';
const EXTENSION = 'RFC 9112, 7.1.1';
const TRAILER = 'RFC 9112, 7.1.2';
const LINE = 'RFC 9112, 2.2';

/** Larger than any extension that a client means. */
const LONG = 20_000;

function size(line: string, data = 'abc'): string {
  return chunked(`${line}\r\n${data}\r\n0\r\n\r\n`);
}

function trailers(...lines: string[]): string {
  return chunked(`3\r\nabc\r\n0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
}

const vectors: readonly Vector[] = [
  {
    name: 'several chunks',
    bytes: chunked('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
    clause: SIZE,
    expected: served('POST /vector 5'),
  },
  {
    name: 'a size in small letters',
    bytes: size('a', '0123456789'),
    clause: SIZE,
    expected: served('POST /vector 10'),
  },
  { name: 'a size in capitals', bytes: size('A', '0123456789'), clause: SIZE, expected: served('POST /vector 10') },
  { name: 'a size with leading zeros', bytes: size('0003'), clause: SIZE, expected: served('POST /vector 3') },
  {
    name: 'a size with thirty leading zeros',
    bytes: size(`${'0'.repeat(30)}3`),
    clause: SIZE,
    expected: served('POST /vector 3'),
  },
  {
    name: 'a last chunk of several zeros',
    bytes: chunked('3\r\nabc\r\n000\r\n\r\n'),
    clause: SIZE,
    expected: served('POST /vector 3'),
  },
  { name: 'no size', bytes: size(''), clause: SIZE, expected: REFUSED, onUws: cut('POST /vector 0') },
  { name: 'a size with a sign', bytes: size('+3'), clause: SIZE, expected: REFUSED },
  { name: 'a size below nothing', bytes: size('-3'), clause: SIZE, expected: REFUSED },
  { name: 'a size with a prefix', bytes: size('0x3'), clause: SIZE, expected: REFUSED },
  { name: 'a size with an underscore', bytes: size('1_0'), clause: SIZE, expected: REFUSED },
  { name: 'a size that is no number', bytes: size('xyz'), clause: SIZE, expected: REFUSED },
  { name: 'a size behind a space', bytes: size(' 3'), clause: SIZE, expected: REFUSED, onUws: cut('POST /vector 0') },
  {
    name: 'a size with a space behind',
    bytes: size('3 '),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a size with a tab behind',
    bytes: size('3\t'),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a size with a NUL behind',
    bytes: size('3\0'),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  { name: 'a size beyond 32 bits', bytes: size('100000003'), clause: SIZE, expected: AWAITED },
  { name: 'a size beyond 64 bits', bytes: size('10000000000000003'), clause: SIZE, expected: refusedWith(400, 413) },
  {
    name: 'a size of 64 bits',
    bytes: size('ffffffffffffffff'),
    clause: SIZE,
    expected: AWAITED,
    onUws: refusedWith(400, 413),
  },
  { name: 'a size of a hundred digits', bytes: size('f'.repeat(100)), clause: SIZE, expected: refusedWith(400, 413) },
  {
    name: 'a chunk longer than its size',
    bytes: chunked('1\r\nabc\r\n0\r\n\r\n'),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 1'),
  },
  {
    name: 'a chunk without a line end',
    bytes: chunked('3\r\nabc0\r\n\r\n'),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a chunk with other bytes for its line end',
    bytes: chunked('3\r\nabcXX0\r\n\r\n'),
    clause: SIZE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a chunk with a bare line feed behind',
    bytes: chunked('3\r\nabc\n0\r\n\r\n'),
    clause: LINE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a size with a bare line feed',
    bytes: chunked('3\nabc\r\n0\r\n\r\n'),
    clause: LINE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a size with a bare carriage return',
    bytes: chunked('3\rabc\r\n0\r\n\r\n'),
    clause: LINE,
    expected: REFUSED,
    onUws: AWAITED,
  },
  {
    name: 'a last chunk with bare line feeds',
    bytes: chunked('3\r\nabc\r\n0\n\n'),
    clause: LINE,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  { name: 'an extension', bytes: size('3;a=b'), clause: EXTENSION, expected: served('POST /vector 3'), onUws: AWAITED },
  {
    name: 'an extension without a value',
    bytes: size('3;a'),
    clause: EXTENSION,
    expected: served('POST /vector 3'),
    onUws: AWAITED,
  },
  {
    name: 'a quoted extension',
    bytes: size('3;a="b c"'),
    clause: EXTENSION,
    expected: served('POST /vector 3'),
    onUws: refusedWith(400),
  },
  {
    name: 'a quoted extension with a line end in it',
    bytes: chunked(`3;a="\r\nabc\r\n0\r\n\r\n${SMUGGLED}"\r\nabc\r\n0\r\n\r\n`),
    clause: EXTENSION,
    expected: REFUSED,
  },
  {
    name: 'an extension with a bare line feed',
    bytes: chunked(`3;a\nabc\r\n0\r\n\r\n`),
    clause: EXTENSION,
    expected: REFUSED,
    onUws: AWAITED,
  },
  {
    name: 'an extension with a bare carriage return',
    bytes: chunked(`3;a\rb\r\nabc\r\n0\r\n\r\n`),
    clause: EXTENSION,
    expected: REFUSED,
    onUws: AWAITED,
  },
  {
    name: 'a huge extension',
    bytes: size(`3;a=${'b'.repeat(LONG)}`),
    clause: EXTENSION,
    expected: refusedWith(400, 413),
  },
  {
    name: 'many chunks with extensions',
    bytes: chunked(`${`1;a=${'b'.repeat(99)}\r\nx\r\n`.repeat(400)}0\r\n\r\n`),
    clause: EXTENSION,
    expected: served('POST /vector 400'),
    onUws: refusedWith(400, 413),
  },
  {
    name: 'a trailer',
    bytes: trailers('X-Checksum: 1'),
    clause: TRAILER,
    expected: served('POST /vector 3'),
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a trailer with a length',
    bytes: trailers('Content-Length: 50'),
    clause: 'RFC 9110, 6.5.1',
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a trailer with a coding',
    bytes: trailers('Transfer-Encoding: chunked'),
    clause: 'RFC 9110, 6.5.1',
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a trailer with a host',
    bytes: trailers('Host: elsewhere.test'),
    clause: 'RFC 9110, 6.5.1',
    expected: served('POST /vector 3'),
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a trailer with credentials',
    bytes: trailers('Authorization: Bearer x'),
    clause: 'RFC 9110, 6.5.1',
    expected: served('POST /vector 3'),
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a trailer that is no field',
    bytes: trailers('GET /smuggled HTTP/1.1'),
    clause: TRAILER,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a request in place of the last line',
    bytes: chunked(`3\r\nabc\r\n0\r\n${SMUGGLED}`),
    clause: TRAILER,
    expected: REFUSED,
    onUws: cut('POST /vector 3'),
  },
  {
    name: 'a chunk that is shorter than its size',
    bytes: chunked('ff\r\nabc\r\n0\r\n\r\n'),
    clause: SIZE,
    expected: AWAITED,
  },
];

export const chunkVectors: readonly Vector[] = vectors.map(closedByUws);
