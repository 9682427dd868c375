/** The rows of faults that answer instead of the model, and of connections that end before a byte. */
import type { Cells, Outcome, Row } from './contract.js';
import { SAID } from './contract.js';

const ALL: Outcome = { text: SAID, finish: 'stop', usage: true, attempts: 1 };

/** A refusal that its SDK gives up on at once. */
const refused = (error: string, status: number, says: RegExp): Outcome => ({
  error,
  status,
  says,
  text: '',
  attempts: 1,
});

/** The SDKs of OpenAI and Anthropic try twice more unless told otherwise, after half a second and a second, less a quarter at most. */
const BACKOFF_MS = [375, 750];
const retried = (outcome: Outcome, waitsMs: readonly number[] = BACKOFF_MS): Outcome => ({
  ...outcome,
  attempts: 3,
  waitsMs,
});

/** The same whether a stream was asked for. */
const either = (cells: Cells) => ({ whole: cells, stream: cells });

/** Google's SDK tries again only where `retryOptions` say so; its errors carry the reply's body as their message. */
const gemini = (status: number, says: RegExp): Outcome => refused('ApiError', status, says);

/** Node's fetch throws this when a connection ends before an answer; Google's SDK passes it on. */
const FETCH_FAILED: Outcome = { error: 'TypeError', says: /^fetch failed$/, text: '', attempts: 1 };
const CONNECTION_LOST: Outcome = {
  error: 'APIConnectionError',
  says: /^Connection error\.?$|fetch failed/,
  text: '',
  attempts: 1,
};
const TIMED_OUT: Outcome = { error: 'APIConnectionTimeoutError', says: /timed out/, text: '', attempts: 1 };

const lost: Cells = { openai: retried(CONNECTION_LOST), anthropic: retried(CONNECTION_LOST), gemini: FETCH_FAILED };

/** Anthropic's SDK has classes of their own for these from its first major on; all of them are InternalServerErrors. */
const ANTHROPIC_CLASSES: { readonly [status: number]: string } = {
  503: 'ServiceUnavailableError',
  504: 'GatewayTimeoutError',
  529: 'OverloadedError',
};

interface Words {
  readonly openai: RegExp;
  readonly anthropic: RegExp;
  readonly gemini: RegExp;
}

/** A status from 500 on, which OpenAI's and Anthropic's SDKs try again. */
const serverError = (status: number, words: Words): Cells => ({
  openai: retried(refused('InternalServerError', status, words.openai)),
  'anthropic 0': retried(refused('InternalServerError', status, words.anthropic)),
  'anthropic 1': retried(refused(ANTHROPIC_CLASSES[status] ?? 'InternalServerError', status, words.anthropic)),
  gemini: gemini(status, words.gemini),
});

export const refusalRows: readonly Row[] = [
  {
    // Both SDKs wait as long as retry-after says rather than their own half a second.
    fault: 'rate_limit;retry_after_secs=1',
    ...either({
      openai: retried(refused('RateLimitError', 429, /^429 Rate limit reached for gpt-4o/), [1_000, 1_000]),
      anthropic: retried(refused('RateLimitError', 429, /rate_limit_error/), [1_000, 1_000]),
      gemini: gemini(429, /"status":"RESOURCE_EXHAUSTED"/),
    }),
  },
  {
    fault: 'timeout;hold_ms=60',
    takesMs: 60,
    ...either(
      serverError(504, { openai: /^504 /, anthropic: /timeout_error/, gemini: /DEADLINE_EXCEEDED|UNAVAILABLE/ }),
    ),
  },
  { fault: 'timeout;hold_ms=60;answer=close', takesMs: 60, ...either(lost) },
  {
    // The SDK's own time limit ends the attempt, and counts as a lost connection: it is tried again.
    fault: 'timeout;answer=silence',
    timeoutMs: 250,
    takesMs: 250,
    ...either({
      openai: retried(TIMED_OUT),
      anthropic: retried(TIMED_OUT),
      gemini: { error: 'DOMException', says: /aborted/, text: '', attempts: 1 },
    }),
  },
  {
    fault: 'server_error',
    ...either(
      serverError(500, {
        openai: /^500 The server had an error/,
        anthropic: /api_error/,
        gemini: /"status":"INTERNAL"/,
      }),
    ),
  },
  {
    fault: 'server_error;status=502',
    ...either(serverError(502, { openai: /^502 /, anthropic: /api_error/, gemini: /"code":502/ })),
  },
  {
    fault: 'server_error;status=503',
    ...either(serverError(503, { openai: /^503 /, anthropic: /api_error/, gemini: /"code":503/ })),
  },
  {
    fault: 'server_error;status=504',
    ...either(serverError(504, { openai: /^504 /, anthropic: /timeout_error/, gemini: /"code":504/ })),
  },
  {
    // Both services say retry-after: 1; Anthropic's status is its own.
    fault: 'overloaded',
    ...either({
      openai: retried(refused('InternalServerError', 503, /^503 /), [1_000, 1_000]),
      'anthropic 0': retried(refused('InternalServerError', 529, /overloaded_error/), [1_000, 1_000]),
      'anthropic 1': retried(refused('OverloadedError', 529, /overloaded_error/), [1_000, 1_000]),
      gemini: gemini(503, /"status":"UNAVAILABLE"/),
    }),
  },
  {
    fault: 'authentication',
    ...either({
      openai: refused('AuthenticationError', 401, /^401 Incorrect API key provided/),
      anthropic: refused('AuthenticationError', 401, /authentication_error/),
      gemini: gemini(400, /API_KEY_INVALID/),
    }),
  },
  {
    fault: 'permission',
    ...either({
      openai: refused('PermissionDeniedError', 403, /^403 /),
      anthropic: refused('PermissionDeniedError', 403, /permission_error/),
      gemini: gemini(403, /"status":"PERMISSION_DENIED"/),
    }),
  },
  {
    fault: 'context_length',
    ...either({
      openai: refused('BadRequestError', 400, /maximum context length/),
      anthropic: refused('BadRequestError', 400, /prompt is too long/),
      gemini: gemini(400, /exceeds the maximum number of tokens/),
    }),
  },
  {
    // Gemini answers with a reply that has no candidate, which is no error to its SDK.
    fault: 'content_filter',
    ...either({
      openai: refused('BadRequestError', 400, /^400 /),
      anthropic: refused('BadRequestError', 400, /blocked by content filtering policy/),
      gemini: { text: '', attempts: 1 },
    }),
  },
  {
    fault: 'model_not_found',
    ...either({
      openai: refused('NotFoundError', 404, /^404 The model .*gpt-4o.* does not exist/),
      anthropic: refused('NotFoundError', 404, /not_found_error/),
      gemini: gemini(404, /"status":"NOT_FOUND"/),
    }),
  },
  { fault: 'reset_before', ...either(lost) },
  { fault: 'reset_before;manner=fin;after_ms=40', takesMs: 40, ...either(lost) },
  {
    fault: 'slow_headers;delay_ms=120',
    takesMs: 120,
    ...either({ openai: ALL, anthropic: { ...ALL, finish: 'end_turn' }, gemini: { ...ALL, finish: 'STOP' } }),
  },
];
