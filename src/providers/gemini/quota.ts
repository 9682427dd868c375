/**
 * The Gemini API's words about rate limits, which it calls quotas. It has no headers for them: what is used up stands in the details of the
 * error, by google/rpc/error_details.proto. Names of metrics and quotas: replies of the API as clients have quoted them in public. A tier
 * whose name says that it is free gets the names of the API's free tier.
 */
import type { LimitDimension, TokenCounting } from '../../limits/contract.js';
import type { RateLimitDetails } from '../contract.js';
import { detailsOf, type RateLimited } from '../rate-limits.js';

/** The API limits the tokens of prompts, those that a cache has included, and no output. */
export const tokenCounting: TokenCounting = {
  cachedInputCounts: true,
  total: 'input',
  outputEstimate: 'as_written',
  correctsEstimate: true,
};

const LIMITS_URL = 'https://ai.google.dev/gemini-api/docs/rate-limits';
const USAGE_URL = 'https://ai.dev/rate-limit';
const SERVICE = 'generativelanguage.googleapis.com';

interface Quota {
  readonly metric: string;
  readonly id: string;
}
type Quotas = { readonly [dimension in LimitDimension]: Quota };

const INPUT_TOKENS: Quota = {
  metric: 'generate_content_paid_tier_input_token_count',
  id: 'GenerateContentPaidTierInputTokensPerModelPerMinute',
};
const PAID: Quotas = {
  requests_per_minute: {
    metric: 'generate_requests_per_model',
    id: 'GenerateRequestsPerMinutePerProjectPerModel',
  },
  requests_per_day: {
    metric: 'generate_requests_per_model_per_day',
    id: 'GenerateRequestsPerDayPerProjectPerModel',
  },
  tokens_per_minute: INPUT_TOKENS,
  input_tokens_per_minute: INPUT_TOKENS,
  output_tokens_per_minute: {
    metric: 'generate_content_paid_tier_output_token_count',
    id: 'GenerateContentPaidTierOutputTokensPerModelPerMinute',
  },
  concurrent_requests: {
    metric: 'generate_content_concurrent_requests',
    id: 'GenerateConcurrentRequestsPerProjectPerModel',
  },
};

const FREE_REQUESTS = 'generate_content_free_tier_requests';
const FREE_INPUT_TOKENS: Quota = {
  metric: 'generate_content_free_tier_input_token_count',
  id: 'GenerateContentInputTokensPerModelPerMinute-FreeTier',
};
const FREE: Quotas = {
  requests_per_minute: { metric: FREE_REQUESTS, id: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier' },
  requests_per_day: { metric: FREE_REQUESTS, id: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' },
  tokens_per_minute: FREE_INPUT_TOKENS,
  input_tokens_per_minute: FREE_INPUT_TOKENS,
  output_tokens_per_minute: {
    metric: 'generate_content_free_tier_output_token_count',
    id: 'GenerateContentOutputTokensPerModelPerMinute-FreeTier',
  },
  concurrent_requests: {
    metric: 'generate_content_free_tier_concurrent_requests',
    id: 'GenerateConcurrentRequestsPerProjectPerModel-FreeTier',
  },
};

export interface QuotaError {
  readonly message: string;
  readonly details: readonly object[];
}

export function quotaError(problem: RateLimited): QuotaError {
  const details = detailsOf(problem);
  const { retryAfterUs } = details.refusal;
  const metric = `${SERVICE}/${quotaOf(details).metric}`;
  const { model } = details.report;
  const exceeded = `* Quota exceeded for metric: ${metric}, limit: ${details.refusal.limit}${model === undefined ? '' : `, model: ${model}`}`;
  return {
    message: [
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: ' +
        `${LIMITS_URL}. To monitor your current usage, head to: ${USAGE_URL}. `,
      exceeded,
      ...(retryAfterUs === undefined ? [] : [`Please retry in ${secondsText(retryAfterUs)}s.`]),
    ].join('\n'),
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Learn more about Gemini API quotas', url: LIMITS_URL }],
      },
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [violationOf(details, metric)] },
      ...(retryAfterUs === undefined ? [] : [retryInfo(retryAfterUs)]),
    ],
  };
}

function quotaOf({ refusal, report }: RateLimitDetails): Quota {
  return (/free/i.test(report.tier ?? '') ? FREE : PAID)[refusal.dimension];
}

function violationOf(details: RateLimitDetails, quotaMetric: string): object {
  const { model } = details.report;
  return {
    quotaMetric,
    quotaId: quotaOf(details).id,
    quotaDimensions: { location: 'global', ...(model === undefined ? {} : { model }) },
    quotaValue: String(details.refusal.limit),
  };
}

/** In whole seconds, of which the sentence tells the fraction that is dropped here. */
function retryInfo(retryAfterUs: number): object {
  return {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${Math.floor(retryAfterUs / 1_000_000)}s`,
  };
}

/** A decimal without trailing zeros: "22.129513". */
function secondsText(us: number): string {
  return String(us / 1_000_000);
}
