/**
 * The request as it crosses from the main thread to a worker: a small head made here, then what earlier requests left behind (when the
 * worker asked for it), then the body's bytes as they came from the socket, neither copied nor looked into on the main thread.
 *
 *   0 uint32 slot   4 uint32 generation   8 uint16 endpoint   10 uint8 path parameters, 128 more when the request is traced
 *   11 uint8 headers, 128 more when the body is gzip
 *   12 uint32 bytes of the recollections; 0 on the first round
 *   16 float64 when the request arrived, in µs since the node's start
 *   24 uint32 generation of the configuration that serves it
 *   28 texts, each uint16 length + UTF-8, a length of 0xffff for "absent": request key, steering, query, path parameters, headers;
 *      which parameter and which header stands where, both sides know from the endpoint and the configuration
 *   then the recollections: four uint32 of the request's identity, then JSON
 *   then the body, to the record's end
 */
import { getUint16, getUint32, putUint16, putUint32 } from './byte-order.js';
import type { PrefixAnswer } from './prefix-cache.js';

const HEAD_BYTES = 28;
const ABSENT = 0xffff;
const IDENTITY_BYTES = 16;
/** A bit of the number of headers. */
const GZIP = 0x80;
/** A bit of the number of parameters. */
const TRACED = 0x80;

/** A longer text is cut: no key, model name, query or header that means anything needs more. At most three bytes each. */
export const REQUEST_TEXT_CHARS_MAX = 4_096;
/** What operators changed at run time goes along whole, as JSON in ASCII: its length has to fit the length's field. */
export const STEERING_CHARS_MAX = 60_000;

/** A request among its equals. */
export interface OccurrenceCount {
  /** The first two words of the hash of what it asks for. */
  readonly high: number;
  readonly low: number;
  /** How many equal ones came before it. */
  readonly before: number;
}

/** What an earlier request left under a key; null when there is nothing. */
export interface RecalledEntry {
  readonly key: string;
  readonly document: string | null;
  readonly ageMs: number;
}

/** What a second round takes along. */
export interface Recalled {
  /** Which request it is: four words. */
  readonly identity: Uint32Array;
  readonly entries: readonly RecalledEntry[];
  /** Where the prompt was looked up in the prefix cache. */
  readonly prefix?: PrefixAnswer;
  /** As the round before this one counted it. */
  readonly count?: OccurrenceCount | undefined;
}

export interface RenderRequest {
  readonly slot: number;
  readonly generation: number;
  /** Index in the endpoint registry. */
  readonly endpoint: number;
  /** Which generation of the configuration serves it: what its headers stand for, and what answers it. */
  readonly configurationGeneration: number;
  /** When it arrived, in µs since the node's start on the machine's clock: all that anything that changes with time may look at. */
  readonly atUs: number;
  /** What operators changed at run time, as one JSON text; undefined while nothing is. */
  readonly steering: string | undefined;
  /** The value of x-llm-sim-request-id; undefined when the client sent none. */
  readonly requestKey: string | undefined;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** The values of the path's parameters, in the path's order, percent-decoded. */
  readonly parameters: readonly string[];
  /** The values of the headers that the endpoint may ask for, in their agreed order. */
  readonly headers: readonly (string | undefined)[];
  /** On the second round: which request it is, and what the first round asked for. */
  readonly recalled: Recalled | undefined;
  /** The body is to be inflated first; not unless it is said. */
  readonly isGzip?: boolean;
  /** Its plan is to tell what a trace says of it; not unless it is said. */
  readonly isTraced?: boolean;
  /** The body's bytes, a view on the record. */
  readonly body: Uint8Array;
}

/** The record's head; the body follows it as the record's second part. */
export function encodeRequestHead(request: Omit<RenderRequest, 'body'>): Uint8Array {
  const { requestKey, steering, query, parameters, headers } = request;
  const texts = [cutText(requestKey), steering, cutText(query)];
  for (const parameter of parameters) texts.push(cutText(parameter));
  for (const header of headers) texts.push(cutText(header));
  let textsBytes = 0;
  for (const text of texts) textsBytes += textBytes(text);
  const recalled = encodeRecalled(request.recalled);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + textsBytes + recalled.byteLength);
  putUint32(bytes, 0, request.slot);
  putUint32(bytes, 4, request.generation);
  putUint16(bytes, 8, request.endpoint);
  bytes[10] = request.parameters.length | (request.isTraced ? TRACED : 0);
  bytes[11] = request.headers.length | (request.isGzip ? GZIP : 0);
  putUint32(bytes, 12, recalled.byteLength);
  bytes.writeDoubleLE(request.atUs, 16);
  putUint32(bytes, 24, request.configurationGeneration);
  let offset = HEAD_BYTES;
  for (const text of texts) offset = putText(bytes, offset, text);
  bytes.set(recalled, offset);
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
  const steering = nextText();
  const query = nextText() ?? '';
  const parameters = Array.from({ length: bytes[10] & ~TRACED }, () => nextText() ?? '');
  const headers = Array.from({ length: bytes[11] & ~GZIP }, nextText);
  const recalledEnd = offset + getUint32(bytes, 12);
  return {
    slot: getUint32(bytes, 0),
    generation: getUint32(bytes, 4),
    endpoint: getUint16(bytes, 8),
    configurationGeneration: getUint32(bytes, 24),
    atUs: bytes.readDoubleLE(16),
    requestKey,
    steering,
    query,
    parameters,
    headers,
    recalled: recalledEnd > offset ? decodeRecalled(bytes.subarray(offset, recalledEnd)) : undefined,
    isGzip: (bytes[11] & GZIP) !== 0,
    isTraced: (bytes[10] & TRACED) !== 0,
    body: bytes.subarray(recalledEnd),
  };
}

const NOTHING = new Uint8Array(0);

function encodeRecalled(recalled: Recalled | undefined): Uint8Array {
  if (recalled === undefined) return NOTHING;
  const found = Buffer.from(
    JSON.stringify({ entries: recalled.entries, prefix: recalled.prefix, count: recalled.count }),
  );
  const bytes = Buffer.allocUnsafe(IDENTITY_BYTES + found.byteLength);
  recalled.identity.forEach((word, index) => {
    putUint32(bytes, index * 4, word);
  });
  found.copy(bytes, IDENTITY_BYTES);
  return bytes;
}

function decodeRecalled(bytes: Buffer): Recalled {
  const identity = new Uint32Array(4).map((_, index) => getUint32(bytes, index * 4));
  return { identity, ...(JSON.parse(bytes.toString('utf8', IDENTITY_BYTES)) as Omit<Recalled, 'identity'>) };
}

/** As much of a text as crosses. */
export function cutText(text: string | undefined): string | undefined {
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
