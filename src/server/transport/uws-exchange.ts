/**
 * One request and its answer on uWebSockets.js. The library's request object dies with the route handler, so what is needed of it
 * is copied; its response object dies with the answer or the connection, so it is dropped then, and no call reaches it any more.
 *
 *   RECEIVING ──body complete──▶ WAITING ──startStream──▶ STREAMING ──▶ DONE
 *       └─refused: discard──────────▲ └──────respond─────────────────────▲
 *
 * A refused body is read and thrown away within a bound of time and bytes before the handler may answer: the library closes a
 * connection at once after an answer that says so, and a client that is still sending would then get RST instead of the answer.
 */
import type { AddressCounter } from './address-counter.js';
import { type BodyBlocks, BodyCollector } from './body-collector.js';
import {
  type AbortManner,
  type Exchange,
  type HeaderPairs,
  NO_HEADERS,
  type RequestHandler,
  type RequestProblem,
  type TransportLimits,
} from './contract.js';
import type { ReceiveWatch, Receiving } from './receive-watch.js';
import { formatRemoteAddress } from './remote-address.js';
import type { Scratch } from './scratch-pool.js';
import type { HttpResponse } from './uws.js';
import { UwsAnnouncedBody } from './uws-announced-body.js';
import type { UwsWriter } from './uws-writer.js';

const RECEIVING = 0;
const WAITING = 1;
const STREAMING = 2;
const DONE = 3;
/** Answered, in a moment. */
const ANSWERING = 4;

/** How much of a refused body is read, and for how long, before the answer is sent. */
const DISCARD_BYTES_MAX = 4 * 1024 * 1024;
const DISCARD_MS_MAX = 1_000;

/** What all exchanges of one transport share. */
export interface UwsHost {
  readonly limits: TransportLimits;
  readonly handler: RequestHandler;
  readonly frames: Scratch;
  readonly bodyBlocks: BodyBlocks;
  readonly addresses: AddressCounter;
  readonly writer: UwsWriter;
  readonly receiveWatch: ReceiveWatch;
  /** How many connections have ended so far. */
  readonly connectionsEnded: number;
  /** The library is reading bytes, and will take what comes behind this request for the next one as soon as this one is answered. */
  parsing: boolean;
  /** No further request is wanted: connections close after the answer they are at, as far as the library can. */
  readonly draining: boolean;
  /** Requests that are not over, and how many have begun. */
  busy: number;
  requests: number;
}

export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}

/** Two handles on one connection: the library takes `response` away with the end of the answer. */
export interface UwsHandles {
  readonly response: HttpResponse;
  /** None for methods that are never answered with a stream. */
  readonly twin: HttpResponse | undefined;
}

export interface UwsRequest {
  readonly line: RequestLine;
  readonly headers: readonly string[];
  /** The connection is not to be used again. */
  readonly closes: boolean;
}

export class UwsExchange implements Exchange, Receiving {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  problem: RequestProblem | undefined;
  readonly connectionNumber = 0;
  sentBytes = 0;
  slot = -1;
  /** Under which the host counts it; undefined where nobody counts. */
  countedAddress: string | undefined;
  addedHeaders: HeaderPairs = NO_HEADERS;
  private readonly host: UwsHost;
  /** Undefined once the library has done with it. */
  private response: HttpResponse | undefined;
  private readonly twin: HttpResponse | undefined;
  /** The connection ends with the answer; a stream has said so at its beginning. */
  private closes: boolean;
  private headers: readonly string[];
  private state = RECEIVING;
  /** Of a stream with a content-length. */
  private announced: UwsAnnouncedBody | undefined;
  private blocked = false;
  private listening = false;
  private readonly received: BodyCollector;
  /** Of a refused body. */
  private discardedBytes = 0;
  private discardTimer: NodeJS.Timeout | undefined;

