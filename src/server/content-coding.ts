/** The content-encoding of a request's body (RFC 9110, section 8.4): gzip is read, every other is refused. */

export const CONTENT_CODING_HEADER = 'content-encoding';

export type ContentCoding = 'identity' | 'gzip' | 'unsupported';

/** @param value of the header; undefined for none */
export function contentCodingOf(value: string | undefined): ContentCoding {
  if (value === undefined) return 'identity';
  const name = value.trim().toLowerCase();
  if (name === '' || name === 'identity') return 'identity';
  return name === 'gzip' || name === 'x-gzip' ? 'gzip' : 'unsupported';
}
