/**
 * The words of Azure's gateway about rate limits. Headers and sentences: replies of the service as clients have quoted them in public;
 * what it counts: the quota page of its documentation. It resets in whole seconds and says how long a period is.
 */
import type { LimitDimension, LimitReport, TokenCounting } from '../../limits/contract.js';
import { requestsStanding } from '../openai/rate-limits.js';
import { countsTokens, detailsOf, type RateLimited, retryHeaders, standingOf, wholeSecs } from '../rate-limits.js';
import { REGION } from './headers.js';

/** Prompt and max_tokens are added up when a request comes in, and stay so: what was really used counts for billing alone. */
export const tokenCounting: TokenCounting = {
  cachedInputCounts: true,
  total: 'sum',
  outputEstimate: 'max_tokens',
  correctsEstimate: false,
};

const QUOTA_URL = 'https://aka.ms/oai/quotaincrease';

/** What the gateway calls an operation, by what the names of its endpoints hold. */
const OPERATIONS: readonly (readonly [part: string, operation: string])[] = [
  ['chat.completions', 'ChatCompletions_Create'],
  ['completions', 'Completions_Create'],
  ['embeddings', 'Embeddings_Create'],
  ['responses', 'Responses_Create'],
];

export function rateLimitHeaders(report: LimitReport, refused?: LimitDimension): readonly string[] {
  const requests = requestsStanding(report, refused);
  const tokens = standingOf(report, 'tokens_per_minute');
  return [['requests', requests] as const, ['tokens', tokens] as const].flatMap(([what, standing]) => {
    if (standing === undefined) return [];
    const periodSecs = standing.dimension === 'requests_per_day' ? '86400' : '60';
    return [
      `x-ratelimit-limit-${what}`,
      String(standing.limit),
      `x-ratelimit-remaining-${what}`,
      String(standing.remaining),
      `x-ratelimit-renewalperiod-${what}`,
      periodSecs,
      `x-ratelimit-reset-${what}`,
      String(wholeSecs(standing.resetUs)),
    ];
  });
}

export function refusalHeaders(problem: RateLimited): readonly string[] {
  const { refusal, report } = detailsOf(problem);
  return [...retryHeaders(refusal.retryAfterUs), ...rateLimitHeaders(report, refusal.dimension)];
}

export function refusalMessage(problem: RateLimited): string {
  const { refusal, report, endpoint, query } = detailsOf(problem);
  const what = countsTokens(refusal.dimension) ? 'token' : 'call';
  const whose = report.model === undefined ? '' : ` to ${report.model} for ${report.model}`;
  return [
    `Your requests${whose} in ${REGION} have exceeded the ${what} rate limit for your current OpenAI S0 pricing tier.`,
    ...operationSentence(endpoint, query),
    ...retrySentence(refusal.retryAfterUs),
    `To increase your default rate limit, visit: ${QUOTA_URL}.`,
  ].join(' ');
}

function operationSentence(endpoint: string | undefined, query = ''): string[] {
  const [, operation] = OPERATIONS.find(([part]) => endpoint?.includes(part)) ?? [];
  if (operation === undefined) return [];
  const version = /(?:^|&)api-version=([\w.-]{1,32})/.exec(query)?.[1];
  return [`This request was for ${operation} under Azure OpenAI API${version ? ` version ${version}` : ''}.`];
}

function retrySentence(retryAfterUs: number | undefined): string[] {
  if (retryAfterUs === undefined) return [];
  const secs = wholeSecs(retryAfterUs);
  return [`Please retry after ${secs} second${secs === 1 ? '' : 's'}.`];
}