  constructor(host: UwsHost, { response, twin }: UwsHandles, { line, headers, closes }: UwsRequest) {
    this.method = line.method;
    this.path = line.path;
    this.query = line.query;
    this.host = host;
    this.response = response;
    this.twin = twin;
    this.closes = closes;
    this.headers = headers;
    this.received = new BodyCollector(host.bodyBlocks);
    host.busy++;
    host.requests++;
  }

  get body(): readonly Uint8Array[] {
    return this.received.parts;
  }

  /**
   * Reads the body, if one is announced, then hands the exchange to the handler. The library looks at content-length and
   * transfer-encoding after the route handler: a request that has either is not dispatched before its last data event.
   */
  receive(refusal: RequestProblem | undefined): void {
    this.problem = refusal;
    const contentLength = this.findHeader('content-length');
    if (contentLength === undefined && this.findHeader('transfer-encoding') === undefined) {
      this.dispatch();
      if (this.state !== DONE) this.listen();
      return;
    }
    if (Number(contentLength) > this.host.limits.bodyBytesMax) this.problem ??= 'body_too_large';
    this.listen();
    this.response!.onData((piece, isLast) => {
      this.host.parsing = true;
      this.collect(piece, isLast);
      this.host.parsing = false;
    });
    if (this.problem !== undefined) this.startDiscarding();
    else this.host.receiveWatch.begin(this);
  }

  header(name: string): string | undefined {
    return this.state === WAITING ? this.findHeader(name) : undefined;
  }

  recycleBody(): void {
    this.received.recycle();
  }

  remoteAddress(): string {
    if (this.state !== WAITING || this.response === undefined) return '';
    return formatRemoteAddress(new Uint8Array(this.response.getRemoteAddress()));
  }

  respond(status: number, headers: HeaderPairs, body: Uint8Array, close = false): void {
    if (this.state !== WAITING) return;
    const all = [...headers, ...this.addedHeaders];
    const closes = close || this.isLast;
    if (this.method !== 'HEAD' && !hasNoBody(status)) this.sentBytes = body.byteLength;
    if (!closes || !this.host.parsing) {
      this.send(status, all, body, closes);
      return;
    }
    // What the library reads behind this request has to find it unanswered, or it would be served.
    this.state = ANSWERING;
    this.listen();
    this.releaseRequest();
    setImmediate(() => this.send(status, all, body, true));
  }

  private send(status: number, headers: HeaderPairs, body: Uint8Array, closes: boolean): void {
    const response = this.finish();
    const { writer } = this.host;
    if (response === undefined) return;
    if (hasNoBody(status)) writer.respondBodiless(response, status, headers, undefined, closes);
    else if (this.method === 'HEAD') writer.respondBodiless(response, status, headers, body.byteLength, closes);
    else writer.respond(response, status, headers, body, closes);
  }

  startStream(status: number, headers: HeaderPairs, announcedBytes?: number): void {
    if (this.state !== WAITING) return;
    this.state = STREAMING;
    const all = [...headers, ...this.addedHeaders];
    this.releaseRequest();
    const closes = this.isLast;
    this.closes = closes;
    if (this.method === 'HEAD' || hasNoBody(status)) {
      this.host.writer.respondBodiless(this.response!, status, all, undefined, closes);
      this.response = undefined;
    } else if (announcedBytes === undefined) this.host.writer.startStream(this.response!, status, all, closes);
    else {
      const stated = closes ? [...all, 'connection', 'close'] : all;
      this.announced = new UwsAnnouncedBody(this.host.writer, { status, headers: stated, announcedBytes });
    }
  }

  write(start: number, end: number): boolean {
    if (this.state !== STREAMING || this.response === undefined || start >= end) return true;
    this.sentBytes += end - start;
    const frame = this.host.frames.view(start, end);
    const accepted =
      this.announced === undefined
        ? this.host.writer.write(this.response, frame)
        : this.announced.write(this.response, frame);
    if (this.announced?.complete) this.completeAnnounced();
    if (!accepted) this.blocked = true;
    return accepted;
  }

