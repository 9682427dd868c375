/**
 * Anthropic's error envelope, {"type":"error","error":{"type","message"},"request_id"}, and the words of the real API as far as they
 * are known from its replies. Statuses and types: the errors page of Anthropic's API reference. An error that has a stable code carries
 * it in error.details, as ErrorDetails of the SDK lists them; clients of API version 2026-10-21 read it there.
 */
import { ApiError, type ErrorReply, type HttpProblem } from '../contract.js';
import { overloadHeaders } from '../rate-limits.js';
import { ORGANIZATION_HEADERS } from './identity.js';
import { refusalHeaders, refusalMessage } from './rate-limits.js';

/** Longer than any sentence of the API's; what it repeats of the request may be as long as the body. */
const MESSAGE_CHARS_MAX = 4_000;
/** How much of a content-encoding is repeated. */
const CODING_CHARS_MAX = 100;

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'api_error'
  | 'timeout_error'
  | 'overloaded_error';

export interface ErrorDetails {
  readonly error_code: string;
  readonly [field: string]: unknown;
}

interface ErrorFields {
  readonly type: ErrorType;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** A reply without its request_id, which identifyError adds. */
export function errorReply(status: number, error: ErrorFields, headers: readonly string[] = []): ErrorReply {
  const retry = status === 408 || status === 409 || status === 429 || status >= 500;
  return {
    status,
    headers: ['content-type', 'application/json', 'x-should-retry', String(retry), ...ORGANIZATION_HEADERS, ...headers],
    body: bodyOf(error),
  };
}

/** A 400; the message names the field first, as "max_tokens: Field required". */
export function invalidRequest(message: string, details?: ErrorDetails): ApiError {
  const shown = message.slice(0, MESSAGE_CHARS_MAX);
  return new ApiError(errorReply(400, { type: 'invalid_request_error', message: shown, details }));
}

export function notFound(message: string, details?: ErrorDetails): ApiError {
  return new ApiError(errorReply(404, { type: 'not_found_error', message, details }));
}

export function modelNotFound(model: string): ApiError {
  return notFound(`model: ${model}`);
}

/** Trouble outside an endpoint, in Anthropic's words. */
export function httpError(problem: HttpProblem): ErrorReply {
  const { status, ...error } = answerTo(problem);
  return errorReply(status, error, headersFor(problem, status));
}

/** The header and the field of the body that the support asks for. */
export function identifyError(reply: ErrorReply, requestId: string): ErrorReply {
  const id = `req_${requestId}`;
  const body: object = JSON.parse(reply.body);
  return {
    ...reply,
    headers: [...reply.headers, 'request-id', id],
    body: JSON.stringify({ ...body, request_id: id }),
  };
}

/** The event that ends a stream which has to be cut short. The request's id went out with the headers. */
export function streamError(problem: HttpProblem): string {
  return `event: error\ndata: ${bodyOf(answerTo(problem), null)}\n\n`;
}

function bodyOf({ type, message, details }: ErrorFields, requestId?: null): string {
  return JSON.stringify({ type: 'error', error: { type, message, details }, request_id: requestId });
}

function headersFor(problem: HttpProblem, status: number): readonly string[] {
  if (problem.kind === 'method_not_allowed') return ['allow', problem.allowed.join(', ')];
  if (problem.kind === 'rate_limited') return refusalHeaders(problem);
  return status === 529 ? overloadHeaders(problem) : [];
}

const GATEWAY_FIELDS: { readonly [status in 502 | 503 | 504]: ErrorFields } = {
  502: { type: 'api_error', message: 'Bad gateway' },
  503: { type: 'api_error', message: 'Service unavailable' },
  504: { type: 'timeout_error', message: 'Gateway timeout' },
};

function answerTo(problem: HttpProblem): ErrorFields & { readonly status: number } {
  switch (problem.kind) {
    case 'not_json':
      return { status: 400, type: 'invalid_request_error', message: 'The request body is not valid JSON.' };
    case 'unauthorized':
      return {
        status: 401,
        type: 'authentication_error',
        message: problem.apiKey === undefined ? 'x-api-key header is required' : 'invalid x-api-key',
      };
    case 'forbidden':
      return {
        status: 403,
        type: 'permission_error',
        message: 'Your API key does not have permission to use the specified resource.',
      };
    case 'unknown_route':
      return { status: 404, type: 'not_found_error', message: 'Not found' };
    case 'method_not_allowed':
      return { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' };
    case 'body_too_large':
      return { status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' };
    case 'unsupported_coding': {
      const message = `content-encoding: ${problem.coding.slice(0, CODING_CHARS_MAX)} is not supported, use gzip`;
      return { status: 415, type: 'invalid_request_error', message };
    }
    case 'unknown_expectation':
      return { status: 417, type: 'invalid_request_error', message: 'expect: only 100-continue is supported' };
    case 'rate_limited':
      return { status: 429, type: 'rate_limit_error', message: refusalMessage(problem) };
    case 'context_length': {
      const message = `prompt is too long: ${problem.tokens} tokens > ${problem.contextWindowTokens} maximum`;
      return { status: 400, type: 'invalid_request_error', message };
    }
    case 'prompt_blocked':
      return { status: 400, type: 'invalid_request_error', message: 'Output blocked by content filtering policy' };
    case 'model_not_found':
      return { status: 404, type: 'not_found_error', message: `model: ${problem.model}` };
    case 'invalid_header':
      return { status: 400, type: 'invalid_request_error', message: `${problem.header}: ${problem.reason}` };
    case 'gateway':
      return { status: problem.status, ...GATEWAY_FIELDS[problem.status] };
    case 'timeout':
      return { status: 504, type: 'timeout_error', message: 'Request timed out' };
    case 'internal':
      return { status: 500, type: 'api_error', message: 'Internal server error' };
    case 'too_many_connections':
    case 'overloaded':
    case 'shutting_down':
      return { status: 529, type: 'overloaded_error', message: 'Overloaded' };
  }
}
