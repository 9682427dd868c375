/** Versions of HTTP, connections that are kept or not, upgrades, expectations, and several requests on one connection. */
import { AWAITED, cut, get, post, REFUSED, refusedWith, served, servedAndClosed, type Vector } from './vector.js';

const VERSION = 'RFC 9112, 2.3';
const PERSISTENCE = 'RFC 9112, 9.3';
const UPGRADE = 'RFC 9110, 7.8';
const EXPECT = 'RFC 9110, 10.1.1';

function version(text: string, ...lines: string[]): string {
  return `${[`GET /vector ${text}`, 'Host: simulator.test', ...lines].join('\r\n')}\r\n\r\n`;
}

export const connectionVectors: readonly Vector[] = [
  { name: 'HTTP/0.9', bytes: 'GET /vector\r\n\r\n', clause: VERSION, expected: refusedWith(400, 505), onUws: AWAITED },
  {
    name: 'HTTP/1.0',
    bytes: version('HTTP/1.0'),
    clause: PERSISTENCE,
    expected: servedAndClosed('GET /vector 0'),
    onUws: refusedWith(505),
  },
  {
    name: 'HTTP/1.0 that is to be kept',
    bytes: version('HTTP/1.0', 'Connection: keep-alive'),
    clause: PERSISTENCE,
    expected: served('GET /vector 0'),
    onUws: refusedWith(505),
  },
  {
    name: 'HTTP/1.0 without Host',
    bytes: 'GET /vector HTTP/1.0\r\n\r\n',
    clause: 'RFC 9112, 3.2',
    expected: servedAndClosed('GET /vector 0'),
    onUws: refusedWith(400, 505),
  },
  { name: 'HTTP/1.2', bytes: version('HTTP/1.2'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'HTTP/2.0', bytes: version('HTTP/2.0'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'HTTP/3', bytes: version('HTTP/3'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'HTTP/11', bytes: version('HTTP/11'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'HTTP/1.10', bytes: version('HTTP/1.10'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'HTTP/01.1', bytes: version('HTTP/01.1'), clause: VERSION, expected: refusedWith(400, 505) },
  { name: 'a version in small letters', bytes: version('http/1.1'), clause: VERSION, expected: refusedWith(400, 505) },
  {
    name: 'another protocol',
    bytes: version('RTSP/1.1'),
    clause: VERSION,
    expected: served('GET /vector 0'),
    onUws: refusedWith(505),
  },
  {
    name: 'the preface of HTTP/2',
    bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    clause: VERSION,
    expected: refusedWith(400, 505),
  },
  {
    name: 'a TLS hello',
    bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    clause: 'RFC 9112, 2.2',
    expected: REFUSED,
  },
  {
    name: 'Connection: close',
    bytes: get('Connection: close'),
    clause: PERSISTENCE,
    expected: servedAndClosed('GET /vector 0'),
  },
  {
    name: 'Connection: close in capitals',
    bytes: get('Connection: CLOSE'),
    clause: PERSISTENCE,
    expected: servedAndClosed('GET /vector 0'),
  },
  {
    name: 'Connection: close among others',
    bytes: get('Connection: foo, close'),
    clause: PERSISTENCE,
    expected: servedAndClosed('GET /vector 0'),
  },
  {
    name: 'Connection: keep-alive',
    bytes: get('Connection: keep-alive'),
    clause: PERSISTENCE,
    expected: served('GET /vector 0'),
  },
  {
    name: 'Connection that names the length',
    bytes: post(['Connection: Content-Length', 'Content-Length: 3'], 'abc'),
    clause: 'RFC 9110, 7.6.1',
    expected: served('POST /vector 3'),
  },
  {
    name: 'an upgrade to HTTP/2',
    bytes: get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
    clause: UPGRADE,
    expected: servedAndClosed('GET /vector 0'),
    onUws: served('GET /vector 0'),
  },
  {
    name: 'an upgrade to HTTP/2 with a body',
    bytes: post(['Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 3'], 'abc'),
    clause: UPGRADE,
    expected: servedAndClosed('POST /vector 3'),
    onUws: served('POST /vector 3'),
  },
  {
    name: 'an upgrade to WebSocket',
    bytes: get(
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ),
    clause: UPGRADE,
    expected: servedAndClosed('GET /vector 0'),
    onUws: served('GET /vector 0'),
  },
  {
    name: 'an upgrade to TLS',
    bytes: get('Connection: Upgrade', 'Upgrade: TLS/1.0'),
    clause: UPGRADE,
    expected: servedAndClosed('GET /vector 0'),
    onUws: served('GET /vector 0'),
  },
  {
    name: 'an expectation that is met',
    bytes: post(['Expect: 100-continue', 'Content-Length: 3'], 'abc'),
    clause: EXPECT,
    expected: served('POST /vector 3'),
  },
  {
    name: 'an expectation in capitals',
    bytes: post(['Expect: 100-CONTINUE', 'Content-Length: 3'], 'abc'),
    clause: EXPECT,
    expected: served('POST /vector 3'),
  },
  {
    name: 'an unknown expectation',
    bytes: post(['Expect: 200-ok', 'Content-Length: 3'], 'abc'),
    clause: EXPECT,
    expected: refusedWith(417),
  },
  {
    name: 'two requests at once',
    bytes: get() + get(),
    clause: 'RFC 9112, 9.3.2',
    expected: served('GET /vector 0', 'GET /vector 0'),
  },
  {
    name: 'two requests with bodies at once',
    bytes: post(['Content-Length: 3'], 'abc') + post(['Transfer-Encoding: chunked'], '2\r\nab\r\n0\r\n\r\n'),
    clause: 'RFC 9112, 9.3.2',
    expected: served('POST /vector 3', 'POST /vector 2'),
    onUws: cut('POST /vector 3', 'POST /vector 2'),
  },
  {
    name: 'a refused request behind a whole one',
    bytes: `${get()}GET /vector HTTP/1.1\r\n\r\n`,
    clause: 'RFC 9112, 9.3.2',
    expected: servedAndClosed('GET /vector 0'),
    onUws: cut('GET /vector 0'),
  },
];
