/**
 * The seam between HTTP and everything above it. Two implementations (`node`: node:http, `uws`: uWebSockets.js) pass the same
 * tests, so nothing above this file knows which one runs.
 *
 *   request complete ──▶ handler.onRequest(exchange)
 *                          exchange.respond(…)                       one whole answer, or
 *                          exchange.startStream(…) write(…)… end(…)  a stream of frames
 *   peer goes away   ──▶ handler.onClose(exchange)    at any time before the answer is complete, once
 *   socket drained   ──▶ handler.onWritable(exchange) after a write returned false
 *
 * Invariants: the handler sees a request only when its body is complete and inside the limits (or with `problem` set when it
 * is not), and one request per connection at a time; every exchange ends exactly once, by an answer, by onClose or by abort();
 * after that its methods do nothing. A peer that closes its sending side counts as gone.
 * Frames are written from the transport's own scratch buffer, so that HTTP chunk framing can be put around them in place:
 *
 *   scratch: [ FRAME_HEAD_BYTES reserved | frame … | FRAME_TAIL_BYTES reserved ]
 *                                         ^start  ^end
 */

/** Room that must stay free in the scratch buffer before a frame, for the hexadecimal chunk size and CRLF. */
export const FRAME_HEAD_BYTES = 16;
/** Room that must stay free behind a frame, for CRLF and the last chunk. */
export const FRAME_TAIL_BYTES = 16;

/** Connections above the limit that still get an answer, so that a client can tell a full server from a dead one. */
export const REFUSED_CONNECTIONS_MAX = 256;

/** The same for one address and its own limit. */
export const REFUSED_CONNECTIONS_OF_ADDRESS_MAX = 16;

/** Header names in lower case and values, flat: [name, value, name, value, …]. */
export type HeaderPairs = readonly string[];

export const NO_HEADERS: HeaderPairs = [];

/** Why a request must be refused before anyone looks at its content. */
export type RequestProblem = 'body_too_large' | 'too_many_connections' | 'too_many_of_address' | 'unknown_expectation';

/** How an incomplete answer ends on the wire; `reset` unless said otherwise. */
export type AbortManner = 'reset' | 'close';

export interface Exchange {
  /** As on the request line; methods are case-sensitive, so every registered one is in upper case. */
  readonly method: string;
  /** As on the request line, without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** The whole body in pieces; none when there is none, and again once the answer has started. */
  readonly body: readonly Uint8Array[];
  readonly problem: RequestProblem | undefined;
  /** Counts the connections of its transport from 1; 0 where the library does not tell them apart (`uws`). */
  readonly connectionNumber: number;
  /** Of the answer's body, as far as it was handed to the connection; without what HTTP puts around it. */
  readonly sentBytes: number;
  /** The stream table's row, or -1; owned by the handler. */
  slot: number;
  /** Sent behind the headers of whichever answer is given: what the request itself brought on. Empty unless the handler sets it. */
  addedHeaders: HeaderPairs;
  /**
   * The value of a request header by its lower-case name; undefined when absent. Repeated headers are joined by ', ' (cookies
   * by '; '). Ask before the answer starts: an open stream keeps no part of its request in memory.
   */
  header(name: string): string | undefined;
  /** Nobody reads the body any more: its memory may be used for another. Not called, it is left to the garbage collector. */
  recycleBody(): void;
  /**
   * The peer's address as the socket has it, never taken from a proxy header; IPv4 in dotted form on a dual-stack listener
   * too. Ask before the answer starts, like header(); empty afterwards.
   */
  remoteAddress(): string;

  /**
   * Sends a whole answer. The transport adds date, connection and content-length; `headers` is valid field text without those.
   * `body` belongs to the transport from here on. `close` ends the connection afterwards, as an answer to a `problem` always does.
   */
  respond(status: number, headers: HeaderPairs, body: Uint8Array, close?: boolean): void;
  /**
   * Sends status and headers now; the body follows in frames, chunked. `uws` opens the body with a line feed, which SSE and JSON
   * ignore, because uWebSockets.js completes the headers only with the first bytes of a body.
   * @param announcedBytes a content-length for a body that is not chunked; on `uws` the headers then go out with its first frame. A stream that
   * does not have exactly so many bytes ends by abort()
   */
  startStream(status: number, headers: HeaderPairs, announcedBytes?: number): void;
  /**
   * Sends one frame from transport.scratch[start, end). Returns false when the socket's buffer is over its high-water mark:
   * the frame was taken, but no further one may be written before onWritable.
   */
  write(start: number, end: number): boolean;
  /** Ends a stream after its last frame; the connection stays open for the next request where HTTP allows it. */
  endStream(): void;
  /**
   * Ends the exchange and its connection at once, leaving the answer incomplete. `reset` sends RST and drops what the peer has
   * not received (`uws` cannot and closes); `close` sends FIN behind what was written. onClose is not called.
   */
  abort(manner?: AbortManner): void;
}

