/**
 * One vector: bytes that a client may put on a connection, the clause that says what they mean, and what has to become of them. Refused
 * means that nothing of it reaches the handler, that the client is told at most one of the statuses, and that the connection ends, whatever
 * follows on it. Served means that the handler sees exactly the requests named, and none that a part of a message was taken for.
 */

/** What every vector is followed by on its connection: a server that loses track of where a message ends takes it for a request of its own. */
export const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: simulator.test\r\n\r\n';

export type Outcome =
  | {
      readonly kind: 'refused';
      /** One of them is said, or nothing. */
      readonly statuses: readonly number[];
    }
  | {
      readonly kind: 'served';
      /** Each as 'METHOD target bytes-of-body', without SMUGGLED, which is served behind them unless the connection closes. */
      readonly requests: readonly string[];
      /** The connection ends behind the last answer. SMUGGLED is never served, and when it comes too early it takes the answers with it. */
      readonly closes: boolean;
      /** No answer is sure to arrive. */
      readonly cut?: true;
    }
  /** What came is taken for the beginning of a message: nothing is served, whatever follows, and the connection ends with the client's at the latest. */
  | { readonly kind: 'awaited' };

export interface Vector {
  readonly name: string;
  /** Characters are bytes (latin1). */
  readonly bytes: string;
  /** Of RFC 9110 or RFC 9112. */
  readonly clause: string;
  readonly expected: Outcome;
  /** Where uWebSockets.js does something else that is harmless as well. */
  readonly onUws?: Outcome;
}

export const REFUSED: Outcome = { kind: 'refused', statuses: [400] };
export const AWAITED: Outcome = { kind: 'awaited' };

export function refusedWith(...statuses: number[]): Outcome {
  return { kind: 'refused', statuses };
}

export function served(...requests: string[]): Outcome {
  return { kind: 'served', requests, closes: false };
}

export function servedAndClosed(...requests: string[]): Outcome {
  return { kind: 'served', requests, closes: true };
}

/** The handler sees them, and the connection ends, with or without answers. */
export function cut(...requests: string[]): Outcome {
  return { kind: 'served', requests, closes: true, cut: true };
}

/** uWebSockets.js does not look closely at what stands between chunks: a connection that carried a body in chunks is not used again. */
export function closedByUws(vector: Vector): Vector {
  const { expected, onUws = expected } = vector;
  const isChunked = /^transfer-encoding:/im.test(vector.bytes);
  return isChunked && onUws.kind === 'served' ? { ...vector, onUws: { ...onUws, closes: true } } : vector;
}

/** Header lines behind a POST and its Host, and the body as it stands on the wire. */
export function post(lines: readonly string[], body = ''): string {
  return `${['POST /vector HTTP/1.1', 'Host: simulator.test', ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** A GET with header lines behind its Host. */
export function get(...lines: string[]): string {
  return `${['GET /vector HTTP/1.1', 'Host: simulator.test', ...lines].join('\r\n')}\r\n\r\n`;
}

/** A POST in chunks: what stands behind the headers. */
export function chunked(body: string): string {
  return post(['Transfer-Encoding: chunked'], body);
}
