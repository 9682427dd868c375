/** Request lines: methods, targets, and what stands between them. */
import { AWAITED, get, REFUSED, refusedWith, served, type Vector } from './vector.js';

const REQUEST_LINE = 'RFC 9112, 3';
const TARGET = 'RFC 9112, 3.2';
const PARSING = 'RFC 9112, 2.2';
const METHOD = 'RFC 9110, 9.1';

/** Longer than any limit of the test. */
const LONG = 20_000;

function line(requestLine: string): string {
  return `${requestLine}\r\nHost: simulator.test\r\n\r\n`;
}

const lineVectors: readonly Vector[] = [
  { name: 'a plain request', bytes: get(), clause: REQUEST_LINE, expected: served('GET /vector 0') },
  {
    name: 'an empty line before a request',
    bytes: `\r\n${get()}`,
    clause: PARSING,
    expected: served('GET /vector 0'),
    onUws: AWAITED,
  },
  {
    name: 'several empty lines before a request',
    bytes: `\r\n\r\n\r\n${get()}`,
    clause: PARSING,
    expected: served('GET /vector 0'),
    onUws: AWAITED,
  },
  { name: 'a space before a request', bytes: ` ${get()}`, clause: PARSING, expected: REFUSED },
  { name: 'no method', bytes: line(' /vector HTTP/1.1'), clause: REQUEST_LINE, expected: REFUSED },
  { name: 'no target', bytes: line('GET  HTTP/1.1'), clause: REQUEST_LINE, expected: REFUSED },
  {
    name: 'two spaces before the target',
    bytes: line('GET  /vector HTTP/1.1'),
    clause: REQUEST_LINE,
    expected: served('GET /vector 0'),
    onUws: REFUSED,
  },
  {
    name: 'two spaces behind the target',
    bytes: line('GET /vector  HTTP/1.1'),
    clause: REQUEST_LINE,
    expected: served('GET /vector 0'),
    onUws: REFUSED,
  },
  { name: 'a tab before the target', bytes: line('GET\t/vector HTTP/1.1'), clause: REQUEST_LINE, expected: REFUSED },
  { name: 'a tab behind the target', bytes: line('GET /vector\tHTTP/1.1'), clause: REQUEST_LINE, expected: REFUSED },
  { name: 'a space in the target', bytes: line('GET /vec tor HTTP/1.1'), clause: REQUEST_LINE, expected: REFUSED },
  { name: 'a space behind the version', bytes: line('GET /vector HTTP/1.1 '), clause: REQUEST_LINE, expected: REFUSED },
  {
    name: 'a second target',
    bytes: line('GET /vector HTTP/1.1 /smuggled HTTP/1.1'),
    clause: REQUEST_LINE,
    expected: REFUSED,
  },
  {
    name: 'a request line with a bare line feed',
    bytes: 'GET /vector HTTP/1.1\nHost: simulator.test\r\n\r\n',
    clause: PARSING,
    expected: REFUSED,
  },
  {
    name: 'bare line feeds throughout',
    bytes: 'GET /vector HTTP/1.1\nHost: simulator.test\n\n',
    clause: PARSING,
    expected: REFUSED,
  },
  {
    name: 'a request line with a bare carriage return',
    bytes: 'GET /vector HTTP/1.1\rHost: simulator.test\r\n\r\n',
    clause: PARSING,
    expected: REFUSED,
  },
  { name: 'a method in small letters', bytes: line('get /vector HTTP/1.1'), clause: METHOD, expected: REFUSED },
  {
    name: 'a method that nobody knows',
    bytes: line('FROBNICATE /vector HTTP/1.1'),
    clause: METHOD,
    expected: refusedWith(400, 405, 501),
  },
  { name: 'a method that is no token', bytes: line('G@T /vector HTTP/1.1'), clause: METHOD, expected: REFUSED },
  {
    name: 'a method with a control character',
    bytes: line('GE\x01T /vector HTTP/1.1'),
    clause: METHOD,
    expected: REFUSED,
  },
  {
    name: 'a method with a byte above ASCII',
    bytes: line('G\xc9T /vector HTTP/1.1'),
    clause: METHOD,
    expected: REFUSED,
  },
  {
    name: 'an over-long method',
    bytes: line(`${'G'.repeat(LONG)} /vector HTTP/1.1`),
    clause: METHOD,
    expected: refusedWith(400, 431, 501),
  },
];