export interface RequestHandler {
  onRequest(exchange: Exchange): void;
  onWritable(exchange: Exchange): void;
  onClose(exchange: Exchange): void;
}

export interface TransportLimits {
  /** Bytes of a request body; more is refused with problem 'body_too_large'. */
  readonly bodyBytesMax: number;
  /** Bytes of request line and headers together; more is refused with 431. */
  readonly headerBytesMax: number;
  /** Connections served at once; one more is answered with problem 'too_many_connections' and closed. */
  readonly connectionsMax: number;
  /**
   * Connections of one address served at once; one more is answered with problem 'too_many_of_address' and closed. 0 for no limit. (`uws` does
   * not tell whose connection closes: there the address's connections count that have a request on them.)
   */
  readonly connectionsOfAddressMax: number;
  /**
   * How long a client may take to send a whole request. `uws` counts from the end of the headers; for these it has a limit of its own, some
   * 30 s from when the connection was opened or last answered.
   */
  readonly requestReceiveTimeoutMs: number;
  /** How long an idle keep-alive connection stays open. */
  readonly keepAliveTimeoutMs: number;
}

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The server's certificate, then those that lead from it to one that clients know. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export const TRANSPORT_NAMES = ['node', 'uws'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

export interface Transport {
  readonly name: TransportName;
  /** Where frames are assembled for Exchange.write. A transport may swap it after any write: read the property each time. */
  readonly scratch: Uint8Array;
  /** Open connections. */
  readonly connections: number;
  /** Starts to listen; port 0 takes a free one. Rejects with Failure PORT_IN_USE, PORT_NOT_PERMITTED or START_FAILED (bad host). */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /**
   * Has connections from now on served with what the files hold; those that are open keep what they began with. Only where the transport was
   * made with a certificate. Rejects when it cannot be, and nothing has changed then.
   */
  renewCertificate(files: CertificateFiles): Promise<void>;
  /**
   * The process can open no more files, or can again. A transport that would try to accept over and over closes its listener meanwhile; one
   * that closes what it cannot accept goes on.
   */
  setFileShortage(isShort: boolean): void;
  /** Requests that are not over: from their head to the last byte of the answer as far as the transport sees it. */
  readonly busy: number;
  /** How many requests have begun. */
  readonly requests: number;
  /** From now on every answer says that its connection closes behind it, so that clients move elsewhere. Everything else goes on. */
  announceClose(): void;
  /**
   * Announces it too, serves what waits to be accepted, and accepts nothing more: resolves when nobody new gets in. Connections stay open, so
   * that a request which is on its way finds a server. (On `uws` a connection made in the microseconds before the close may be reset.)
   * @param timeoutMs after which the listener is closed whoever waits
   */
  stopAccepting(timeoutMs: number): Promise<void>;
  /**
   * Ends connections without a request on them by FIN, and goes on reading, so that a client which is just sending hears of it in order. Resolves
   * when they are gone, at the latest after the time. (`uws` cannot name its idle connections, which close() ends.)
   */
  closeIdle(timeoutMs: number): Promise<void>;
  /** Closes everything at once and resolves when the listener and all sockets are gone. */
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly limits: TransportLimits;
  readonly handler: RequestHandler;
  /** Speaks TLS, and nothing else, where it is given. */
  readonly certificate?: CertificateFiles | undefined;
  /** Largest frame that will ever be written. */
  readonly frameBytesMax: number;
  /**
   * Hears of every connection as it is accepted, from a transport that accepts one per turn of the loop, so that others wait meanwhile.
   * One that accepts in a turn all that wait (`uws`) never calls it.
   */
  readonly onAccepted?: () => void;
  /** Hears of every connection that was closed without an answer because far too many were open. */
  readonly onDropped?: () => void;
}
