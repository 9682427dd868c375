/** A client that sees bytes: sends what it is told, keeps what arrives, waits for conditions within a guard against hanging. */
import assert from 'node:assert/strict';
import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/** Far above anything a loaded machine needs: it only turns a hang into a failure. */
const HANG_GUARD_MS = 90_000;

export interface RawResponse {
  readonly status: number;
  /** The words behind it. */
  readonly reason: string;
  /** Lower-case names; repeated ones joined by ', '. */
  readonly headers: Map<string, string>;
  readonly body: Buffer;
  /** Whether the message ended as its framing says; false while it is on its way and when it was cut. */
  readonly complete: boolean;
}

export async function waitUntil(condition: () => boolean, what: string): Promise<void> {
  const giveUpAt = Date.now() + HANG_GUARD_MS;
  while (!condition()) {
    assert.ok(Date.now() < giveUpAt, `still waiting for: ${what}`);
    await sleep(1);
  }
}

export class RawClient {
  readonly socket: Socket;
  private readonly tcp: Socket;
  closed = false;
  reset = false;
  private received = Buffer.alloc(0);

  private constructor(socket: Socket, tcp: Socket = socket) {
    this.socket = socket;
    this.tcp = tcp;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.reset = true;
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /**
   * @param probesEnd whether the client finds out by a byte of its own how the connection ended: where RST comes with the last bytes, Node
   * reports the end of a connection that was closed
   */
  static connect(port: number, host = '127.0.0.1', probesEnd = false): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, allowHalfOpen: probesEnd });
      if (probesEnd) socket.on('end', () => socket.write('\n', (error) => error ?? socket.destroy()));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Over TLS, with whatever certificate the server has; a host name is sent along, an address is not. */
  static connectSecurely(port: number, host = '127.0.0.1'): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const tcp = connect({ port, host });
      tcp.once('error', reject);
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = connectTls({ ...name, socket: tcp, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] });
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket, tcp));
      });
    });
  }

  /** The name in the server's certificate, where TLS is spoken. */
  get certifiedName(): string | undefined {
    return this.secure?.getPeerCertificate().subject.CN as string;
  }

  /** What the server chose to speak, where TLS is spoken. */
  get protocol(): string | false | null | undefined {
    return this.secure?.alpnProtocol;
  }

  private get secure(): TLSSocket | undefined {
    return this.socket === this.tcp ? undefined : (this.socket as TLSSocket);
  }

  /** Leaves by RST. */
  sendReset(): void {
    this.tcp.resetAndDestroy();
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  get bytes(): Buffer {
    return this.received;
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  async waitForText(text: string): Promise<void> {
    await waitUntil(
      () => this.text.includes(text),
      `${JSON.stringify(text)} in ${JSON.stringify(this.text.slice(-400))}`,
    );
  }

  async waitForClose(): Promise<void> {
    await waitUntil(() => this.closed, `the connection to close after ${JSON.stringify(this.text.slice(-400))}`);
  }

  /** The first `count` complete responses. `heads` of them answer HEAD requests and have no body. */
  async responses(count: number, toHead = false): Promise<RawResponse[]> {
    const complete = () => parseResponses(this.received, toHead).filter((response) => response.complete);
    await waitUntil(() => complete().length >= count, `${count} responses in ${JSON.stringify(this.text.slice(-400))}`);
    return complete();
  }

  async response(): Promise<RawResponse> {
    return (await this.responses(1))[0]!;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Reads HTTP/1.1 responses off a byte stream; the last one may be incomplete. Interim (1xx) responses are skipped. */
export function parseResponses(bytes: Buffer, toHead = false): RawResponse[] {
  const responses: RawResponse[] = [];
  let at = 0;
  while (at < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) break;
    const [statusLine, ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n');
    const match = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine!);
    assert.ok(match !== null, `not a status line: ${JSON.stringify(statusLine)}`);
    const status = Number(match[1]);
    const headers = parseHeaders(lines);
    at = headEnd + 4;
    if (status < 200) continue;
    const bodiless = toHead || status === 204 || status === 304;
    const { body, end } = bodiless ? { body: Buffer.alloc(0), end: at } : readBody(bytes, at, headers);
    responses.push({ status, reason: match[2]!, headers, body, complete: end !== undefined });
    if (end === undefined) break;
    at = end;
  }
  return responses;
}

function parseHeaders(lines: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    assert.ok(colon > 0, `not a header line: ${JSON.stringify(line)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

interface ReadBody {
  readonly body: Buffer;
  /** Offset behind the message; undefined when it is not complete. */
  readonly end: number | undefined;
}

function readBody(bytes: Buffer, start: number, headers: Map<string, string>): ReadBody {
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(bytes, start);
  const length = headers.get('content-length');
  if (length === undefined) return { body: bytes.subarray(start), end: undefined };
  const end = start + Number(length);
  return { body: bytes.subarray(start, end), end: end <= bytes.length ? end : undefined };
}

function readChunks(bytes: Buffer, start: number): ReadBody {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { body: Buffer.concat(chunks), end: undefined };
    const line = bytes.toString('latin1', at, lineEnd);
    assert.match(line, /^[0-9a-f]+$/i, 'a chunk starts with its size');
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    chunks.push(bytes.subarray(at, at + size));
    const tail = bytes.toString('latin1', at + size, at + size + 2);
    assert.ok('\r\n'.startsWith(tail), `a chunk ends with CRLF, not ${JSON.stringify(tail)}`);
    if (tail.length < 2) return { body: Buffer.concat(chunks), end: undefined };
    at += size + 2;
    if (size === 0) return { body: Buffer.concat(chunks), end: at };
  }
}

/** A request with Host and, where there is a body, content-length. */
export function request(method: string, target: string, headers: readonly string[] = [], body = ''): string {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: simulator.test', ...headers];
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
