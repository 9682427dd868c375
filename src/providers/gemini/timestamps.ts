/** Timestamps of proto-JSON: RFC 3339 in UTC, with milliseconds where there are any. */
import { rfc3339 } from '../../kernel/rfc3339.js';

/** @param epochMs whole milliseconds since 1970; years 0 to 9999 */
export function toTimestamp(epochMs: number): string {
  const secs = Math.floor(epochMs / 1_000);
  const ms = epochMs - secs * 1_000;
  const text = rfc3339(secs);
  return ms === 0 ? text : `${text.slice(0, -1)}.${String(ms).padStart(3, '0')}Z`;
}
