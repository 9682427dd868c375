/**
 * What node:http refuses and uWebSockets.js lets through, as seen on the wire: a request line without a method, and bodies whose end
 * two readers could place differently (RFC 9112, section 6.3), which is how requests are smuggled past a proxy.
 */
import type { HeaderPairs } from './contract.js';

/** Whether a request must be answered with 400 although the library took it for valid. */
export function isMalformed(method: string, headers: HeaderPairs): boolean {
  if (method === '') return true;
  let contentLength: string | undefined;
  let transferEncoding: string | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    const value = headers[at + 1]!;
    if (headers[at] === 'content-length') {
      if (!/^\d+$/.test(value) || (contentLength !== undefined && contentLength !== value)) return true;
      contentLength = value;
    } else if (headers[at] === 'transfer-encoding') {
      if (transferEncoding !== undefined || value.toLowerCase() !== 'chunked') return true;
      transferEncoding = value;
    }
  }
  return contentLength !== undefined && transferEncoding !== undefined;
}
