/** The word that stands for a transport's error in records and reports: short, stable, and few of them. */

/** For errors whose code says less than their message. */
const OTHER_SIDE_CLOSED = 'other_side_closed';
const INVALID_HTTP = 'invalid_http';
const UNKNOWN = 'unknown';
/** Longer ones would be no code; a word becomes a row in reports. */
const WORD_LENGTH_MAX = 64;

/**
 * The system's word where there is one (ECONNREFUSED), else TLS's or undici's (UND_ERR_HEADERS_OVERFLOW); `other_side_closed` for a
 * connection that was closed in good order and too early, `invalid_http` for what the parser does not take.
 */
export function errorWord(error: unknown): string {
  if (typeof error !== 'object' || error === null) return UNKNOWN;
  const { cause, code, name } = error as { readonly [key in 'cause' | 'code' | 'name']?: unknown };
  const system = typeof cause === 'object' && cause !== null ? (cause as { readonly code?: unknown }).code : undefined;
  if (code === 'UND_ERR_SOCKET') return typeof system === 'string' ? system : OTHER_SIDE_CLOSED;
  if (typeof code === 'string' && code !== '') return code.slice(0, WORD_LENGTH_MAX);
  // Its codes are there in name only.
  return name === 'HTTPParserError' ? INVALID_HTTP : UNKNOWN;
}
