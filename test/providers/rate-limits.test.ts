/** What every provider says of rate limits: in the headers of replies, and to a request that does not fit. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LimitDimension, LimitRefusal, LimitReport, LimitStanding } from '../../src/limits/contract.js';
import type { Provider, RateLimitDetails } from '../../src/providers/contract.js';
import { duration } from '../../src/providers/openai/rate-limits.js';
import { providers } from '../../src/providers/registry.js';
import { assertValid } from '../schemas/published-schema.js';

const [anthropic, azure, gemini, openai] = ['anthropic', 'azure', 'gemini', 'openai'].map(
  (name) => providers.find((provider) => provider.name === name) ?? assert.fail(name),
);
/** 2026-03-01T09:30:00.250Z */
const UNIX_MS = Date.UTC(2026, 2, 1, 9, 30, 0, 250);

function standing(dimension: LimitDimension, limit: number, remaining: number, resetUs: number): LimitStanding {
  return { dimension, limit, remaining, resetUs };
}

function headersOf(provider: Provider, standings: readonly LimitStanding[]): { [name: string]: string } {
  return named(provider.rateLimitHeaders({ standings, unixMs: UNIX_MS }));
}

function named(flat: readonly string[]): { [name: string]: string } {
  const names = flat.filter((_, index) => index % 2 === 0);
  assert.equal(new Set(names).size, names.length, 'a header is sent once');
  return Object.fromEntries(names.map((name, index) => [name, flat[2 * index + 1]]));
}

interface Refused {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: { readonly error: { readonly [field: string]: unknown; readonly message: string } };
}

function refusedBy(
  provider: Provider,
  refusal: LimitRefusal,
  { endpoint, query, ...report }: Partial<LimitReport> & Pick<RateLimitDetails, 'endpoint' | 'query'> = {},
): Refused {
  const { dimension, limit, used, retryAfterUs } = refusal;
  const standings = [standing(dimension, limit, limit - used, retryAfterUs ?? 0)];
  const details = { refusal, report: { standings, model: 'the-model', unixMs: UNIX_MS, ...report }, endpoint, query };
  const reply = provider.httpError({ kind: 'rate_limited', retryAfterSecs: 1, details });
  return { status: reply.status, headers: named(reply.headers), body: JSON.parse(reply.body) };
}

const RPM: LimitRefusal = {
  dimension: 'requests_per_minute',
  limit: 3,
  used: 3,
  requested: 1,
  retryAfterUs: 20_000_000,
};
const RPD: LimitRefusal = {
  dimension: 'requests_per_day',
  limit: 200,
  used: 200,
  requested: 1,
  retryAfterUs: 432_000_000,
};
const TPM: LimitRefusal = {
  dimension: 'tokens_per_minute',
  limit: 30_000,
  used: 29_123,
  requested: 1_800,
  retryAfterUs: 1_846_000,
};
const TOO_LARGE: LimitRefusal = { ...TPM, used: 0, requested: 87_968, retryAfterUs: undefined };
const INPUT: LimitRefusal = { ...TPM, dimension: 'input_tokens_per_minute' };
const OUTPUT: LimitRefusal = { ...TPM, dimension: 'output_tokens_per_minute' };
const CONCURRENT: LimitRefusal = {
  dimension: 'concurrent_requests',
  limit: 5,
  used: 5,
  requested: 1,
  retryAfterUs: undefined,
};

