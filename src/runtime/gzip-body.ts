/**
 * Request bodies in gzip (RFC 1952), read in a worker thread: never more than one body's limit of memory, and no more than a request of usual
 * size where the body says of itself that it is one, so that a small body cannot hold up the thread that it was given to for its size.
 */
import { gunzipSync } from 'node:zlib';
import { getUint32 } from './byte-order.js';
import { LARGE_REQUEST_BYTES } from './render-pool.js';

/** Header and trailer of a member, and the shortest data between them. */
const GZIP_BYTES_MIN = 20;
/** The last four bytes: the length of what was compressed, in 32 bits. */
const LENGTH_BYTES = 4;
const CHUNK_BYTES_MIN = 1_024;
const CHUNK_BYTES_MAX = 1024 * 1024;

/** How long a body says that it is when it is inflated, in bytes; 0 when it is too short to be one. Not to be trusted. */
export function claimedBytes(parts: readonly Uint8Array[]): number {
  let claimed = 0;
  let shift = 32;
  for (let index = parts.length - 1; index >= 0 && shift > 0; index--) {
    const part = parts[index]!;
    for (let at = part.byteLength - 1; at >= 0 && shift > 0; at--) {
      shift -= 8;
      claimed += part[at]! * 2 ** shift;
    }
  }
  return shift > 0 ? 0 : claimed;
}

/** @returns the inflated body; 'too_large' for more than bytesMax; undefined when it is cut off, damaged, or followed by something else */
export function gunzipBody(body: Uint8Array, bytesMax: number): Uint8Array | 'too_large' | undefined {
  if (body.byteLength < GZIP_BYTES_MIN) return undefined;
  const claimed = getUint32(body, body.byteLength - LENGTH_BYTES);
  const maxOutputLength = Math.min(bytesMax, Math.max(claimed, LARGE_REQUEST_BYTES));
  const chunkSize = Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, claimed + 1));
  try {
    const { buffer, engine } = gunzipSync(body, { maxOutputLength, chunkSize, info: true }) as unknown as Inflated;
    return engine.bytesWritten === body.byteLength ? buffer : undefined;
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge && maxOutputLength === bytesMax ? 'too_large' : undefined;
  }
}

/** What zlib's synchronous functions return with `info`, which their types do not know. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** Its bytesWritten: how much of the input was read. */
  readonly engine: { readonly bytesWritten: number };
}
