/**
 * The error envelope of Google's APIs and the sentences of the real one. Shape: google.rpc.Status as JSON, `details` by
 * google/rpc/error_details.proto; the sentences are those of recorded replies, or close to them where none is known.
 */
import { ApiError, type CutStream, type ErrorReply, type HttpProblem } from '../contract.js';
import { detailsOf, overloadHeaders, type RateLimited, wholeSecs } from '../rate-limits.js';
import { jsonHeaders } from './headers.js';
import { modelNotFoundAt } from './model-not-found.js';
import { quotaError } from './quota.js';
import { arrayLayout, eventLayout } from './stream-layout.js';
import { VIOLATIONS_MAX } from './violations.js';
import { prettyJson } from './wire-json.js';

type RpcStatus =
  | 'INVALID_ARGUMENT'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

export interface FieldViolation {
  /** The path in the API's own spelling; absent at the root. */
  readonly field?: string;
  readonly description: string;
}

interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly status: RpcStatus;
  readonly details?: readonly object[];
}

/** How much of a violation is shown: its path may hold names as long as the body. */
const VIOLATION_CHARS_MAX = 1_000;
/** How much of a content-encoding is shown. */
const CODING_CHARS_MAX = 100;

/** A request that breaks a rule of the API. */
export function invalidArgument(message: string, details?: readonly object[]): ApiError {
  return apiError({ code: 400, message, status: 'INVALID_ARGUMENT', details });
}

/** What parsing found wrong, all at once, one sentence a line. */
export function badPayload(violations: readonly FieldViolation[]): ApiError {
  return invalidArgument(violations.map(({ description }) => description).join('\n'), [badRequest(violations)]);
}

/** What validation found wrong, all at once: `* GenerateContentRequest.contents: contents is not specified`. */
export function invalidFields(violations: readonly string[]): ApiError {
  const shown = violations.slice(0, VIOLATIONS_MAX).map((violation) => violation.slice(0, VIOLATION_CHARS_MAX));
  return invalidArgument(shown.map((violation) => `* ${violation}\n`).join(''));
}

export function notFound(message: string): ApiError {
  return apiError({ code: 404, message, status: 'NOT_FOUND' });
}

export function permissionDenied(message: string): ApiError {
  return apiError({ code: 403, message, status: 'PERMISSION_DENIED' });
}

function apiError(error: RpcError): ApiError {
  return new ApiError(reply(error));
}

function badRequest(fieldViolations: readonly FieldViolation[]): object {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
}

function reply(error: RpcError, headers: readonly string[] = []): ErrorReply {
  return { status: error.code, headers: [...jsonHeaders(0), ...headers], body: `${prettyJson({ error })}\n` };
}

export function httpError(problem: HttpProblem): ErrorReply {
  const error = errorOf(problem);
  if (problem.kind === 'method_not_allowed' && error.code === 405) {
    return reply(error, ['allow', problem.allowed.join(', ')]);
  }
  if (problem.kind === 'rate_limited') return reply(error, retryHeader(problem));
  return reply(error, error.code === 503 ? overloadHeaders(problem) : []);
}

/** The real API has none; a client that waits by the header waits by it here. */
function retryHeader(problem: RateLimited): readonly string[] {
  const { retryAfterUs } = detailsOf(problem).refusal;
  return retryAfterUs === undefined ? [] : ['retry-after', String(wholeSecs(retryAfterUs))];
}

/** The last chunk of a stream in its own layout; the official SDKs throw it as an ApiError. */
export function streamError(problem: HttpProblem, { contentType, events }: CutStream): string {
  const layout = contentType.startsWith('text/event-stream') ? eventLayout : arrayLayout;
  return layout.chunk({ error: errorOf(problem) }, events === 0, true);
}

/** An error of a request for an array stream: a list with the error in it. */
export function inArray({ reply: { status, headers, body }, delayUs }: ApiError): ApiError {
  return new ApiError({ status, headers, body: `[${body.trimEnd()}\n]` }, delayUs);
}