describe("OpenAI's rate limits", () => {
  it('stand in the headers of replies with the time until all is there again', () => {
    const standings = [
      standing('requests_per_minute', 60, 59, 1_000_000),
      standing('tokens_per_minute', 150_000, 149_984, 360_000_000),
    ];
    assert.deepEqual(headersOf(openai, standings), {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-reset-tokens': '6m0s',
    });
    assert.deepEqual(headersOf(openai, []), {});
  });

  it('show the limit per day as the one of requests where there is one', () => {
    const headers = headersOf(openai, [
      standing('requests_per_minute', 3, 2, 20_000_000),
      standing('requests_per_day', 200, 199, 432_000_000),
    ]);
    assert.equal(headers['x-ratelimit-limit-requests'], '200');
    assert.equal(headers['x-ratelimit-reset-requests'], '7m12s');
  });

  it('show a refused request the limit that it ran into', () => {
    const standings = [
      standing('requests_per_minute', 3, 0, 60_000_000),
      standing('requests_per_day', 200, 197, 1_296_000_000),
    ];
    for (const provider of [openai, azure]) {
      assert.equal(refusedBy(provider, RPM, { standings }).headers['x-ratelimit-remaining-requests'], '0');
      assert.equal(refusedBy(provider, RPD, { standings }).headers['x-ratelimit-remaining-requests'], '197');
    }
    const requests = 'anthropic-ratelimit-requests-limit';
    assert.equal(refusedBy(anthropic, RPD, { standings }).headers[requests], '200');
    assert.equal(refusedBy(anthropic, TPM, { standings }).headers[requests], '3');
  });

  it('are told with limit, use and demand, and when to come back', () => {
    const { status, headers, body } = refusedBy(openai, RPM);
    assert.equal(status, 429);
    assertValid('openai', 'ErrorResponse', body);
    assert.deepEqual(body.error, {
      message:
        'Rate limit reached for the-model in organization org-llm-simulator on requests per min (RPM): Limit 3, Used 3, Requested 1. ' +
        'Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more.',
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    });
    assert.equal(headers['retry-after'], '20');
    assert.equal(headers['retry-after-ms'], '20000');
    assert.equal(headers['x-ratelimit-remaining-requests'], '0');
  });

  for (const [refusal, type, words] of [
    [RPD, 'requests', 'requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.'],
    [TPM, 'tokens', 'tokens per min (TPM): Limit 30000, Used 29123, Requested 1800. Please try again in 1.846s.'],
    [
      INPUT,
      'tokens',
      'input tokens per min (ITPM): Limit 30000, Used 29123, Requested 1800. Please try again in 1.846s.',
    ],
    [
      OUTPUT,
      'tokens',
      'output tokens per min (OTPM): Limit 30000, Used 29123, Requested 1800. Please try again in 1.846s.',
    ],
    [CONCURRENT, 'requests', 'concurrent requests: Limit 5, Used 5, Requested 1. Visit'],
  ] as const) {
    it(`have words for ${refusal.dimension}`, () => {
      const { body } = refusedBy(openai, refusal);
      assert.ok(body.error.message.includes(` on ${words}`), body.error.message);
      assert.equal(body.error.type, type);
    });
  }

  it('are told to a request that will never fit, without a time', () => {
    const { body, headers } = refusedBy(openai, TOO_LARGE);
    assert.match(
      body.error.message,
      /^Request too large for the-model in organization org-llm-simulator on tokens per min \(TPM\): Limit 30000, Requested 87968\. The input or output tokens must be reduced in order to run successfully\. Visit/,
    );
    assert.equal(headers['retry-after'], undefined);
    assert.equal(headers['retry-after-ms'], undefined);
  });

  it('write durations as Go does', () => {
    const cases = [
      [0, '0s'],
      [1, '1ms'],
      [120_000, '120ms'],
      [999_001, '1s'],
      [1_500_000, '1.5s'],
      [43_200_000, '43.2s'],
      [60_000_000, '1m0s'],
      [360_000_000, '6m0s'],
      [432_000_000, '7m12s'],
      [3_600_000_000, '1h0m0s'],
      [86_399_999_000, '23h59m59.999s'],
      [90_061_000_000, '25h1m1s'],
    ] as const;
    for (const [us, text] of cases) assert.equal(duration(us), text);
  });
});

