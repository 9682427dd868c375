/**
 * OpenAI's error envelope, `{"error": {message, type, param, code}}`, and the sentences the real API uses, as far as they are known
 * from its replies. Shape: the ErrorResponse schema of OpenAI's published OpenAPI document.
 */
import { ApiError, type ErrorReply, type HttpProblem } from '../contract.js';

const JSON_HEADERS: readonly string[] = ['content-type', 'application/json'];
const RETRY_AFTER_SECS = 1;
const KEY_CHARS_SHOWN = 4;

export interface OpenAiErrorFields {
  readonly message: string;
  readonly type: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

/** The reply for an error in OpenAI's envelope; param and code are null unless given. */
export function errorReply(status: number, fields: OpenAiErrorFields, headers: readonly string[] = []): ErrorReply {
  return { status, headers: [...JSON_HEADERS, ...headers], body: errorBody(fields) };
}

function errorBody({ message, type, param = null, code = null }: OpenAiErrorFields): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

/** A 400 that the request brought on itself. */
export function invalidRequest(message: string, param: string | null, code: string | null): ApiError {
  return new ApiError(errorReply(400, { message, type: 'invalid_request_error', param, code }));
}

export function modelNotFound(model: string): ApiError {
  return new ApiError(
    errorReply(404, {
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      type: 'invalid_request_error',
      code: 'model_not_found',
    }),
  );
}

/** Trouble outside an endpoint, in OpenAI's words. */
export function httpError(problem: HttpProblem): ErrorReply {
  const fields = fieldsOf(problem);
  return errorReply(statusOf(problem), fields, headersOf(problem));
}

/** An error event for a stream that has begun: OpenAI sends the envelope as the event's data. */
export function streamError(problem: HttpProblem): string {
  return `data: ${errorBody(fieldsOf(problem))}\n\n`;
}

/** The header that support asks for. */
export function identifyError(reply: ErrorReply, requestId: string): ErrorReply {
  return { ...reply, headers: [...reply.headers, 'x-request-id', `req_${requestId}`] };
}

function statusOf(problem: HttpProblem): number {
  switch (problem.kind) {
    case 'not_json':
      return 400;
    case 'unauthorized':
      return 401;
    case 'forbidden':
      return 403;
    case 'rate_limited':
      return 429;
    case 'unknown_route':
      return 404;
    case 'method_not_allowed':
      return 405;
    case 'body_too_large':
      return 413;
    case 'too_many_connections':
    case 'overloaded':
    case 'shutting_down':
      return 503;
    case 'timeout':
      return 504;
    case 'internal':
      return 500;
  }
}

function headersOf(problem: HttpProblem): readonly string[] {
  if (problem.kind === 'method_not_allowed') return ['allow', problem.allowed.join(', ')];
  if (problem.kind === 'rate_limited') return ['retry-after', String(problem.retryAfterSecs)];
  return statusOf(problem) === 503 ? ['retry-after', String(RETRY_AFTER_SECS)] : [];
}

/** The key with its middle hidden, as the real API repeats it. */
function maskKey(apiKey: string): string {
  if (apiKey.length <= KEY_CHARS_SHOWN * 2) return '*'.repeat(apiKey.length);
  const hidden = '*'.repeat(apiKey.length - KEY_CHARS_SHOWN * 2);
  return apiKey.slice(0, KEY_CHARS_SHOWN) + hidden + apiKey.slice(-KEY_CHARS_SHOWN);
}

function unauthorized(apiKey: string | undefined): OpenAiErrorFields {
  if (apiKey === undefined) {
    return {
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. " +
        'Authorization: Bearer YOUR_KEY). You can obtain an API key from https://platform.openai.com/account/api-keys.',
      type: 'invalid_request_error',
    };
  }
  return {
    message:
      `Incorrect API key provided: ${maskKey(apiKey)}. You can find your API key at ` +
      'https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  };
}

function fieldsOf(problem: HttpProblem): OpenAiErrorFields {
  switch (problem.kind) {
    case 'not_json':
      return {
        message:
          "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. " +
          'The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix ' +
          'this, please contact us through our help center at help.openai.com.)',
        type: 'invalid_request_error',
      };
    case 'unauthorized':
      return unauthorized(problem.apiKey);
    case 'forbidden':
      return {
        message: 'You have insufficient permissions for this operation.',
        type: 'invalid_request_error',
        code: 'insufficient_permissions',
      };
    case 'rate_limited':
      return {
        message: `Rate limit reached for requests. Please try again in ${problem.retryAfterSecs}s.`,
        type: 'requests',
        code: 'rate_limit_exceeded',
      };
    case 'unknown_route':
      return { message: `Invalid URL (${problem.method} ${problem.path})`, type: 'invalid_request_error' };
    case 'method_not_allowed':
      return {
        message: `Not allowed to ${problem.method} on ${problem.path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
        type: 'invalid_request_error',
        code: 'method_not_supported',
      };
    case 'body_too_large':
      return {
        message: `Maximum content size limit (${problem.bytesMax}) exceeded. Please reduce the size of your request.`,
        type: 'invalid_request_error',
        code: 'request_too_large',
      };
    case 'too_many_connections':
    case 'overloaded':
      return {
        message: 'The server is currently overloaded with other requests. Sorry about that! Please retry your request.',
        type: 'service_unavailable',
        code: 'service_unavailable',
      };
    case 'shutting_down':
      return {
        message: 'The server is shutting down. Please retry your request.',
        type: 'service_unavailable',
        code: 'service_unavailable',
      };
    case 'timeout':
      return { message: 'Request timed out.', type: 'server_error', code: 'timeout' };
    case 'internal':
      return {
        message:
          'The server had an error while processing your request. Sorry about that! You can retry your request, or contact us ' +
          'through our help center at help.openai.com if the error persists.',
        type: 'server_error',
      };
  }
}