/** The real API has no request identifier in its errors. */
export function identifyError(error: ErrorReply): ErrorReply {
  return error;
}

function errorOf(problem: HttpProblem): RpcError {
  switch (problem.kind) {
    case 'unknown_route':
      return METHOD_NOT_FOUND;
    case 'method_not_allowed':
      // A verb that nobody knows: that the path without it would take another method is not the point.
      if (/:[A-Za-z]+$/.test(problem.path)) return METHOD_NOT_FOUND;
      return { code: 405, message: `Method ${problem.method} is not allowed here.`, status: 'UNIMPLEMENTED' };
    case 'not_json': {
      const description = 'Invalid JSON payload received. Unexpected token.';
      const details = [badRequest([{ description }])];
      return { code: 400, message: description, status: 'INVALID_ARGUMENT', details };
    }
    case 'body_too_large': {
      const message = `Request payload size exceeds the limit: ${problem.bytesMax} bytes.`;
      return { code: 413, message, status: 'INVALID_ARGUMENT' };
    }
    case 'unsupported_coding': {
      const message = `Unsupported content encoding: ${problem.coding.slice(0, CODING_CHARS_MAX)}. Use gzip.`;
      return { code: 415, message, status: 'INVALID_ARGUMENT' };
    }
    case 'unknown_expectation':
      return { code: 417, message: 'Unsupported expectation. Use 100-continue.', status: 'INVALID_ARGUMENT' };
    case 'unauthorized':
      return problem.apiKey === undefined ? UNREGISTERED : API_KEY_INVALID;
    case 'forbidden':
      return { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' };
    case 'rate_limited':
      return { code: 429, status: 'RESOURCE_EXHAUSTED', ...quotaError(problem) };
    case 'context_length': {
      const message = `The input token count exceeds the maximum number of tokens allowed ${problem.contextWindowTokens}.`;
      return { code: 400, message, status: 'INVALID_ARGUMENT' };
    }
    case 'prompt_blocked':
      return { code: 400, message: 'The prompt was blocked for safety reasons.', status: 'INVALID_ARGUMENT' };
    case 'model_not_found':
      return { code: 404, message: modelNotFoundAt(problem.endpoint, problem.model), status: 'NOT_FOUND' };
    case 'invalid_header': {
      const description = `Invalid value at '${problem.header}' (header). ${problem.reason}`;
      return {
        code: 400,
        message: description,
        status: 'INVALID_ARGUMENT',
        details: [badRequest([{ field: problem.header, description }])],
      };
    }
    case 'gateway':
      return { code: problem.status, ...GATEWAY_ERRORS[problem.status] };
    case 'timeout':
      return {
        code: 504,
        message: 'Deadline expired before operation could complete.',
        status: 'DEADLINE_EXCEEDED',
      };
    case 'internal':
      return {
        code: 500,
        message:
          'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
        status: 'INTERNAL',
      };
    default:
      return { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' };
  }
}

const GATEWAY_ERRORS: { readonly [status in 502 | 503 | 504]: Omit<RpcError, 'code'> } = {
  502: { message: 'Bad Gateway', status: 'UNAVAILABLE' },
  503: { message: 'The service is currently unavailable.', status: 'UNAVAILABLE' },
  504: { message: 'Deadline expired before operation could complete.', status: 'DEADLINE_EXCEEDED' },
};

const METHOD_NOT_FOUND: RpcError = { code: 404, message: 'Method not found.', status: 'NOT_FOUND' };

const UNREGISTERED: RpcError = {
  code: 403,
  message:
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API " +
    'consumer identity to call this API.',
  status: 'PERMISSION_DENIED',
};

const KEY_NOT_VALID = 'API key not valid. Please pass a valid API key.';

const API_KEY_INVALID: RpcError = {
  code: 400,
  message: KEY_NOT_VALID,
  status: 'INVALID_ARGUMENT',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message: KEY_NOT_VALID },
  ],
};