describe("Azure's rate limits", () => {
  it('stand in the headers of replies with their periods, in seconds', () => {
    const standings = [
      standing('requests_per_minute', 60, 59, 1_000_001),
      standing('tokens_per_minute', 10_000, 9_000, 6_000_000),
    ];
    assert.deepEqual(headersOf(azure, standings), {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-renewalperiod-requests': '60',
      'x-ratelimit-reset-requests': '2',
      'x-ratelimit-limit-tokens': '10000',
      'x-ratelimit-remaining-tokens': '9000',
      'x-ratelimit-renewalperiod-tokens': '60',
      'x-ratelimit-reset-tokens': '6',
    });
    assert.equal(
      headersOf(azure, [standing('requests_per_day', 9, 9, 0)])['x-ratelimit-renewalperiod-requests'],
      '86400',
    );
  });

  it('are told with the operation and the version of the API', () => {
    const { status, headers, body } = refusedBy(azure, TPM, {
      endpoint: 'azure.chat.completions',
      query: 'api-version=2024-10-21',
    });
    assert.equal(status, 429);
    assert.deepEqual(body.error, {
      code: 'RateLimitReached',
      message:
        'Your requests to the-model for the-model in East US have exceeded the token rate limit for your current OpenAI S0 pricing tier. ' +
        'This request was for ChatCompletions_Create under Azure OpenAI API version 2024-10-21. Please retry after 2 seconds. To increase ' +
        'your default rate limit, visit: https://aka.ms/oai/quotaincrease.',
    });
    assert.equal(headers['retry-after'], '2');
    assert.equal(headers['retry-after-ms'], '1846');
  });

  it('say call for requests, and no version or time where there is none', () => {
    const calls = refusedBy(azure, { ...RPM, retryAfterUs: 900_000 }, { endpoint: 'azure.v1.embeddings', query: '' });
    assert.match(
      calls.body.error.message,
      /exceeded the call rate limit .* This request was for Embeddings_Create under Azure OpenAI API\. Please retry after 1 second\. To/,
    );
    const never = refusedBy(azure, TOO_LARGE, { query: 'api-version=%00"evil' });
    assert.match(never.body.error.message, /pricing tier\. To increase/);
    assert.equal(never.headers['retry-after'], undefined);
  });
});

describe("Anthropic's rate limits", () => {
  it('stand in the headers of replies with the time when all is there again', () => {
    const standings = [
      standing('requests_per_minute', 50, 49, 1_200_000),
      standing('input_tokens_per_minute', 30_000, 25_400, 9_200_000),
      standing('output_tokens_per_minute', 8_000, 7_999, 0),
    ];
    assert.deepEqual(headersOf(anthropic, standings), {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-03-01T09:30:02Z',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '25000',
      'anthropic-ratelimit-input-tokens-reset': '2026-03-01T09:30:10Z',
      'anthropic-ratelimit-output-tokens-limit': '8000',
      'anthropic-ratelimit-output-tokens-remaining': '7999',
      'anthropic-ratelimit-output-tokens-reset': '2026-03-01T09:30:01Z',
      'anthropic-ratelimit-tokens-limit': '38000',
      'anthropic-ratelimit-tokens-remaining': '33000',
      'anthropic-ratelimit-tokens-reset': '2026-03-01T09:30:10Z',
    });
  });

  it('never tell more than the limit by rounding', () => {
    const headers = headersOf(anthropic, [standing('tokens_per_minute', 10_600, 10_600, 0)]);
    assert.equal(headers['anthropic-ratelimit-tokens-remaining'], '10600');
    assert.equal(headers['anthropic-ratelimit-input-tokens-limit'], undefined);
  });

  for (const [refusal, words] of [
    [RPM, '3 requests per minute'],
    [RPD, '200 requests per day'],
    [TPM, '30,000 tokens per minute'],
    [INPUT, '30,000 input tokens per minute'],
    [{ ...OUTPUT, limit: 4_000_000 }, '4,000,000 output tokens per minute'],
  ] as const) {
    it(`have words for ${refusal.dimension}`, () => {
      const { status, headers, body } = refusedBy(anthropic, refusal);
      assert.equal(status, 429);
      assertValid('anthropic', 'ErrorResponse', { ...body, request_id: 'req_x' });
      assert.equal(body.error.type, 'rate_limit_error');
      const beginning = `This request would exceed your organization's rate limit of ${words} (org: `;
      assert.ok(body.error.message.startsWith(beginning), body.error.message);
      assert.match(body.error.message, /, model: the-model\)\. For details, refer to: https:\/\/docs\.claude\.com/);
      assert.equal(headers['retry-after'], String(Math.ceil((refusal.retryAfterUs ?? 0) / 1e6)));
      assert.equal(headers['retry-after-ms'], undefined);
      assert.equal(headers['x-should-retry'], 'true');
      assert.ok(Object.keys(headers).some((name) => /^anthropic-ratelimit-[a-z-]+-reset$/.test(name)));
    });
  }

  it('have words of their own for concurrent requests', () => {
    const { body, headers } = refusedBy(anthropic, CONCURRENT);
    assert.match(
      body.error.message,
      /^Number of concurrent connections has exceeded your rate limit\. Please try again later/,
    );
    assert.equal(headers['retry-after'], undefined);
  });
});

