/**
 * HTTP requests as bytes, from a grammar: a valid one whose parts are replaced by others that clients, proxies and attackers send, written with
 * line ends and framing of any kind, and then with some bytes changed, left out or repeated.
 */
import fc from 'fast-check';
import { endpoints } from '../../../src/providers/registry.js';
import { asks, CREDENTIALS, pathOf } from '../../http/provider-answers.js';
import { VALID_BODIES } from '../../http/valid-bodies.js';

interface RequestParts {
  method: string;
  target: string;
  version: string;
  headers: string[];
  body: string;
  framing: Framing;
  lineEnd: string;
}

const FRAMINGS = ['length', 'chunked', 'both', 'none', 'longer', 'shorter', 'twice'] as const;
type Framing = (typeof FRAMINGS)[number];
type Change = (parts: RequestParts) => void;

const LONG = 20_000;

/** Valid requests: every endpoint with its bodies, and the operations. */
const corpus: readonly RequestParts[] = [
  ...endpoints.flatMap(({ provider, endpoint }): RequestParts[] => {
    const head = {
      method: endpoint.method,
      target: pathOf(endpoint),
      version: 'HTTP/1.1',
      headers: [
        'Host: localhost',
        'Content-Type: application/json',
        ...Object.entries(CREDENTIALS[provider.name]).map(([name, value]) => `${name}: ${value}`),
      ],
      lineEnd: '\r\n',
    };
    const bodies = endpoint.takesBody === false ? [] : (VALID_BODIES[asks(endpoint)] ?? []);
    if (bodies.length === 0) return [{ ...head, body: '', framing: 'none' }];
    return bodies.map((body) => ({ ...head, body: latin1(JSON.stringify(body)), framing: 'length' }));
  }),
  ...['/health', '/ready', '/live', '/metrics', '/openapi.json', '/admin/stats'].map((target) => ({
    method: 'GET',
    target,
    version: 'HTTP/1.1',
    headers: ['Host: localhost'],
    body: '',
    framing: 'none' as const,
    lineEnd: '\r\n',
  })),
];

const METHODS = ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'PRI', 'post', '', 'PO ST', 'GET\t'];
const TARGETS = [
  '*',
  '/',
  '//',
  '',
  '/%',
  '/%00',
  '/%zz%80',
  '/../../etc/passwd',
  '/v1/models/%ff%fe',
  'http://other/v1/models',
  'http://',
  'v1/models',
  '/v1/models#fragment',
  '/v1/models?a=%&b[]=\xff',
  '/v1/chat/completions/',
  '/v1beta/models/x:y:z',
  `/${'a'.repeat(LONG)}`,
  `/v1/models/${'%41'.repeat(600)}`,
  '/v1/models/\x00',
  '/v1/models HTTP/1.1 ',
];
const VERSIONS = ['HTTP/1.0', 'HTTP/1.1 ', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', '', 'HTTP/11', 'HTTP/1.1\x0b', 'ICY'];
const HEADERS = [
  'Host: other',
  'Host:',
  'Host: a, b',
  'Content-Length: 0',
  'Content-Length: +5',
  'Content-Length: -1',
  'Content-Length: 5, 5',
  'Content-Length: 0x10',
  'Content-Length: 99999999999999999999',
  'Content-Length:\t7',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding : chunked',
  'transfer-encoding: CHUNKED',
  'Content-Encoding: gzip',
  'Content-Encoding: br, gzip',
  'Expect: 100-continue',
  'Expect: everything',
  'Connection: close',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Content-Type: text/plain',
  'Content-Type: multipart/form-data; boundary=x',
  'Accept: text/event-stream',
  'Origin: https://example.org',
  'Access-Control-Request-Method: POST',
  'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'traceparent: 00-zz',
  'x-forwarded-for: 1.2.3.4, ::1, nobody',
  'x-llm-sim-request-id: 7',
  'x-llm-sim-plan: 1',
  'x-session-id: s',
  'Authorization: Bearer',
  'anthropic-version: 2023-06-01',
  ' folded',
  '\tfolded: too',
  ': no name',
  'no colon',
  'bad name: x',
  'nul: a\x00b',
  'cr: a\rb',
  'high: \xff\xfe',
  `long: ${'x'.repeat(LONG)}`,
  ...Array.from({ length: 3 }, (_, index) => `many-${index}: ${'y'.repeat(6_000)}`),
];
const LINE_ENDS = ['\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n'];
const CHUNK_HEADS = ['', ';name=value', ';', ' ', '\t', `;${'x'.repeat(LONG)}`, '\x00', 'g'];

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...METHODS).map((method) => (parts: RequestParts) => void Object.assign(parts, { method })),
  fc.constantFrom(...TARGETS).map((target) => (parts: RequestParts) => void Object.assign(parts, { target })),
  fc.constantFrom(...VERSIONS).map((version) => (parts: RequestParts) => void Object.assign(parts, { version })),
  fc.constantFrom(...LINE_ENDS).map((lineEnd) => (parts: RequestParts) => void Object.assign(parts, { lineEnd })),
  fc.constantFrom(...FRAMINGS).map((framing) => (parts: RequestParts) => void Object.assign(parts, { framing })),
  fc.tuple(fc.constantFrom(...HEADERS), fc.nat()).map(([header, at]) => (parts: RequestParts) => {
    parts.headers.splice(at % (parts.headers.length + 1), 0, header);
  }),
  fc.nat().map((at) => (parts: RequestParts) => void parts.headers.splice(at % (parts.headers.length + 1), 1)),
  fc.nat().map((length) => (parts: RequestParts) => {
    parts.body = parts.body.slice(0, length % (parts.body.length + 1));
  }),
);

