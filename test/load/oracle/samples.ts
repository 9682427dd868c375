/** A client's request and an upstream's entry, as they are when nothing went wrong. Times are in milliseconds here, as a reader thinks. */
import type { ClientRequest } from '../../../src/load/oracle/client-log.js';
import type { UpstreamEntry } from '../../../src/load/oracle/journal-entry.js';

export function sent(key: string, over: Partial<ClientRequest> = {}): ClientRequest {
  return { key, sentUs: 0, endedUs: 100_000, outcome: 'complete', status: 200, identity: -1, ...over };
}

/** An attempt that arrived at one time and ended at the other. */
export function attempt(
  key: string | null,
  fromMs: number,
  toMs: number,
  over: Partial<UpstreamEntry> = {},
): UpstreamEntry {
  return {
    process: 0,
    sequence: 1,
    arrivedUs: fromMs * 1_000,
    endedUs: toMs * 1_000,
    endpoint: 'openai.chat.completions',
    target: null,
    model: 'gpt-4o',
    requestId: key,
    identity: '0000000000000001',
    session: null,
    apiKey: '1460db1b6902',
    userAgent: 'gateway/1',
    connection: 1,
    isStream: true,
    plannedTtftMs: 1,
    plannedEndMs: 5,
    status: 200,
    outcome: 'finished',
    result: 'success',
    error: null,
    fault: null,
    retryAfterMs: null,
    ttftMs: 1,
    chunks: 10,
    bytes: 1_000,
    requestBody: null,
    replyBody: null,
    ...over,
  };
}

/** An attempt that was answered with an error. */
export function refusal(
  key: string,
  fromMs: number,
  toMs: number,
  status: number,
  retryAfterMs: number | null = null,
): UpstreamEntry {
  return attempt(key, fromMs, toMs, {
    status,
    retryAfterMs,
    isStream: false,
    result: 'error',
    error: String(status),
    ttftMs: null,
    chunks: 1,
  });
}
