/**
 * One request and its answer on node:http. Whole answers and the head of a stream go through node's ServerResponse, which keeps
 * the connection's bookkeeping; frames go to the socket itself, framed in place, because that costs one send and no copy.
 *
 *   RECEIVING ──body complete or refused──▶ WAITING ──startStream──▶ STREAMING ──▶ DONE
 *                                              └──────respond─────────────────────▲
 *
 * Any state goes to DONE when the peer leaves or the handler aborts. No closure is made per exchange: the listeners are shared
 * functions that find it as the current exchange of their connection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyCollector } from './body-collector.js';
import { CHUNK_TAIL_BYTES, frameChunk } from './chunk-framing.js';
import { type AbortManner, type HeaderPairs, NO_HEADERS, type RequestProblem } from './contract.js';
import { connectionOf, type NodeConnection, type QueuedExchange } from './node-connection.js';
import { WHOLE_REPLY_BODY_BYTES_MAX } from './node-whole-reply.js';
import { reasonPhrase } from './reason-phrase.js';
import { unmapIpv4 } from './remote-address.js';

const RECEIVING = 0;
const WAITING = 1;
const STREAMING = 2;
const DONE = 3;

const EMPTY: Uint8Array = Buffer.alloc(0);
const NO_PARSED_HEADERS = {};
const NO_RAW_HEADERS: string[] = [];

export class NodeExchange implements QueuedExchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  problem: RequestProblem | undefined;
  slot = -1;
  addedHeaders: HeaderPairs = NO_HEADERS;
  sentBytes = 0;
  private readonly connection: NodeConnection;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private state = RECEIVING;
  private chunked = true;
  /** Of the answer begun: whatever is written, nothing goes out. */
  private bodiless = false;
  private readonly received: BodyCollector;

  /** @param problem known before the body is looked at */
  constructor(
    connection: NodeConnection,
    request: IncomingMessage,
    response: ServerResponse,
    problem?: RequestProblem,
  ) {
    const url = request.url!;
    const queryMark = url.indexOf('?');
    this.method = request.method!;
    this.path = queryMark < 0 ? url : url.slice(0, queryMark);
    this.query = queryMark < 0 ? '' : url.slice(queryMark + 1);
    this.problem = problem;
    this.connection = connection;
    this.request = request;
    this.response = response;
    this.received = new BodyCollector(connection.bodyBlocks);
  }

  get body(): readonly Uint8Array[] {
    return this.received.parts;
  }

  get connectionNumber(): number {
    return this.connection.number;
  }

  get open(): boolean {
    return this.state === WAITING || this.state === STREAMING;
  }

  get receiving(): boolean {
    return this.state === RECEIVING;
  }

  get arrived(): boolean {
    return this.request.complete;
  }

  receive(): void {
    const { headers } = this.request;
    const declaredBytes = Number(headers['content-length'] ?? 0);
    const hasBody = declaredBytes > 0 || headers['transfer-encoding'] !== undefined;
    if (this.connection.refusal !== undefined) this.refuse(this.connection.refusal);
    else if (this.problem !== undefined) this.refuse(this.problem);
    else if (declaredBytes > this.connection.limits.bodyBytesMax) this.refuse('body_too_large');
    else if (hasBody) this.request.on('data', collectPiece).on('end', completeBody);
    else this.dispatch();
  }

  collect(piece: Uint8Array): void {
    if (this.state !== RECEIVING) return;
    if (this.received.byteLength + piece.byteLength > this.connection.limits.bodyBytesMax) {
      this.request.off('data', collectPiece).off('end', completeBody);
      this.refuse('body_too_large');
    } else this.received.add(piece, false);
  }

  complete(): void {
    if (this.state === RECEIVING) this.dispatch();
  }

  header(name: string): string | undefined {
    const { headers } = this.request;
    if (this.state !== WAITING || !Object.hasOwn(headers, name)) return undefined;
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  recycleBody(): void {
    this.received.recycle();
  }

  remoteAddress(): string {
    return this.state === WAITING ? unmapIpv4(this.connection.socket.remoteAddress ?? '') : '';
  }

  respond(status: number, headers: HeaderPairs, body: Uint8Array, close = false): void {
    if (this.state !== WAITING) return;
    this.state = DONE;
    const all = [...headers, ...this.addedHeaders];
    this.releaseRequest();
    const { response } = this;
    if (close || this.problem !== undefined || this.connection.draining) response.shouldKeepAlive = false;
    const bodiless = hasNoBody(status);
    if (!bodiless && this.respondAtOnce(status, all, body)) return;
    if (!bodiless) all.push('content-length', String(body.byteLength));
    if (!bodiless && this.method !== 'HEAD') this.sentBytes = body.byteLength;
    response.writeHead(status, reasonPhrase(status), all);
    this.finish(bodiless ? EMPTY : body);
  }

  startStream(status: number, headers: HeaderPairs, announcedBytes?: number): void {
    if (this.state !== WAITING) return;
    this.state = STREAMING;
    const all = [...headers, ...this.addedHeaders];
    this.releaseRequest();
    const { response } = this;
    if (this.problem !== undefined || this.connection.draining) response.shouldKeepAlive = false;
    if (announcedBytes !== undefined) all.push('content-length', String(announcedBytes));
    response.writeHead(status, reasonPhrase(status), all);
    response.flushHeaders();
    this.chunked = response.chunkedEncoding;
    this.bodiless = this.method === 'HEAD' || hasNoBody(status);
  }

  write(start: number, end: number): boolean {
    if (this.state !== STREAMING || start >= end || this.bodiless) return true;
    this.sentBytes += end - start;
    const scratch = this.connection.scratchPool.current;
    if (!this.chunked) return this.connection.writeFrame(scratch, start, end);
    return this.connection.writeFrame(scratch, frameChunk(scratch.bytes, start, end), end + CHUNK_TAIL_BYTES);
  }

  endStream(): void {
    if (this.state !== STREAMING) return;
    this.state = DONE;
    this.finish(EMPTY);
  }

  abort(manner: AbortManner = 'reset'): void {
    if (!this.open) return;
    this.state = DONE;
    this.releaseRequest();
    this.connection.abort(manner);
  }

  lose(): void {
    this.state = DONE;
    this.releaseRequest();
  }

  /** The usual reply: goes out as one piece past node's response. False for any other, of which nothing is written. */
  private respondAtOnce(status: number, headers: HeaderPairs, body: Uint8Array): boolean {
    const { connection, request, response } = this;
    const { socket } = connection;
    const isUsual =
      response.shouldKeepAlive &&
      request.httpVersionMinor === 1 &&
      this.method !== 'HEAD' &&
      body.byteLength <= WHOLE_REPLY_BODY_BYTES_MAX &&
      socket.writableLength === 0 &&
      response.socket === socket;
    const bytes = isUsual ? connection.wholeReplies.of(status, headers, body) : undefined;
    if (bytes === undefined) return false;
    this.sentBytes = body.byteLength;
    response.on('finish', passTurn);
    if (socket.write(bytes) && socket.writableLength === 0) process.nextTick(finishResponse, response);
    else {
      socket.write('', () => finishResponse(response));
      connection.limitStall();
    }
    return true;
  }

  private refuse(problem: RequestProblem): void {
    this.problem = problem;
    this.received.recycle();
    this.connection.lingerAfterAnswer();
    this.request.on('data', discardPiece);
    this.dispatch();
  }

  private dispatch(): void {
    this.state = WAITING;
    this.connection.handler.onRequest(this);
  }

  private finish(body: Uint8Array): void {
    const { response } = this;
    response.on('finish', passTurn);
    if (body.byteLength === 0) response.end();
    else response.end(body);
    this.connection.limitStall();
  }

  /** An open stream may last for minutes, and there are thousands: it keeps nothing of its request. */
  private releaseRequest(): void {
    this.received.drop();
    this.request.headers = NO_PARSED_HEADERS;
    this.addedHeaders = NO_HEADERS;
    this.request.rawHeaders = NO_RAW_HEADERS;
  }
}

function collectPiece(this: IncomingMessage, piece: Uint8Array): void {
  connectionOf(this.socket)?.current?.collect(piece);
}

function completeBody(this: IncomingMessage): void {
  connectionOf(this.socket)?.current?.complete();
}

function discardPiece(this: IncomingMessage): void {
  connectionOf(this.socket)?.boundLinger();
}

/** The reply has left node's hands: the server goes on to the connection's next request. */
function finishResponse(response: ServerResponse): void {
  if (response.socket?.destroyed === false) response.emit('finish');
}

function passTurn(this: ServerResponse): void {
  connectionOf(this.req.socket)?.passTurn();
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
