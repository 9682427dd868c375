/**
 * The delays that one request tells, in microseconds. Whatever is told from the intended time of sending holds what the generator was late:
 * a user who had to wait for his turn has waited.
 *
 *   intended ──late──▶ sent ──▶ first chunk ──gap──▶ chunk ──gap──▶ last chunk ──▶ end
 *   ├────────────── ttft ────────────────┤├───────── of tpot ─────────────┤        │
 *   ├───────────────────────────────── e2e ────────────────────────────────────────┤
 */
import type { RequestRecord, ServiceObjectives } from '../contract.js';

export function lateUs({ intendedUs, sentUs }: RequestRecord): number {
  return Math.max(0, sentUs - intendedUs);
}

export function e2eUs(record: RequestRecord): number {
  return lateUs(record) + record.endUs;
}

/** Undefined for a whole answer, and for a stream without content. */
export function ttftUs(record: RequestRecord): number | undefined {
  if (!record.stream || record.chunkTimesUs.length === 0) return undefined;
  return lateUs(record) + record.chunkTimesUs[0];
}

/** Output tokens of a stream that were to be seen: those of hidden reasoning came before its first chunk. */
function seenTokens({ usage }: RequestRecord): number {
  return usage === undefined ? 0 : usage.outputTokens - usage.reasoningTokens;
}

/** From the first chunk to the last; undefined where there are not two, or no usage that says how many tokens they were. */
export function streamedTokens(
  record: RequestRecord,
): { readonly tokens: number; readonly overUs: number } | undefined {
  const { chunkTimesUs, stream } = record;
  const tokens = seenTokens(record);
  if (!stream || chunkTimesUs.length < 2 || tokens < 2) return undefined;
  return { tokens, overUs: chunkTimesUs[chunkTimesUs.length - 1] - chunkTimesUs[0] };
}

export function tpotUs(record: RequestRecord): number | undefined {
  const streamed = streamedTokens(record);
  return streamed && streamed.overUs / (streamed.tokens - 1);
}

/** Whether a complete request kept every objective. One that it has no delay for, such as the TTFT of a whole answer, it keeps. */
export function keepsObjectives(record: RequestRecord, { ttftMs, tpotMs, e2eMs }: ServiceObjectives): boolean {
  return isWithin(ttftUs(record), ttftMs) && isWithin(tpotUs(record), tpotMs) && isWithin(e2eUs(record), e2eMs);
}

function isWithin(delayUs: number | undefined, limitMs: number | undefined): boolean {
  return delayUs === undefined || limitMs === undefined || delayUs <= limitMs * 1_000;
}
