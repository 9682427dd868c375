/**
 * Anthropic's words about rate limits. Headers and what is counted: the rate limits page of Anthropic's API reference. Sentences: replies
 * of the API as clients have quoted them in public.
 */
import { rfc3339 } from '../../kernel/rfc3339.js';
import type { LimitDimension, LimitReport, LimitStanding, TokenCounting } from '../../limits/contract.js';
import { detailsOf, type RateLimited, requestDimensions, standingOf, wholeSecs } from '../rate-limits.js';
import { ORGANIZATION_ID } from './identity.js';

/** Uncached input is known when a request comes in; output counts as it is written, whatever max_tokens says. */
export const tokenCounting: TokenCounting = {
  cachedInputCounts: false,
  total: 'sum',
  outputEstimate: 'as_written',
  correctsEstimate: true,
};

const DOCS_URL = 'https://docs.claude.com/en/api/rate-limits';
const SALES_URL = 'https://claude.com/contact-sales';
/** Remaining tokens are told to the nearest thousand, as the API does, where the limit is not itself of that order. */
const ROUNDED_TO = 1_000;
const ROUNDED_FROM_LIMIT = 10_000;

const UNITS: { readonly [dimension in Exclude<LimitDimension, 'concurrent_requests'>]: string } = {
  requests_per_minute: 'requests per minute',
  requests_per_day: 'requests per day',
  tokens_per_minute: 'tokens per minute',
  input_tokens_per_minute: 'input tokens per minute',
  output_tokens_per_minute: 'output tokens per minute',
};

const REQUESTS: readonly LimitDimension[] = ['requests_per_minute', 'requests_per_day'];

export function rateLimitHeaders(report: LimitReport, refused?: LimitDimension): readonly string[] {
  const input = standingOf(report, 'input_tokens_per_minute');
  const output = standingOf(report, 'output_tokens_per_minute');
  return [
    ...headersOf('requests', standingOf(report, ...requestDimensions(REQUESTS, refused)), report),
    ...headersOf('input-tokens', input, report),
    ...headersOf('output-tokens', output, report),
    ...headersOf('tokens', standingOf(report, 'tokens_per_minute') ?? together(input, output), report),
  ];
}

/** The limits of input and output as one, which the API tells where both hold. */
function together(input: LimitStanding | undefined, output: LimitStanding | undefined): LimitStanding | undefined {
  if (input === undefined || output === undefined) return undefined;
  return {
    dimension: 'tokens_per_minute',
    limit: input.limit + output.limit,
    remaining: input.remaining + output.remaining,
    resetUs: Math.max(input.resetUs, output.resetUs),
  };
}

function headersOf(what: string, standing: LimitStanding | undefined, { unixMs }: LimitReport): string[] {
  if (standing === undefined) return [];
  const name = `anthropic-ratelimit-${what}`;
  const remaining = what === 'requests' ? standing.remaining : rounded(standing);
  return [
    `${name}-limit`,
    String(standing.limit),
    `${name}-remaining`,
    String(remaining),
    ...(unixMs === undefined ? [] : [`${name}-reset`, rfc3339(wholeSecs(unixMs * 1_000 + standing.resetUs))]),
  ];
}

function rounded({ limit, remaining }: LimitStanding): number {
  if (limit < ROUNDED_FROM_LIMIT) return remaining;
  return Math.min(limit, Math.round(remaining / ROUNDED_TO) * ROUNDED_TO);
}

export function refusalHeaders(problem: RateLimited): readonly string[] {
  const { refusal, report } = detailsOf(problem);
  const { retryAfterUs } = refusal;
  return [
    ...rateLimitHeaders(report, refusal.dimension),
    ...(retryAfterUs === undefined ? [] : ['retry-after', String(wholeSecs(retryAfterUs))]),
  ];
}

export function refusalMessage(problem: RateLimited): string {
  const { refusal, report } = detailsOf(problem);
  const { dimension, limit } = refusal;
  const more = `contact sales at ${SALES_URL} to discuss your options for a rate limit increase.`;
  if (dimension === 'concurrent_requests') {
    return `Number of concurrent connections has exceeded your rate limit. Please try again later or ${more}`;
  }
  const model = report.model === undefined ? '' : `, model: ${report.model}`;
  return (
    `This request would exceed your organization's rate limit of ${withCommas(limit)} ${UNITS[dimension]} ` +
    `(org: ${ORGANIZATION_ID}${model}). For details, refer to: ${DOCS_URL}. You can see the response headers for current usage. Please ` +
    `reduce the prompt length or the maximum tokens requested, or try again later. You may also ${more}`
  );
}

function withCommas(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
