/**
 * The request as it crosses from the main thread to a worker: a small head made here, then the body's bytes as they came from the
 * socket, neither copied nor looked into on the main thread.
 *
 *   0 uint32 slot   4 uint32 generation   8 uint16 endpoint   10 uint8 flags   11 uint8 reserved
 *   12 strings, each uint16 length + UTF-8: request key, then the path parameter; a length of 0xffff says "absent"
 *   then the body, to the record's end
 */
import { getUint16, getUint32, putUint16, putUint32 } from './byte-order.js';

const HEAD_BYTES = 12;
const ABSENT = 0xffff;

/** A longer request key or path parameter is cut: no model name or request number needs more. At most three bytes each. */
export const REQUEST_TEXT_CHARS_MAX = 512;

export interface RenderRequest {
  readonly slot: number;
  readonly generation: number;
  /** Index in the endpoint registry. */
  readonly endpoint: number;
  /** The value of x-llm-sim-request-id; undefined when the client sent none. */
  readonly requestKey: string | undefined;
  /** The path's parameter, such as a model's name; undefined when the endpoint has none. */
  readonly pathParameter: string | undefined;
  /** The body's bytes, a view on the record. */
  readonly body: Uint8Array;
}

/** The record's head; the body follows it as the record's second part. */
export function encodeRequestHead(request: Omit<RenderRequest, 'body'>): Uint8Array {
  const key = cut(request.requestKey);
  const parameter = cut(request.pathParameter);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + textBytes(key) + textBytes(parameter));
  putUint32(bytes, 0, request.slot);
  putUint32(bytes, 4, request.generation);
  putUint16(bytes, 8, request.endpoint);
  putUint16(bytes, 10, 0);
  const next = putText(bytes, HEAD_BYTES, key);
  putText(bytes, next, parameter);
  return bytes;
}

/** Reads a record whole. */
export function decodeRequest(record: Uint8Array): RenderRequest {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  let offset = HEAD_BYTES;
  const nextText = (): string | undefined => {
    const length = getUint16(bytes, offset);
    offset += 2;
    if (length === ABSENT) return undefined;
    offset += length;
    return bytes.toString('utf8', offset - length, offset);
  };
  const requestKey = nextText();
  const pathParameter = nextText();
  return {
    slot: getUint32(bytes, 0),
    generation: getUint32(bytes, 4),
    endpoint: getUint16(bytes, 8),
    requestKey,
    pathParameter,
    body: bytes.subarray(offset),
  };
}

function cut(text: string | undefined): string | undefined {
  return text?.slice(0, REQUEST_TEXT_CHARS_MAX);
}

/** With its length before it. */
function textBytes(text: string | undefined): number {
  return 2 + (text === undefined ? 0 : Buffer.byteLength(text));
}

function putText(bytes: Buffer, offset: number, text: string | undefined): number {
  if (text === undefined) {
    putUint16(bytes, offset, ABSENT);
    return offset + 2;
  }
  const length = bytes.write(text, offset + 2);
  putUint16(bytes, offset, length);
  return offset + 2 + length;
}