const targetVectors: readonly Vector[] = [
  {
    name: 'a target with a query',
    bytes: line('GET /vector?a=b?c HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /vector?a=b?c 0'),
  },
  {
    name: 'a target with two slashes',
    bytes: line('GET //vector HTTP/1.1'),
    clause: TARGET,
    expected: served('GET //vector 0'),
  },
  {
    name: 'a target with dots',
    bytes: line('GET /a/../vector HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /a/../vector 0'),
  },
  {
    name: 'a target with an encoded NUL',
    bytes: line('GET /vector%00 HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /vector%00 0'),
  },
  {
    name: 'a target with an encoded slash',
    bytes: line('GET /vec%2ftor HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /vec%2ftor 0'),
  },
  {
    name: 'a target with a broken encoding',
    bytes: line('GET /vector%zz HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /vector%zz 0'),
  },
  {
    name: 'a target with an encoded line end',
    bytes: line('GET /vector%0d%0aX:%20y HTTP/1.1'),
    clause: TARGET,
    expected: served('GET /vector%0d%0aX:%20y 0'),
  },
  { name: 'a target with a fragment', bytes: line('GET /vector#part HTTP/1.1'), clause: TARGET, expected: REFUSED },
  { name: 'a target with a NUL', bytes: line('GET /vec\0tor HTTP/1.1'), clause: TARGET, expected: REFUSED },
  {
    name: 'a target with a control character',
    bytes: line('GET /vec\x01tor HTTP/1.1'),
    clause: TARGET,
    expected: REFUSED,
  },
  { name: 'a target with DEL', bytes: line('GET /vec\x7ftor HTTP/1.1'), clause: TARGET, expected: REFUSED },
  {
    name: 'a target with bytes above ASCII',
    bytes: line('GET /vect\xc3\xb6r HTTP/1.1'),
    clause: TARGET,
    expected: REFUSED,
  },
  { name: 'a target without a slash', bytes: line('GET vector HTTP/1.1'), clause: TARGET, expected: REFUSED },
  {
    name: 'an over-long target',
    bytes: line(`GET /${'v'.repeat(LONG)} HTTP/1.1`),
    clause: REQUEST_LINE,
    expected: refusedWith(414, 431),
  },
  {
    name: 'an absolute target',
    bytes: line('GET http://simulator.test/vector?a=b HTTP/1.1'),
    clause: 'RFC 9112, 3.2.2',
    expected: served('GET /vector?a=b 0'),
    onUws: REFUSED,
  },
  {
    name: 'an absolute target without a path',
    bytes: line('GET http://simulator.test HTTP/1.1'),
    clause: 'RFC 9112, 3.2.2',
    expected: served('GET / 0'),
    onUws: REFUSED,
  },
  {
    name: 'an absolute target in capitals',
    bytes: line('GET HTTP://SIMULATOR.TEST/vector HTTP/1.1'),
    clause: 'RFC 9112, 3.2.2',
    expected: served('GET /vector 0'),
    onUws: REFUSED,
  },
  {
    name: 'an absolute target of another host than Host',
    bytes: line('GET http://elsewhere.test/vector HTTP/1.1'),
    clause: 'RFC 9112, 3.2.2',
    expected: served('GET /vector 0'),
    onUws: REFUSED,
  },
  {
    name: 'an absolute target of another scheme',
    bytes: line('GET ftp://simulator.test/vector HTTP/1.1'),
    clause: 'RFC 9112, 3.2.2',
    expected: REFUSED,
  },
  {
    name: 'an absolute target without a host',
    bytes: line('GET http:///vector HTTP/1.1'),
    clause: 'RFC 9110, 4.2.1',
    expected: REFUSED,
  },
  {
    name: 'an authority for a target',
    bytes: line('GET simulator.test:80 HTTP/1.1'),
    clause: 'RFC 9112, 3.2.3',
    expected: REFUSED,
  },
  {
    name: 'a tunnel',
    bytes: line('CONNECT simulator.test:443 HTTP/1.1'),
    clause: 'RFC 9110, 9.3.6',
    expected: refusedWith(400, 404, 405, 501),
    onUws: refusedWith(400, 404, 405, 501, 505),
  },
  {
    name: 'a tunnel to a path',
    bytes: line('CONNECT /vector HTTP/1.1'),
    clause: 'RFC 9112, 3.2.3',
    expected: refusedWith(400, 404, 405, 501),
  },
  {
    name: 'OPTIONS of the server as a whole',
    bytes: line('OPTIONS * HTTP/1.1'),
    clause: 'RFC 9112, 3.2.4',
    expected: served('OPTIONS * 0'),
    onUws: REFUSED,
  },
  {
    name: 'an asterisk for another method',
    bytes: line('GET * HTTP/1.1'),
    clause: 'RFC 9112, 3.2.4',
    expected: REFUSED,
  },
  {
    name: 'TRACE',
    bytes: line('TRACE /vector HTTP/1.1'),
    clause: 'RFC 9110, 9.3.8',
    expected: served('TRACE /vector 0'),
  },
];

export const requestLineVectors: readonly Vector[] = [...lineVectors, ...targetVectors];
