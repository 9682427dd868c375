/**
 * OpenAI's words about rate limits. Headers, and durations such as 6m0s: the rate limits guide of OpenAI's documentation. Sentences:
 * replies of the API as clients have quoted them in public. The API has no limits of input or output tokens alone, nor of concurrent
 * requests; what is said of those follows its pattern.
 */
import type { LimitDimension, LimitReport, LimitStanding, TokenCounting } from '../../limits/contract.js';
import type { RateLimitDetails } from '../contract.js';
import {
  countsTokens,
  detailsOf,
  type RateLimited,
  requestDimensions,
  retryHeaders,
  standingOf,
  wholeMs,
} from '../rate-limits.js';
import { ORGANIZATION } from './identity.js';

const LIMITS_URL = 'https://platform.openai.com/account/rate-limits';

const UNITS: { readonly [dimension in LimitDimension]: string } = {
  requests_per_minute: 'requests per min (RPM)',
  requests_per_day: 'requests per day (RPD)',
  tokens_per_minute: 'tokens per min (TPM)',
  input_tokens_per_minute: 'input tokens per min (ITPM)',
  output_tokens_per_minute: 'output tokens per min (OTPM)',
  concurrent_requests: 'concurrent requests',
};

/** "The maximum of max_tokens and the estimated number of tokens" at admission, by the guide. */
export const tokenCounting: TokenCounting = {
  cachedInputCounts: true,
  total: 'greater',
  outputEstimate: 'max_tokens',
  correctsEstimate: true,
};

const REQUESTS: readonly LimitDimension[] = ['requests_per_day', 'requests_per_minute'];

/** Accounts with a limit per day see that one as their requests, others the one per minute; a refused request sees the one it ran into. */
export function requestsStanding(report: LimitReport, refused: LimitDimension | undefined): LimitStanding | undefined {
  return standingOf(report, ...requestDimensions(REQUESTS, refused));
}

export function rateLimitHeaders(report: LimitReport, refused?: LimitDimension): readonly string[] {
  const requests = requestsStanding(report, refused);
  const tokens = standingOf(report, 'tokens_per_minute');
  const headers: string[] = [];
  if (requests !== undefined) headers.push('x-ratelimit-limit-requests', String(requests.limit));
  if (tokens !== undefined) headers.push('x-ratelimit-limit-tokens', String(tokens.limit));
  if (requests !== undefined) headers.push('x-ratelimit-remaining-requests', String(requests.remaining));
  if (tokens !== undefined) headers.push('x-ratelimit-remaining-tokens', String(tokens.remaining));
  if (requests !== undefined) headers.push('x-ratelimit-reset-requests', duration(requests.resetUs));
  if (tokens !== undefined) headers.push('x-ratelimit-reset-tokens', duration(tokens.resetUs));
  return headers;
}

/** When to come back stands first. */
export function refusalHeaders(problem: RateLimited): readonly string[] {
  const { refusal, report } = detailsOf(problem);
  return [...retryHeaders(refusal.retryAfterUs), ...rateLimitHeaders(report, refusal.dimension)];
}

export function refusalFields(problem: RateLimited): {
  readonly message: string;
  readonly type: string;
  readonly code: string;
} {
  const details = detailsOf(problem);
  const type = countsTokens(details.refusal.dimension) ? 'tokens' : 'requests';
  return { message: `${sentences(details)} Visit ${LIMITS_URL} to learn more.`, type, code: 'rate_limit_exceeded' };
}

function sentences({ refusal, report: { model } }: RateLimitDetails): string {
  const { dimension, limit, used, requested, retryAfterUs } = refusal;
  const whose = `${model === undefined ? '' : `for ${model} `}in organization ${ORGANIZATION} on ${UNITS[dimension]}`;
  if (countsTokens(dimension) && requested > limit) {
    return (
      `Request too large ${whose}: Limit ${limit}, Requested ${requested}. The input or output tokens must be reduced in order to run ` +
      'successfully.'
    );
  }
  const again = retryAfterUs === undefined ? '' : ` Please try again in ${duration(retryAfterUs)}.`;
  return `Rate limit reached ${whose}: Limit ${limit}, Used ${used}, Requested ${requested}.${again}`;
}

/** As Go writes durations, to the millisecond: "120ms", "1.5s", "6m0s", "1h0m0s". */
export function duration(us: number): string {
  const ms = wholeMs(us);
  if (ms === 0) return '0s';
  if (ms < 1_000) return `${ms}ms`;
  const mins = Math.floor(ms / 60_000);
  const secs = `${(ms - mins * 60_000) / 1_000}s`;
  if (mins === 0) return secs;
  return mins < 60 ? `${mins}m${secs}` : `${Math.floor(mins / 60)}h${mins % 60}m${secs}`;
}
