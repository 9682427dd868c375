/**
 * Everything that is written to uWebSockets.js responses goes through here, corked: the library then gathers what one call writes
 * and sends it with a single system call (uncorked, one frame is four). cork() takes a function without arguments, and a closure
 * per frame would be garbage per frame, so one function per operation is made in advance and finds its arguments in fields.
 * Nothing here calls back into the handler, so the fields are never overwritten while they are in use.
 */
import type { HeaderPairs } from './contract.js';
import { reasonPhrase } from './reason-phrase.js';
import type { HttpResponse } from './uws.js';

const EMPTY: Uint8Array = new Uint8Array(0);
/** Headers reach the wire only with the first bytes of a body; this one byte means nothing in SSE and is white space in JSON. */
const STREAM_OPENING: Uint8Array = Uint8Array.of(10);

/** HEAD, 204 and 304 have no body. `length` is the content-length to state; undefined states none. */
interface BodilessEnd {
  readonly length: number | undefined;
}

export class UwsWriter {
  private response!: HttpResponse;
  private status = 0;
  private headers: HeaderPairs = [];
  private bytes: Uint8Array = EMPTY;
  private bodiless: BodilessEnd | undefined;
  private close = false;
  private accepted = true;
  private announcedBytes = 0;
  private complete = false;

  /** A whole answer; with `close`, connection: close is stated and done. */
  respond(response: HttpResponse, status: number, headers: HeaderPairs, body: Uint8Array, close: boolean): void {
    this.bytes = body;
    this.bodiless = undefined;
    this.begin(response, status, headers, close, this.corkedRespond);
  }

  /** A whole answer without a body. */
  respondBodiless(
    response: HttpResponse,
    status: number,
    headers: HeaderPairs,
    length: number | undefined,
    close: boolean,
  ): void {
    this.bodiless = { length };
    this.begin(response, status, headers, close, this.corkedRespond);
  }

  /** An answer without content to a request that does not reach the handler; closes. */
  refuse(response: HttpResponse, status: number): void {
    this.respond(response, status, [], EMPTY, true);
  }

  /** Status, headers and the opening byte. */
  startStream(response: HttpResponse, status: number, headers: HeaderPairs, close: boolean): void {
    this.begin(response, status, headers, close, this.corkedStart);
  }

  /** One chunk; false when an earlier one still waits in the library's buffer. This one was taken all the same. */
  write(response: HttpResponse, frame: Uint8Array): boolean {
    this.response = response;
    this.bytes = frame;
    response.cork(this.corkedWrite);
    return this.accepted;
  }

  /**
   * A piece of a body of announced length, behind status and headers where they are given.
   * @returns whether the library has as many bytes as were announced: the response is dead then. What the socket did not take is to be
   * written again, from response.getWriteOffset() on.
   */
  writeAnnounced(
    response: HttpResponse,
    head: { readonly status: number; readonly headers: HeaderPairs } | undefined,
    piece: Uint8Array,
    announcedBytes: number,
  ): boolean {
    this.bytes = piece;
    this.announcedBytes = announcedBytes;
    this.begin(response, head?.status ?? 0, head?.headers ?? [], false, this.corkedPiece);
    return this.complete;
  }

  endStream(response: HttpResponse): void {
    this.response = response;
    response.cork(this.corkedEnd);
  }

  /** Sends what the library has buffered. With an onWritable handler it does not do so by itself, and uncorking does. */
  drain(response: HttpResponse): void {
    response.cork(writeNothing);
  }

  private begin(
    response: HttpResponse,
    status: number,
    headers: HeaderPairs,
    close: boolean,
    corked: () => void,
  ): void {
    this.response = response;
    this.status = status;
    this.headers = headers;
    this.close = close;
    response.cork(corked);
    this.headers = [];
    this.bytes = EMPTY;
  }

  private readonly corkedRespond = (): void => {
    this.writeHead();
    if (this.bodiless === undefined) this.response.end(this.bytes, this.close);
    else this.response.endWithoutBody(this.bodiless.length, this.close);
  };

  private readonly corkedStart = (): void => {
    this.writeHead();
    if (this.close) this.response.writeHeader('connection', 'close');
    this.response.write(STREAM_OPENING);
  };

  private readonly corkedWrite = (): void => {
    this.accepted = this.response.write(this.bytes);
  };

  private readonly corkedPiece = (): void => {
    if (this.status > 0) this.writeHead();
    this.complete = this.response.tryEnd(this.bytes, this.announcedBytes)[1];
  };

  private readonly corkedEnd = (): void => {
    this.response.end();
  };

  private writeHead(): void {
    const { response, status, headers } = this;
    response.writeStatus(`${status} ${reasonPhrase(status)}`);
    if (headers.length === 0) return;
    // The library writes name and value as they are: all fields are one call, of which each costs more than the text of several.
    let value = headers[1]!;
    for (let at = 2; at < headers.length; at += 2) value += `\r\n${headers[at]}: ${headers[at + 1]}`;
    response.writeHeader(headers[0]!, value);
  }
}

function writeNothing(): void {}
