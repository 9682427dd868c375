/** What node's parser lets through and must not be served, or not as it stands. */
import type { IncomingMessage } from 'node:http';
import {
  codingRefusal,
  FIELD_EXTRA_BYTES,
  HEAD_EXTRA_BYTES,
  HEADER_FIELDS_MAX,
  isHost,
  originForm,
} from './request-check.js';

/**
 * The status to refuse a request with, or undefined. Brings its target into the form that starts with a slash.
 * @param headerBytesMax see TransportLimits; the parser itself counts less than what is sent
 */
export function nodeRequestRefusal(request: IncomingMessage, headerBytesMax: number): number | undefined {
  if (request.httpVersionMajor !== 1) return 505;
  if (request.rawHeaders.length > 2 * HEADER_FIELDS_MAX || headBytes(request) > headerBytesMax) return 431;
  const target = originForm(request.method!, request.url!);
  if (target === undefined) return 400;
  if (target !== request.url) request.url = target;
  const { host, 'transfer-encoding': coding } = request.headers;
  // Several Host fields are one with commas by now (joinDuplicateHeaders), and no host.
  if (host === undefined ? request.httpVersionMinor > 0 : !isHost(host)) return 400;
  if (coding === undefined) return undefined;
  // HTTP/1.0 knows none (RFC 9112, section 6.1).
  return request.httpVersionMinor === 0 ? 400 : codingRefusal(coding);
}

function headBytes({ method, rawHeaders, url }: IncomingMessage): number {
  let bytes = HEAD_EXTRA_BYTES + method!.length + url!.length + (rawHeaders.length / 2) * FIELD_EXTRA_BYTES;
  for (let at = 0; at < rawHeaders.length; at++) bytes += rawHeaders[at]!.length;
  return bytes;
}
