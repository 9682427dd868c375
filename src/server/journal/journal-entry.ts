/**
 * An entry of the journal as it is handed out: plain JSON. Made of a row only when somebody asks, because nearly no entry is ever asked for.
 * What a client says about itself is cut to a bound; of an API key nothing but a short hash is shown, by which requests of one key are told.
 */

import { endpoints, providers } from '../../providers/registry.js';
import { PLAN_WHOLE } from '../../runtime/plan-layout.js';
import { apiKeyDigest } from '../api-key-digest.js';
import type { Journal } from './journal.js';
import {
  type JournalOutcome,
  type JournalResult,
  type JournalRows,
  NO_INDEX,
  OUTCOMES,
  RESULTS,
  ROW,
  TEXT,
} from './journal-row.js';
import { NO_RETRY_AFTER } from './retry-after.js';

const REQUEST_ID_CHARS_MAX = 128;
const USER_AGENT_CHARS_MAX = 128;
const TARGET_CHARS_MAX = 256;
const RETRY_COUNT = /^\d{1,9}$/;
const ENDINGS = ['complete', 'close', 'reset'] as const;

export interface JournalPlan {
  readonly stream: boolean;
  readonly status: number;
  readonly ttft_ms: number;
  readonly end_ms: number;
  readonly chunks: number;
  readonly prompt_tokens: number;
  readonly cached_tokens: number;
  readonly completion_tokens: number;
  readonly fault: string | null;
  readonly ending: (typeof ENDINGS)[number];
  readonly configuration_generation: number;
  readonly announcement: string | null;
}

export interface JournalEntry {
  readonly process: number;
  readonly sequence: number;
  readonly arrived_at: string;
  readonly at_us: number;
  readonly provider: string;
  readonly endpoint: string | null;
  readonly target: string | null;
  readonly model: string | null;
  readonly request_id: string | null;
  readonly identity: string | null;
  readonly session: string | null;
  readonly api_key: string | null;
  readonly user_agent: string | null;
  readonly retry_count: number | null;
  readonly connection: number | null;
  readonly plan: JournalPlan | null;
  readonly status: number | null;
  readonly outcome: JournalOutcome;
  readonly result: JournalResult;
  readonly cause: string | null;
  readonly error: string | null;
  readonly fault: string | null;
  readonly limited_by: string | null;
  readonly retry_after_ms: number | null;
  readonly queue_ms: number;
  readonly ttft_ms: number | null;
  readonly duration_ms: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly slip_max_ms: number;
  readonly request_body?: string;
  readonly reply_body?: string;
}

/** What numbers stand for. */
export interface JournalNames {
  /** The acceptor's number. */
  readonly process: number;
  readonly models: readonly string[];
  /** The kinds of faults in the order of their registry. */
  readonly faults: readonly string[];
}

/** @param sequence of an entry that is kept */
export function journalEntry(journal: Journal, sequence: number, names: JournalNames): JournalEntry {
  const rows = journal.ring;
  const row = journal.rowOf(sequence);
  const number = (column: number): number => rows.number(row, column);
  const text = (column: number): string | undefined => rows.text(row, column);
  const endpoint = number(ROW.endpoint);
  const retryCount = text(TEXT.retryCount) ?? '';
  const bodies = journal.bodiesOf(sequence);
  return {
    process: names.process,
    sequence,
    arrived_at: new Date(number(ROW.wallMs)).toISOString(),
    at_us: Math.round(number(ROW.atUs)),
    provider: providers[number(ROW.provider)].name,
    endpoint: endpoint === NO_INDEX ? null : endpoints[endpoint].endpoint.name,
    target: cut(text(TEXT.target), TARGET_CHARS_MAX),
    model: names.models[number(ROW.model)] ?? null,
    request_id: cut(text(TEXT.requestId), REQUEST_ID_CHARS_MAX),
    identity: identityOf(rows, row),
    session: text(TEXT.session) || null,
    api_key: keyHash(text(TEXT.apiKey)),
    user_agent: cut(text(TEXT.userAgent), USER_AGENT_CHARS_MAX),
    retry_count: RETRY_COUNT.test(retryCount) ? Number(retryCount) : null,
    connection: number(ROW.connection) || null,
    plan: number(ROW.planKind) === NO_INDEX ? null : planOf(rows, row, names),
    status: number(ROW.status) || null,
    outcome: OUTCOMES[number(ROW.outcome)],
    result: RESULTS[number(ROW.result)],
    cause: text(TEXT.cause) || null,
    error: text(TEXT.error) || null,
    fault: names.faults[number(ROW.fault) - 1] ?? null,
    limited_by: text(TEXT.limit) ?? null,
    retry_after_ms: number(ROW.retryAfterMs) === NO_RETRY_AFTER ? null : number(ROW.retryAfterMs),
    queue_ms: toMs(number(ROW.waitedUs)),
    ttft_ms: number(ROW.firstByteUs) < 0 ? null : toMs(number(ROW.firstByteUs)),
    duration_ms: toMs(number(ROW.durationUs)),
    chunks: number(ROW.chunks),
    bytes: number(ROW.bytes),
    slip_max_ms: toMs(number(ROW.slipMaxUs)),
    ...(bodies === undefined ? {} : { request_body: bodies.request, reply_body: bodies.reply }),
  };
}

function planOf(rows: JournalRows, row: number, { faults }: JournalNames): JournalPlan {
  const number = (column: number): number => rows.number(row, column);
  return {
    stream: number(ROW.planKind) !== PLAN_WHOLE,
    status: number(ROW.planStatus),
    ttft_ms: toMs(number(ROW.planTtftUs)),
    end_ms: toMs(number(ROW.planEndUs)),
    chunks: number(ROW.planFrames),
    prompt_tokens: number(ROW.promptTokens),
    cached_tokens: number(ROW.cachedTokens),
    completion_tokens: number(ROW.completionTokens),
    fault: faults[number(ROW.planFault) - 1] ?? null,
    ending: ENDINGS[number(ROW.ending)],
    configuration_generation: number(ROW.generation),
    announcement: rows.text(row, TEXT.announcement) ?? null,
  };
}

function identityOf(rows: JournalRows, row: number): string | null {
  if (rows.number(row, ROW.planKind) === NO_INDEX) return null;
  return hexWord(rows.number(row, ROW.identityHigh)) + hexWord(rows.number(row, ROW.identityLow));
}

function keyHash(key: string | undefined): string | null {
  return key === undefined ? null : apiKeyDigest(key);
}

const hexWord = (word: number): string => word.toString(16).padStart(8, '0');
const toMs = (us: number): number => Math.round(us) / 1_000;
const cut = (text: string | undefined, charsMax: number): string | null => text?.slice(0, charsMax) ?? null;
