/**
 * What both transports ask of a request line and its headers beyond what their parsers do, so that no two readers of a message can disagree
 * about what it is and where it ends (RFC 9112, sections 3.2 and 6.3), and both transports refuse the same.
 */
import { METHODS } from 'node:http';

/** Header fields that a request may have, more get 431: as many as uWebSockets.js has room for. */
export const HEADER_FIELDS_MAX = 98;
/** What the head of a request has besides method, target, names and values: spaces, version, line ends. */
export const HEAD_EXTRA_BYTES = ' '.length + ' HTTP/1.1\r\n'.length + '\r\n'.length;
/** What a field has besides its name and value: colon, space, line end. */
export const FIELD_EXTRA_BYTES = ': \r\n'.length;

/** A tunnel is not a request for this server. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS.filter((method) => method !== 'CONNECT'));
/** Everything but visible ASCII, and what begins a fragment, which is never sent (RFC 9112, section 3.2). */
const NO_TARGET_TEXT = /[^\x21-\x7e]|#/;
const ABSOLUTE_TARGET = /^https?:\/\/([^/?]+)(.*)$/i;
/** A name, an IPv4 or an IPv6 address, and a port (RFC 9110, section 7.2). Without commas, with which repeated fields are joined. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]*)(?::\d*)?$/i;

/** Most requests of a connection, and of a load test, name the same. */
let lastHost = '';

export function isKnownMethod(method: string): boolean {
  return method === 'POST' || KNOWN_METHODS.has(method);
}

/** Whether a path or a query, or both, consists of what may stand there. */
export function isTargetText(text: string): boolean {
  return !NO_TARGET_TEXT.test(text);
}

/**
 * Path and query of a request's target (RFC 9112, section 3.2): of an absolute one what follows the host, which is this server whatever it
 * is called; `*` for OPTIONS. Undefined when it is malformed.
 */
export function originForm(method: string, target: string): string | undefined {
  if (!isTargetText(target)) return undefined;
  if (target.startsWith('/')) return target;
  if (target === '*') return method === 'OPTIONS' ? target : undefined;
  const [, host, rest] = ABSOLUTE_TARGET.exec(target) ?? [];
  if (host === undefined || rest === undefined || !isHost(host)) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Whether the value of one Host field is what such a field may say. */
export function isHost(value: string): boolean {
  if (value === lastHost) return true;
  if (!HOST.test(value)) return false;
  lastHost = value;
  return true;
}

/**
 * The status that a transfer-encoding is refused with (RFC 9112, section 6.1): 501 for codings that this server does not decode, 400 where
 * chunked is not the last, so that nobody can tell where the body ends. Undefined for chunked alone.
 */
export function codingRefusal(value: string): 400 | 501 | undefined {
  const codings = value.toLowerCase();
  if (codings === 'chunked') return undefined;
  return /[,\s]chunked$/.test(codings) ? 501 : 400;
}

/** Whether a Connection field asks for the connection to be closed (RFC 9112, section 9.6). */
export function asksToClose(connection: string): boolean {
  return connection !== 'keep-alive' && /(?:^|,)\s*close\s*(?:,|$)/i.test(connection);
}
