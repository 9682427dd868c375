/** Header fields, and Host among them. */
import { AWAITED, cut, get, post, REFUSED, SMUGGLED, served, type Vector } from './vector.js';

const HOST = 'RFC 9112, 3.2';
const PARSING = 'RFC 9112, 2.2';
const FIELD = 'RFC 9112, 5.1';
const NAME = 'RFC 9110, 5.1';
const VALUE = 'RFC 9110, 5.5';

function hosts(...lines: string[]): string {
  return `${['GET /vector HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;
}

const nameAndValueVectors: readonly Vector[] = [
  { name: 'a space before a colon', bytes: get('X : y'), clause: FIELD, expected: REFUSED },
  { name: 'a tab before a colon', bytes: get('X\t: y'), clause: FIELD, expected: REFUSED },
  {
    name: 'a space before the first field',
    bytes: 'GET /vector HTTP/1.1\r\n Host: simulator.test\r\n\r\n',
    clause: PARSING,
    expected: REFUSED,
  },
  { name: 'a folded field', bytes: get('X: y', ' z'), clause: 'RFC 9112, 5.2', expected: REFUSED },
  { name: 'a field folded by a tab', bytes: get('X: y', '\tz'), clause: 'RFC 9112, 5.2', expected: REFUSED },
  {
    name: 'a field without a name',
    bytes: get(': y'),
    clause: NAME,
    expected: REFUSED,
    onUws: served('GET /vector 0'),
  },
  {
    name: 'a field without a name before a length',
    bytes: post([': y', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    clause: NAME,
    expected: REFUSED,
    onUws: cut('POST /vector 0'),
  },
  { name: 'a field without a colon', bytes: get('X'), clause: FIELD, expected: REFUSED },
  { name: 'a field without a value', bytes: get('X:'), clause: VALUE, expected: served('GET /vector 0') },
  { name: 'a name with a space in it', bytes: get('X Y: z'), clause: NAME, expected: REFUSED },
  { name: 'a name that is no token', bytes: get('X(Y): z'), clause: NAME, expected: REFUSED },
  { name: 'a name with a NUL', bytes: get('X\0Y: z'), clause: NAME, expected: REFUSED },
  { name: 'a name with a byte above ASCII', bytes: get('X\xe9: z'), clause: NAME, expected: REFUSED },
  { name: 'a value with a NUL', bytes: get('X: \0'), clause: VALUE, expected: REFUSED },
  {
    name: 'a value with a bare carriage return',
    bytes: get('X: y\rz'),
    clause: VALUE,
    expected: REFUSED,
    onUws: AWAITED,
  },
  { name: 'a value with a bare line feed', bytes: get('X: y\nZ: z'), clause: PARSING, expected: REFUSED },
  { name: 'a value with a control character', bytes: get('X: \x01'), clause: VALUE, expected: REFUSED },
  { name: 'a value with DEL', bytes: get('X: \x7f'), clause: VALUE, expected: REFUSED, onUws: served('GET /vector 0') },
  { name: 'a value with bytes above ASCII', bytes: get('X: \xe9'), clause: VALUE, expected: served('GET /vector 0') },
  { name: 'a value with a tab in it', bytes: get('X: y\tz'), clause: VALUE, expected: served('GET /vector 0') },
  {
    name: 'a blank line of a bare carriage return',
    bytes: `GET /vector HTTP/1.1\r\nHost: simulator.test\r\n\r${SMUGGLED}`,
    clause: PARSING,
    expected: REFUSED,
  },
];

const hostVectors: readonly Vector[] = [
  { name: 'no Host', bytes: hosts('X: y'), clause: HOST, expected: REFUSED },
  { name: 'two Hosts', bytes: hosts('Host: simulator.test', 'Host: elsewhere.test'), clause: HOST, expected: REFUSED },
  {
    name: 'two equal Hosts',
    bytes: hosts('Host: simulator.test', 'Host: simulator.test'),
    clause: HOST,
    expected: REFUSED,
  },
  { name: 'an empty Host', bytes: hosts('Host:'), clause: HOST, expected: served('GET /vector 0') },
  {
    name: 'a Host with a port',
    bytes: hosts('Host: simulator.test:8080'),
    clause: HOST,
    expected: served('GET /vector 0'),
  },
  {
    name: 'a Host that is an IPv6 address',
    bytes: hosts('Host: [::1]:8080'),
    clause: HOST,
    expected: served('GET /vector 0'),
  },
  { name: 'a Host with a path', bytes: hosts('Host: simulator.test/path'), clause: HOST, expected: REFUSED },
  { name: 'a Host with a user', bytes: hosts('Host: user@simulator.test'), clause: HOST, expected: REFUSED },
  { name: 'a list of Hosts', bytes: hosts('Host: simulator.test, elsewhere.test'), clause: HOST, expected: REFUSED },
  { name: 'a Host with a space', bytes: hosts('Host: simulator test'), clause: HOST, expected: REFUSED },
  {
    name: 'a Host with a port that is no number',
    bytes: hosts('Host: simulator.test:http'),
    clause: HOST,
    expected: REFUSED,
  },
];

export const fieldVectors: readonly Vector[] = [...nameAndValueVectors, ...hostVectors];