describe("Gemini's rate limits", () => {
  it('stand in no header of a reply', () => {
    assert.deepEqual(headersOf(gemini, [standing('requests_per_minute', 5, 4, 12_000_000)]), {});
  });

  it('are told as a quota failure with links and the time to retry', () => {
    const { status, headers, body } = refusedBy(gemini, { ...RPM, retryAfterUs: 22_129_513 }, { tier: 'Free' });
    assert.equal(status, 429);
    assert.deepEqual(body.error, {
      code: 429,
      message:
        'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: ' +
        'https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. \n' +
        '* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 3, model: the-model\n' +
        'Please retry in 22.129513s.',
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [
            {
              description: 'Learn more about Gemini API quotas',
              url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
            },
          ],
        },
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [
            {
              quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
              quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
              quotaDimensions: { location: 'global', model: 'the-model' },
              quotaValue: '3',
            },
          ],
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '22s' },
      ],
    });
    assert.equal(headers['retry-after'], '23');
  });

  for (const [refusal, metric, id] of [
    [RPM, 'generate_requests_per_model', 'GenerateRequestsPerMinutePerProjectPerModel'],
    [RPD, 'generate_requests_per_model_per_day', 'GenerateRequestsPerDayPerProjectPerModel'],
    [INPUT, 'generate_content_paid_tier_input_token_count', 'GenerateContentPaidTierInputTokensPerModelPerMinute'],
    [TPM, 'generate_content_paid_tier_input_token_count', 'GenerateContentPaidTierInputTokensPerModelPerMinute'],
  ] as const) {
    it(`have names for ${refusal.dimension}`, () => {
      const { body } = refusedBy(gemini, refusal);
      const [, failure] = body.error.details as readonly { violations: readonly { [key: string]: unknown }[] }[];
      assert.equal(failure.violations[0].quotaMetric, `generativelanguage.googleapis.com/${metric}`);
      assert.equal(failure.violations[0].quotaId, id);
    });
  }

  it('give no time to a request that will never fit', () => {
    const { body, headers } = refusedBy(gemini, TOO_LARGE);
    assert.equal((body.error.details as unknown[]).length, 2);
    assert.doesNotMatch(body.error.message, /retry/i);
    assert.equal(headers['retry-after'], undefined);
  });
});

describe('a rate limit that nobody has counted', () => {
  for (const [retryAfterSecs, limit, words] of [
    [20, 'requests', 'requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.'],
    [432, 'requests', 'requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.'],
    [6, 'tokens', 'tokens per min (TPM): Limit 10000, Used 10000, Requested 1000. Please try again in 6s.'],
    [86_400, 'requests', 'requests per day (RPD): Limit 1, Used 1, Requested 1. Please try again in 24h0m0s.'],
    [0, 'requests', 'requests per min (RPM): Limit 10, Used 10, Requested 1. Please try again in 0s.'],
  ] as const) {
    it(`of ${retryAfterSecs} s has figures that lead to that wait`, () => {
      const { body } = openai.httpError({ kind: 'rate_limited', retryAfterSecs, limit });
      assert.ok(JSON.parse(body).error.message.includes(words), body);
    });
  }

  it('names the model where it is known, and says no time of day', () => {
    for (const provider of [openai, azure, anthropic, gemini]) {
      const reply = provider.httpError({ kind: 'rate_limited', retryAfterSecs: 7, model: 'the-model' });
      assert.match(reply.body, /the-model/);
      assert.ok(!reply.headers.some((name) => name.startsWith('anthropic') && name.endsWith('-reset')));
      assert.equal(named(reply.headers)['retry-after'], '7');
    }
  });
});
