/**
 * What the upstream's journal shows of a gateway, as plain data in the manner of all documents: snake_case, delays in milliseconds, shares
 * in [0, 1].
 */

export interface DelaySpread {
  readonly count: number;
  readonly min_ms: number;
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

export interface AttemptFigures {
  /** Requests that the upstream got, of those that the client sent. */
  readonly total: number;
  /** Per request that reached the upstream. */
  readonly per_request: number;
  /** Requests of the client by how often the upstream got them, `0` for never. */
  readonly by_count: { readonly [attempts: string]: number };
}

export interface RetryFigures {
  /** Attempts that followed one that had failed. */
  readonly count: number;
  /** By what had become of the attempt before: a status, a fault, `no_answer` or `given_up`. */
  readonly by_reason: { readonly [reason: string]: number };
  /** Failed last attempts, by the same: what the gateway does not try again, or no more. */
  readonly not_retried: { readonly [reason: string]: number };
  /** From the end of one attempt to the arrival of the next. */
  readonly wait: DelaySpread;
  /** Retries behind an answer that asked for a wait. */
  readonly with_retry_after: number;
  /** How much longer they waited than they were asked to. A retry that came too early has a negative one. */
  readonly beyond_retry_after: DelaySpread;
  readonly too_early: number;
  /** Behind a stream of which something had gone out. */
  readonly after_content: number;
}

export interface DuplicateFigures {
  /** Attempts that began while the one before was under way. */
  readonly overlapping: number;
  /** Attempts that followed one that had succeeded. */
  readonly after_success: number;
}

export interface ConnectionFigures {
  readonly opened: number;
  readonly requests_per_connection: number;
  readonly requests_per_connection_max: number;
  /** The most requests that were under way at once: so many connections are needed with HTTP/1.1. */
  readonly in_flight_max: number;
  /** Connections that an answer that was cut short, or a client that left, had to end. */
  readonly broken: number;
}

export interface CancellationFigures {
  /** Requests whose client left before their end. */
  readonly client_left: number;
  readonly reached_upstream: number;
  /** The upstream served them to their end all the same. */
  readonly ran_on: number;
  /** Never arrived at the upstream, or had not ended there when its journal was read last. */
  readonly unseen: number;
  /** The upstream had finished before its client's client left. */
  readonly without_meaning: number;
  /** From the client's leaving to the upstream's noticing, beyond the way of the quickest request. */
  readonly delay: DelaySpread;
  /** Of those that ran on, what the upstream did for nobody. */
  readonly wasted: DelaySpread;
}

/** How answers of the upstream arrived at the client. */
export interface EndingCount {
  /** What the last attempt came to: a status, a fault, `no_answer`, `given_up`, or `never_seen`. */
  readonly upstream: string;
  /** The client's outcome, an error with its status. */
  readonly client: string;
  readonly requests: number;
}

export interface KeyFigures {
  /** Different ones, as the client sent them and as they arrived; 0: none. */
  readonly at_client: number;
  readonly at_upstream: number;
  /** By the digest of the key, the most used first. */
  readonly requests: readonly { readonly api_key: string | null; readonly requests: number }[];
}

/** What a finding may be about; docs/how-to/test-a-gateway.md says what each means. */
export const FINDING_CODES = [
  'retry_too_early',
  'retry_after_content',
  'retry_hopeless',
  'duplicate_overlapping',
  'duplicate_after_success',
  'cancellation_ignored',
  'cancellation_slow',
  'break_hidden',
  'answer_spoilt',
  'status_changed',
  'answered_without_upstream',
  'refused_without_upstream',
  'connections_not_reused',
  'keys_merged',
  'request_id_dropped',
  'journal_overwritten',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface OracleFinding {
  /** Never changes. */
  readonly code: FindingCode;
  /** For a person. */
  readonly message: string;
  readonly count: number;
  /** Keys of a few requests, for whoever wants to look at them in the journal. */
  readonly examples: readonly string[];
}

export interface OracleResult {
  readonly kind: 'oracle';
  /** Entries of the journal during the run, and those that were overwritten before they could be read. */
  readonly entries: number;
  readonly entries_lost: number;
  readonly requests: number;
  /** Entries that belong to a request of the client's. Below `entries`: other traffic, or keys that did not arrive. */
  readonly entries_matched: number;
  /** Share of the entries that came with x-llm-sim-request-id. */
  readonly request_ids_share: number;
  readonly attempts: AttemptFigures;
  readonly retries: RetryFigures;
  readonly duplicates: DuplicateFigures;
  /** Null where the upstream's transport does not tell connections apart. */
  readonly connections: ConnectionFigures | null;
  readonly cancellations: CancellationFigures;
  readonly endings: readonly EndingCount[];
  readonly api_keys: KeyFigures;
  /** By the clients that the upstream saw, the most frequent first. */
  readonly user_agents: readonly { readonly user_agent: string | null; readonly requests: number }[];
  readonly findings: readonly OracleFinding[];
}
