/**
 * What in a gateway's conduct its operator should know of, in words. A finding is not yet a fault: some gateways repeat requests on purpose.
 * Each says what was seen and how often; nothing is guessed from what was not seen.
 */
import type { CancellationVerdict } from './cancellations.js';
import type { EndingVerdict } from './endings.js';
import type { FindingCode, OracleFinding, OracleResult } from './result.js';
import type { RetryVerdict } from './retries.js';

const EXAMPLES_MAX = 5;
/** Below, too little was sent to say anything of connections. */
const ENTRIES_MIN = 20;
/** A gateway that keeps its connections needs few more than it has requests under way at once. */
const SPARE_CONNECTIONS = 2;

export interface Verdicts {
  readonly retries: RetryVerdict;
  readonly cancellations: CancellationVerdict;
  readonly endings: EndingVerdict;
  /** Entries without x-llm-sim-request-id that were the client's: others' requests have none, and nobody dropped it. */
  readonly idsDropped: number;
}

type Figures = Omit<OracleResult, 'findings' | 'kind'>;

export function findingsOf(
  figures: Figures,
  { cancellations, endings, idsDropped, retries }: Verdicts,
): OracleFinding[] {
  const { beyond_retry_after: beyond, with_retry_after: asked } = retries.retries;
  const { delay, wasted } = cancellations.cancellations;
  const perRequest: readonly (readonly [code: FindingCode, keys: readonly string[], message: string])[] = [
    [
      'retry_too_early',
      retries.tooEarly,
      `of ${asked} retries behind a retry-after came before that time, at the most by ${ms(-beyond.min_ms)}`,
    ],
    ['retry_after_content', retries.afterContent, 'retries of streams of which something had gone out'],
    [
      'retry_hopeless',
      retries.hopeless,
      'retries of requests that were refused for what they are (such as 400 or 401)',
    ],
    ['duplicate_overlapping', retries.overlapping, 'requests were sent again while they were being served'],
    ['duplicate_after_success', retries.afterSuccess, 'requests were sent again though they had succeeded'],
    [
      'cancellation_ignored',
      cancellations.ranOn,
      `of ${cancellations.cancellations.client_left} requests ran on when their clients had left, ${ms(wasted.p50_ms)} in the median`,
    ],
    ['break_hidden', endings.hidden, 'answers that the upstream broke off looked complete to the client'],
    ['answer_spoilt', endings.spoilt, 'answers that the upstream finished were errors to the client'],
    ['status_changed', endings.translated, 'errors reached the client under another status'],
    ['answered_without_upstream', endings.invented, 'requests were answered and never reached the upstream'],
    ['refused_without_upstream', endings.refused, 'requests failed and never reached the upstream'],
  ];
  const found = perRequest
    .filter(([, keys]) => keys.length > 0)
    .map(([code, keys, message]) => finding(code, keys.length, `${keys.length} ${message}`, keys));
  if (delay.count > 0 && delay.p50_ms > SLOW_CANCELLATION_MS) {
    found.push(
      finding(
        'cancellation_slow',
        delay.count,
        `A client that leaves is noticed ${ms(delay.p50_ms)} later, in the median`,
      ),
    );
  }
  return [...found, ...connectionFindings(figures), ...callerFindings(figures, idsDropped)];
}

/** As long as a few chunks take. */
const SLOW_CANCELLATION_MS = 250;

function connectionFindings({ connections, entries }: Figures): OracleFinding[] {
  if (connections === null || entries < ENTRIES_MIN) return [];
  const { broken, in_flight_max: inFlight, opened, requests_per_connection: share } = connections;
  if (opened <= SPARE_CONNECTIONS * (inFlight + broken)) return [];
  const message = `${opened} connections for at most ${inFlight} requests at once: ${share} requests on each`;
  return [finding('connections_not_reused', opened, message)];
}

function callerFindings({ api_keys: keys, entries_lost: lost }: Figures, idsDropped: number): OracleFinding[] {
  const found: OracleFinding[] = [];
  if (idsDropped > 0) {
    const message = `${idsDropped} requests arrived without x-llm-sim-request-id`;
    found.push(finding('request_id_dropped', idsDropped, message));
  }
  if (keys.at_client > 1 && keys.at_upstream < keys.at_client) {
    const message = `The client's ${keys.at_client} keys arrive as ${keys.at_upstream}: limits by key are shared`;
    found.push(finding('keys_merged', keys.at_client - keys.at_upstream, message));
  }
  if (lost > 0) {
    const message = `${lost} entries of the journal were overwritten before they could be read: raise telemetry.journal.capacity`;
    found.push(finding('journal_overwritten', lost, message));
  }
  return found;
}

function finding(code: FindingCode, count: number, message: string, keys: readonly string[] = []): OracleFinding {
  return { code, message, count, examples: keys.slice(0, EXAMPLES_MAX) };
}

function ms(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : `${value.toFixed(1)} ms`;
}