  endStream(): void {
    if (this.state !== STREAMING) return;
    const response = this.finish();
    if (response === undefined) return;
    const { connectionsEnded, writer } = this.host;
    writer.endStream(response);
    // What waits for the socket to drain would be lost: such a connection is left to the library's timeout.
    if (this.closes && !this.blocked && this.host.connectionsEnded === connectionsEnded) this.twin?.close();
  }

  abort(_manner?: AbortManner): void {
    if (this.state !== WAITING && this.state !== STREAMING) return;
    const { announced } = this;
    const response = this.finish();
    if (response !== undefined && !announced?.closeUnbegun(response)) response.close();
  }

  /**
   * One function for the two events of an open response, told apart by their arguments, because thousands are alive at once.
   * onWritable has to be there from the start: without it the library gives a drained connection its idle time to live.
   */
  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    const listener = (offset?: number): boolean => {
      if (offset === undefined) this.lose();
      else this.drained();
      return true;
    };
    this.response?.onAborted(listener).onWritable(listener);
  }

  expire(): void {
    const response = this.finish();
    if (response !== undefined) this.host.writer.refuse(response, 408);
  }

  /** No further request is to come on the connection. */
  private get isLast(): boolean {
    return this.closes || this.problem !== undefined || this.host.draining;
  }

  /** The socket has all of the body. */
  private completeAnnounced(): void {
    this.response = undefined;
    if (this.closes) this.twin?.close();
  }

  private lose(): void {
    if (this.state === RECEIVING) this.host.receiveWatch.end(this);
    const lost = this.state === WAITING || this.state === STREAMING;
    this.finish();
    if (lost) this.host.handler.onClose(this);
  }

  private drained(): void {
    if (this.response === undefined) return;
    this.host.writer.drain(this.response);
    if (!this.blocked || this.announced?.drain(this.response) === false) return;
    if (this.announced?.complete) this.completeAnnounced();
    this.blocked = false;
    this.host.handler.onWritable(this);
  }

  /** @param piece is only valid during the call. */
  private collect(piece: ArrayBuffer, isLast: boolean): void {
    if (this.state !== RECEIVING) return;
    const isWithinLimit = this.received.byteLength + piece.byteLength <= this.host.limits.bodyBytesMax;
    if (this.problem === undefined && isWithinLimit) {
      this.received.add(new Uint8Array(piece), true);
      if (isLast) this.dispatch();
      return;
    }
    if (this.problem === undefined) {
      this.problem = 'body_too_large';
      this.startDiscarding();
    }
    this.discardedBytes += piece.byteLength;
    if (isLast || this.discardedBytes > DISCARD_BYTES_MAX) this.dispatch();
  }

  private startDiscarding(): void {
    this.received.recycle();
    this.host.receiveWatch.end(this);
    this.discardTimer = setTimeout(() => this.dispatch(), DISCARD_MS_MAX);
  }

  private dispatch(): void {
    if (this.discardTimer === undefined) this.host.receiveWatch.end(this);
    clearTimeout(this.discardTimer);
    this.discardTimer = undefined;
    this.state = WAITING;
    this.host.handler.onRequest(this);
  }

  /** Makes every later call a no-op. @returns the response, for the last thing that is done with it. */
  private finish(): HttpResponse | undefined {
    const { response } = this;
    if (this.state !== DONE) {
      this.host.busy--;
      if (this.countedAddress !== undefined) this.host.addresses.leave(this.countedAddress);
    }
    this.state = DONE;
    this.response = undefined;
    clearTimeout(this.discardTimer);
    this.releaseRequest();
    return response;
  }

  private releaseRequest(): void {
    this.received.drop();
    this.headers = NO_HEADERS;
    this.addedHeaders = NO_HEADERS;
  }

  private findHeader(name: string): string | undefined {
    const { headers } = this;
    let found: string | undefined;
    for (let at = 0; at < headers.length; at += 2) {
      if (headers[at] !== name) continue;
      found = found === undefined ? headers[at + 1]! : `${found}${name === 'cookie' ? '; ' : ', '}${headers[at + 1]}`;
    }
    return found;
  }
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
