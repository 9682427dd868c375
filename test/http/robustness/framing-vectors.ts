/** Where a message ends: content-length and transfer-encoding in every combination that two readers could understand differently. */
import {
  chunked,
  closedByUws,
  post,
  REFUSED,
  refusedWith,
  SMUGGLED,
  served,
  servedAndClosed,
  type Vector,
} from './vector.js';

const LENGTH = 'RFC 9110, 8.6';
const CODING = 'RFC 9112, 6.1';
const BODY_LENGTH = 'RFC 9112, 6.3';

const three = 'abc';
const oneChunk = '3\r\nabc\r\n0\r\n\r\n';
/** For the reader who goes by the length it is a body, for the one who goes by the chunks it ends at once. */
const endsAtOnce = `0\r\n\r\n${SMUGGLED}`;

function length(value: string, body = three): string {
  return post([`Content-Length:${value}`], body);
}

function coding(value: string, body = oneChunk): string {
  return post([`Transfer-Encoding:${value}`], body);
}

const vectors: readonly Vector[] = [
  {
    name: 'a length, then chunks',
    bytes: post([`Content-Length: ${endsAtOnce.length}`, 'Transfer-Encoding: chunked'], endsAtOnce),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  {
    name: 'chunks, then a length',
    bytes: post(['Transfer-Encoding: chunked', 'Content-Length: 4'], '1\r\nZ\r\nQ'),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  {
    name: 'chunks and a length of nothing',
    bytes: post(['Transfer-Encoding: chunked', 'Content-Length: 0'], oneChunk),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  {
    name: 'a length and an obscured coding',
    bytes: post([`Content-Length: ${endsAtOnce.length}`, 'Transfer-Encoding: xchunked'], endsAtOnce),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  { name: 'a length', bytes: length(' 3'), clause: LENGTH, expected: served('POST /vector 3') },
  { name: 'a length of nothing', bytes: length(' 0', ''), clause: LENGTH, expected: served('POST /vector 0') },
  { name: 'a length with leading zeros', bytes: length(' 0003'), clause: LENGTH, expected: served('POST /vector 3') },
  { name: 'a length without a space', bytes: length('3'), clause: LENGTH, expected: served('POST /vector 3') },
  { name: 'a length behind a tab', bytes: length('\t3'), clause: LENGTH, expected: served('POST /vector 3') },
  { name: 'a length with spaces behind', bytes: length(' 3  '), clause: LENGTH, expected: served('POST /vector 3') },
  {
    name: 'two different lengths',
    bytes: post(['Content-Length: 3', 'Content-Length: 4'], 'abcd'),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  {
    name: 'two different lengths, the larger first',
    bytes: post([`Content-Length: ${SMUGGLED.length}`, 'Content-Length: 0'], SMUGGLED),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  {
    name: 'two equal lengths',
    bytes: post(['Content-Length: 3', 'Content-Length: 3'], three),
    clause: BODY_LENGTH,
    expected: REFUSED,
  },
  { name: 'a list of lengths', bytes: length(' 3, 3'), clause: BODY_LENGTH, expected: REFUSED },
  { name: 'a list of different lengths', bytes: length(' 3,4', 'abcd'), clause: BODY_LENGTH, expected: REFUSED },
  { name: 'a length with a plus', bytes: length(' +3'), clause: LENGTH, expected: REFUSED },
  { name: 'a length below nothing', bytes: length(' -3'), clause: LENGTH, expected: REFUSED },
  { name: 'a length of minus nothing', bytes: length(' -0', ''), clause: LENGTH, expected: REFUSED },
  { name: 'a length in hexadecimal', bytes: length(' 0x3'), clause: LENGTH, expected: REFUSED },
  { name: 'a length with a space in it', bytes: length(' 1 1'), clause: LENGTH, expected: REFUSED },
  { name: 'a length with a fraction', bytes: length(' 3.0'), clause: LENGTH, expected: REFUSED },
  { name: 'a length with an exponent', bytes: length(' 3e0'), clause: LENGTH, expected: REFUSED },
  { name: 'a length with an underscore', bytes: length(' 1_1'), clause: LENGTH, expected: REFUSED },
  { name: 'a length in other digits', bytes: length(' \xb3'), clause: LENGTH, expected: REFUSED },
  { name: 'a length without a number', bytes: length(' ', ''), clause: LENGTH, expected: REFUSED },
  { name: 'a length that is text', bytes: length(' many', ''), clause: LENGTH, expected: REFUSED },
  {
    name: 'a length beyond 64 bits',
    bytes: length(' 18446744073709551619'),
    clause: LENGTH,
    expected: refusedWith(400, 413),
  },
  {
    name: 'a length beyond exact numbers',
    bytes: length(' 9007199254740993'),
    clause: LENGTH,
    expected: refusedWith(400, 413),
  },
  {
    name: 'a length of four hundred digits',
    bytes: length(` ${'9'.repeat(400)}`),
    clause: LENGTH,
    expected: refusedWith(400, 413),
  },
  { name: 'chunks', bytes: chunked(oneChunk), clause: CODING, expected: served('POST /vector 3') },
  { name: 'a coding in capitals', bytes: coding(' CHUNKED'), clause: CODING, expected: served('POST /vector 3') },
  { name: 'a coding behind a tab', bytes: coding('\tchunked'), clause: CODING, expected: served('POST /vector 3') },
  {
    name: 'a coding with a space behind',
    bytes: coding(' chunked '),
    clause: CODING,
    expected: served('POST /vector 3'),
  },
  { name: 'an unknown coding', bytes: coding(' xchunked'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'a coding with a letter more', bytes: coding(' chunkedx'), clause: CODING, expected: refusedWith(400, 501) },
  {
    name: 'chunks, then identity',
    bytes: coding(' chunked, identity'),
    clause: CODING,
    expected: refusedWith(400, 501),
  },
  {
    name: 'identity, then chunks',
    bytes: coding(' identity, chunked'),
    clause: CODING,
    expected: refusedWith(400, 501),
  },
  { name: 'identity alone', bytes: coding(' identity', ''), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'gzip, then chunks', bytes: coding(' gzip, chunked'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'chunks, then gzip', bytes: coding(' chunked, gzip'), clause: BODY_LENGTH, expected: refusedWith(400, 501) },
  { name: 'chunks twice', bytes: coding(' chunked, chunked'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'a coding of nothing', bytes: coding(' ', ''), clause: CODING, expected: REFUSED },
  { name: 'a coding with a comma', bytes: coding(' ,chunked'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'a quoted coding', bytes: coding(' "chunked"'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'a coding with a parameter', bytes: coding(' chunked;q=1'), clause: CODING, expected: refusedWith(400, 501) },
  { name: 'a coding behind a vertical tab', bytes: coding(' \x0bchunked'), clause: 'RFC 9110, 5.5', expected: REFUSED },
  {
    name: 'two lines of codings',
    bytes: post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], oneChunk),
    clause: CODING,
    expected: refusedWith(400, 501),
  },
  {
    name: 'two equal lines of codings',
    bytes: post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], oneChunk),
    clause: CODING,
    expected: REFUSED,
  },
  {
    name: 'a coding with a space before the colon',
    bytes: post(['Transfer-Encoding : chunked', `Content-Length: ${endsAtOnce.length}`], endsAtOnce),
    clause: 'RFC 9112, 5.1',
    expected: REFUSED,
  },
  {
    name: 'a coding on a folded line',
    bytes: post(['Transfer-Encoding:', ' chunked'], oneChunk),
    clause: 'RFC 9112, 5.2',
    expected: REFUSED,
  },
  {
    name: 'a coding behind a bare line feed',
    bytes: post(['X: y\nTransfer-Encoding: chunked', `Content-Length: ${endsAtOnce.length}`], endsAtOnce),
    clause: 'RFC 9112, 2.2',
    expected: REFUSED,
  },
  {
    name: 'chunks in HTTP/1.0',
    bytes: 'POST /vector HTTP/1.0\r\nHost: simulator.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    clause: CODING,
    expected: refusedWith(400, 505),
  },
  {
    name: 'a length in HTTP/1.0',
    bytes: 'POST /vector HTTP/1.0\r\nHost: simulator.test\r\nContent-Length: 3\r\n\r\nabc',
    clause: LENGTH,
    expected: servedAndClosed('POST /vector 3'),
    onUws: refusedWith(505),
  },
  {
    name: 'no length and no chunks: no body',
    bytes: post([]),
    clause: BODY_LENGTH,
    expected: served('POST /vector 0'),
    onUws: servedAndClosed('POST /vector 0'),
  },
  {
    name: 'a GET with a body that looks like a request',
    bytes: `GET /vector HTTP/1.1\r\nHost: simulator.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    clause: 'RFC 9110, 9.3.1',
    expected: served(`GET /vector ${SMUGGLED.length}`),
  },
  {
    name: 'a HEAD with a body that looks like a request',
    bytes: `HEAD /vector HTTP/1.1\r\nHost: simulator.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    clause: 'RFC 9110, 9.3.2',
    expected: served(`HEAD /vector ${SMUGGLED.length}`),
  },
  {
    name: 'a GET in chunks',
    bytes: `GET /vector HTTP/1.1\r\nHost: simulator.test\r\nTransfer-Encoding: chunked\r\n\r\n${oneChunk}`,
    clause: 'RFC 9110, 9.3.1',
    expected: served('GET /vector 3'),
  },
];

export const framingVectors: readonly Vector[] = vectors.map(closedByUws);
