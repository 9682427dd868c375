/**
 * HTTP/1.1 chunked coding in place (RFC 9112, section 7.1): the size line goes into the bytes before a frame, the closing CRLF
 * behind it, so that one contiguous view goes to the socket.
 *
 *   … 'd' 'c' CR LF | frame … | CR LF …
 *     ^ returned      ^start    ^end
 */
const CR = 13;
const LF = 10;
const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** Bytes of the closing CRLF. */
export const CHUNK_TAIL_BYTES = 2;

/**
 * Puts chunk framing around bytes[start, end), which must not be empty: an empty chunk would end the body.
 * Needs up to 10 free bytes before start and CHUNK_TAIL_BYTES behind end.
 * @returns where the size line starts; the chunk ends at end + CHUNK_TAIL_BYTES.
 */
export function frameChunk(bytes: Uint8Array, start: number, end: number): number {
  bytes[end] = CR;
  bytes[end + 1] = LF;
  let at = start - 1;
  bytes[at] = LF;
  bytes[--at] = CR;
  for (let size = end - start; size > 0; size >>>= 4) bytes[--at] = HEX_DIGITS[size & 15]!;
  return at;
}
