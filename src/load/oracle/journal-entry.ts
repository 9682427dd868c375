/**
 * What the oracle needs of an entry of an upstream's journal (docs/journal.md). The upstream is another program, perhaps of another version,
 * so an entry is read field by field: what is missing or of another type is as if it were null.
 */

export interface UpstreamEntry {
  readonly process: number;
  /** Counts the entries of the process, in the order in which requests ended. */
  readonly sequence: number;
  /** When the request arrived, in µs on the node's own clock, and when it ended there. */
  readonly arrivedUs: number;
  readonly endedUs: number;
  readonly endpoint: string | null;
  /** Method and path of a request that reached no endpoint. */
  readonly target: string | null;
  readonly model: string | null;
  readonly requestId: string | null;
  readonly identity: string | null;
  readonly session: string | null;
  readonly apiKey: string | null;
  readonly userAgent: string | null;
  /** Null where the upstream's transport does not tell. */
  readonly connection: number | null;
  readonly isStream: boolean;
  /** As planned; null where there was no plan. */
  readonly plannedTtftMs: number | null;
  readonly plannedEndMs: number | null;
  /** 0 or null where nothing was answered. */
  readonly status: number | null;
  readonly outcome: string;
  readonly result: string;
  readonly error: string | null;
  readonly fault: string | null;
  readonly retryAfterMs: number | null;
  readonly ttftMs: number | null;
  readonly chunks: number;
  readonly bytes: number;
  /** Where the upstream records bodies. */
  readonly requestBody: string | null;
  readonly replyBody: string | null;
}

type Fields = { readonly [name: string]: unknown };

/** Undefined for what is no entry. */
export function upstreamEntry(document: unknown): UpstreamEntry | undefined {
  if (!isFields(document)) return undefined;
  const [sequence, arrivedUs] = [numberIn(document, 'sequence'), numberIn(document, 'at_us')];
  if (sequence === null || arrivedUs === null) return undefined;
  const plan = isFields(document.plan) ? document.plan : {};
  return {
    process: numberIn(document, 'process') ?? 0,
    sequence,
    arrivedUs,
    endedUs: arrivedUs + Math.round((numberIn(document, 'duration_ms') ?? 0) * 1_000),
    endpoint: textIn(document, 'endpoint'),
    target: textIn(document, 'target'),
    model: textIn(document, 'model'),
    requestId: textIn(document, 'request_id'),
    identity: textIn(document, 'identity'),
    session: textIn(document, 'session'),
    apiKey: textIn(document, 'api_key'),
    userAgent: textIn(document, 'user_agent'),
    connection: numberIn(document, 'connection'),
    isStream: plan.stream === true,
    plannedTtftMs: numberIn(plan, 'ttft_ms'),
    plannedEndMs: numberIn(plan, 'end_ms'),
    status: numberIn(document, 'status'),
    outcome: textIn(document, 'outcome') ?? '',
    result: textIn(document, 'result') ?? '',
    error: textIn(document, 'error'),
    fault: textIn(document, 'fault'),
    retryAfterMs: numberIn(document, 'retry_after_ms'),
    ttftMs: numberIn(document, 'ttft_ms'),
    chunks: numberIn(document, 'chunks') ?? 0,
    bytes: numberIn(document, 'bytes') ?? 0,
    requestBody: textIn(document, 'request_body'),
    replyBody: textIn(document, 'reply_body'),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}
