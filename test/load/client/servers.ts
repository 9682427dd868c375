/** Servers that do to a client what no simulator is told to do, and the requests that are sent to them. */
import { createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import type { NumberedRequest } from '../../../src/load/contract.js';

export interface RawServer {
  readonly url: string;
  /** Heads of the requests so far, as they came. */
  readonly heads: readonly string[];
  /** How many connections were made. */
  readonly connections: () => number;
  /** Resolves when a connection is closed by the client. */
  readonly left: Promise<void>;
}

/** Listens until the tests of the file are over. @param answer called with each request's whole text */
export async function rawServer(answer: (socket: Socket, request: string) => void): Promise<RawServer> {
  const heads: string[] = [];
  let connections = 0;
  let noticeLeaving: () => void;
  const left = new Promise<void>((resolve) => {
    noticeLeaving = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      noticeLeaving();
    });
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const request = wholeRequest(text);
      if (request === undefined) return;
      text = text.slice(request.length);
      heads.push(request.slice(0, request.indexOf('\r\n\r\n')));
      answer(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, heads, connections: () => connections, left };
}

function wholeRequest(text: string): string | undefined {
  const bodyAt = text.indexOf('\r\n\r\n') + 4;
  if (bodyAt < 4) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return text.length >= bodyAt + length ? text.slice(0, bodyAt + length) : undefined;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
export const LAST_CHUNK = '0\r\n\r\n';

/** One chunk of HTTP with one event. */
export function eventChunk(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}

/** The event of a chat stream that brings the text. */
export function textEvent(content: string): string {
  return eventChunk(JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
}

/** What a chat stream ends with: reason, usage, [DONE]. */
export function endOfChat(): string {
  const reason = { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  const usage = { ...CHUNK, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
  return [JSON.stringify(reason), JSON.stringify(usage), '[DONE]'].map(eventChunk).join('');
}

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' };

export function chatTurn(changes: Partial<NumberedRequest> = {}): NumberedRequest {
  const body = {
    model: 'gpt-4o',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 20,
    messages: [{ role: 'user', content: 'Count.' }],
  };
  return {
    conversation: 0,
    turn: 0,
    key: 'run-0-0',
    mix: 0,
    dialect: 'openai.chat',
    model: 'gpt-4o',
    stream: true,
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-any' },
    body: JSON.stringify(body),
    identity: -1,
    ...changes,
  };
}
