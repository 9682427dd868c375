/** How long an answer asks its client to wait, as its headers say it: what a client's retries are held against. */

/** No wait is asked for. */
export const NO_RETRY_AFTER = -1;

/** In milliseconds; `retry-after-ms`, which only some clients know, is the finer of the two. @param headers as [name, value, …] */
export function retryAfterMsIn(headers: readonly string[]): number {
  let afterMs = NO_RETRY_AFTER;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at] === 'retry-after-ms') return Number(headers[at + 1]);
    if (headers[at] === 'retry-after') afterMs = Number(headers[at + 1]) * 1_000;
  }
  return afterMs;
}