interface Havoc {
  readonly kind: 'set' | 'drop' | 'insert' | 'repeat' | 'cut';
  readonly at: number;
  readonly length: number;
  readonly byte: number;
}
const havoc: fc.Arbitrary<Havoc> = fc.record({
  kind: fc.constantFrom('set', 'set', 'drop', 'insert', 'repeat', 'cut'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 13, 32, 58, 59)),
});

/** The bytes of one request as text, one character each. */
export const requestBytes: fc.Arbitrary<string> = fc
  .record({
    base: fc.constantFrom(...corpus),
    changes: fc.array(change, { maxLength: 4 }),
    chunkHead: fc.constantFrom(...CHUNK_HEADS),
    chunkBytes: fc.integer({ min: 1, max: 400 }),
    havocs: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Havoc[]>([]) },
      { weight: 2, arbitrary: fc.array(havoc, { maxLength: 4 }) },
    ),
  })
  .map(({ base, changes, chunkHead, chunkBytes, havocs }) => {
    const parts = { ...base, headers: [...base.headers] };
    for (const apply of changes) apply(parts);
    return havocs.reduce(ravaged, written(parts, chunkHead, chunkBytes));
  });

function written(parts: RequestParts, chunkHead: string, chunkBytes: number): string {
  const { method, target, version, headers, body, lineEnd, framing } = parts;
  const lines = [`${method} ${target} ${version}`, ...headers];
  const isChunked = framing === 'chunked' || framing === 'both';
  if (isChunked) lines.push('Transfer-Encoding: chunked');
  if (framing === 'longer') lines.push(`Content-Length: ${body.length + 3}`);
  else if (framing === 'shorter') lines.push(`Content-Length: ${Math.max(0, body.length - 3)}`);
  else if (framing !== 'none' && framing !== 'chunked') lines.push(`Content-Length: ${body.length}`);
  if (framing === 'twice') lines.push(`Content-Length: ${body.length}`);
  return `${lines.join(lineEnd)}${lineEnd}${lineEnd}${isChunked ? chunked(body, chunkHead, chunkBytes) : body}`;
}

/** The first chunk's size has something behind it. */
function chunked(body: string, head: string, chunkBytes: number): string {
  let text = '';
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.slice(at, at + chunkBytes);
    text += `${chunk.length.toString(16)}${at === 0 ? head : ''}\r\n${chunk}\r\n`;
  }
  return `${text}0\r\n\r\n`;
}

function ravaged(bytes: string, { kind, at, length, byte }: Havoc): string {
  const place = at % (bytes.length + 1);
  const before = bytes.slice(0, place);
  const piece = bytes.slice(place, place + length);
  const behind = bytes.slice(place + length);
  if (kind === 'cut') return before;
  if (kind === 'drop') return before + behind;
  if (kind === 'repeat') return before + piece + piece + behind;
  if (kind === 'insert') return before + String.fromCharCode(byte) + piece + behind;
  return before + String.fromCharCode(byte) + piece.slice(1) + behind;
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
