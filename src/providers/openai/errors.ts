/**
 * OpenAI's error envelope, `{"error": {message, type, param, code}}`, and the sentences the real API uses, as far as they are known
 * from its replies. Shape: the ErrorResponse schema of OpenAI's published OpenAPI document.
 */
import { ApiError, type CutStream, type ErrorReply, type HttpProblem } from '../contract.js';
import { overloadHeaders } from '../rate-limits.js';
import { contextError } from './context-errors.js';
import { refusalFields, refusalHeaders } from './rate-limits.js';

const JSON_HEADERS: readonly string[] = ['content-type', 'application/json'];
/** How the names of the Responses API's endpoints begin. */
const RESPONSES = 'openai.responses.';
/** How much of an API key an error repeats: this many characters at its beginning, half as many at its end. */
const KEY_CHARS_SHOWN = 8;
/** How much of a client's own text an error repeats, and how long its sentence may get. */
const ECHO_LENGTH_MAX = 1_000;
const MESSAGE_LENGTH_MAX = 4_000;

export interface OpenAiErrorFields {
  readonly message: string;
  readonly type: string;
  readonly param?: string | null;
  /** A number in what a gateway says. */
  readonly code?: string | number | null;
}

/** The reply for an error in OpenAI's envelope; param and code are null unless given. */
export function errorReply(status: number, fields: OpenAiErrorFields, headers: readonly string[] = []): ErrorReply {
  return { status, headers: [...JSON_HEADERS, ...headers], body: errorBody(fields) };
}

function errorBody({ message, type, param = null, code = null }: OpenAiErrorFields): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

/** A 400 that the request brought on itself. Names of fields are a client's text as well, so that both are cut. */
export function invalidRequest(message: string, param: string | null, code: string | null): ApiError {
  const fields = { message: cut(message, MESSAGE_LENGTH_MAX), param: param && cut(param, ECHO_LENGTH_MAX), code };
  return new ApiError(errorReply(400, { ...fields, type: 'invalid_request_error' }));
}

/** A field inside the request that nobody knows; `path` names it with its parents. */
export function unknownParameter(path: string): ApiError {
  return invalidRequest(`Unknown parameter: '${shown(path)}'.`, path, 'unknown_parameter');
}

/** A field that the API knows and the model refuses. */
export function unsupportedParameter(path: string, hint = ''): ApiError {
  const message = `Unsupported parameter: '${path}' is not supported with this model.${hint}`;
  return invalidRequest(message, path, 'unsupported_parameter');
}

/** A value that the API knows and the model refuses; `supported` is the sentence that says what it takes. */
export function unsupportedModelValue(path: string, value: string, supported: string): ApiError {
  return invalidRequest(
    `Unsupported value: '${path}' does not support ${shown(value)} with this model. ${supported}`,
    path,
    'unsupported_value',
  );
}

export function modelNotFound(model: string): ApiError {
  return new ApiError(errorReply(404, modelNotFoundFields(model)));
}

function modelNotFoundFields(model: string): OpenAiErrorFields {
  return {
    message: `The model \`${shown(model)}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  };
}

/** A model that exists and answers on another endpoint; `message` says which. */
export function wrongEndpoint(message: string): ApiError {
  return new ApiError(errorReply(404, { message, type: 'invalid_request_error', param: 'model' }));
}

/** A client's own text as an error repeats it: cut, so that no error is as long as its request. */
export function shown(text: string): string {
  return cut(text, ECHO_LENGTH_MAX);
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

/** Trouble outside an endpoint, in OpenAI's words. */
export function httpError(problem: HttpProblem): ErrorReply {
  return errorReply(statusOf(problem), fieldsOf(problem), headersOf(problem));
}

function statusOf(problem: HttpProblem): number {
  return problem.kind === 'gateway' ? problem.status : STATUSES[problem.kind];
}

/** An error event for a stream that has begun: the envelope as the event's data, but for responses, whose events all have a type. */
export function streamError(problem: HttpProblem, { contentName, events }: CutStream): string {
  const fields = fieldsOf(problem);
  if (!contentName.startsWith(RESPONSES)) return `data: ${errorBody(fields)}\n\n`;
  const { message, param = null, code = null } = fields;
  return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param, sequence_number: events })}\n\n`;
}

/** The header that support asks for. */
export function identifyError(reply: ErrorReply, requestId: string): ErrorReply {
  return { ...reply, headers: [...reply.headers, 'x-request-id', `req_${requestId}`] };
}

const STATUSES: { readonly [kind in Exclude<HttpProblem['kind'], 'gateway'>]: number } = {
  not_json: 400,
  context_length: 400,
  prompt_blocked: 400,
  invalid_header: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown_route: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_coding: 415,
  unknown_expectation: 417,
  rate_limited: 429,
  internal: 500,
  too_many_connections: 503,
  overloaded: 503,
  shutting_down: 503,
  timeout: 504,
};

function headersOf(problem: HttpProblem): readonly string[] {
  if (problem.kind === 'method_not_allowed') return ['allow', problem.allowed.join(', ')];
  if (problem.kind === 'rate_limited') return refusalHeaders(problem);
  return statusOf(problem) === 503 ? overloadHeaders(problem) : [];
}

/** The key with its middle hidden, as the real API repeats it. */
function maskKey(apiKey: string): string {
  const key = shown(apiKey);
  const shownAtStart = Math.min(KEY_CHARS_SHOWN, Math.floor(key.length / 3));
  const shownAtEnd = Math.floor(shownAtStart / 2);
  return (
    key.slice(0, shownAtStart) + '*'.repeat(key.length - shownAtStart - shownAtEnd) + key.slice(key.length - shownAtEnd)
  );
}

function unauthorized(apiKey: string | undefined): OpenAiErrorFields {
  const type = 'invalid_request_error';
  if (apiKey === undefined) {
    return {
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. " +
        "Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your " +
        'browser and are prompted for a username and password. You can obtain an API key from ' +
        'https://platform.openai.com/account/api-keys.',
      type,
    };
  }
  return {
    message:
      `Incorrect API key provided: ${maskKey(apiKey)}. You can find your API key at ` +
      'https://platform.openai.com/account/api-keys.',
    type,
    code: 'invalid_api_key',
  };
}

/** What stands before the API says, as clients have quoted it; the code there is the status. */
const GATEWAY_FIELDS: { readonly [status in 502 | 503 | 504]: OpenAiErrorFields } = {
  502: { message: 'Bad gateway.', type: 'cf_bad_gateway', code: 502 },
  503: { message: 'Service unavailable.', type: 'cf_service_unavailable', code: 503 },
  504: { message: 'Gateway timeout.', type: 'cf_gateway_timeout', code: 504 },
};

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
        message:
          'You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role ' +
          "in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that " +
          'it has the necessary scopes.',
        type: 'invalid_request_error',
        code: 'missing_scope',
      };
    case 'rate_limited':
      return refusalFields(problem);
    case 'context_length':
      return { ...contextError(problem), type: 'invalid_request_error' };
    case 'prompt_blocked':
      return {
        message:
          'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: ' +
          'https://platform.openai.com/docs/guides/reasoning#advice-on-prompting',
        type: 'invalid_request_error',
        code: 'invalid_prompt',
      };
    case 'model_not_found':
      return modelNotFoundFields(problem.model);
    case 'invalid_header':
      return {
        message: `Invalid value for the header '${problem.header}'. ${problem.reason}`,
        type: 'invalid_request_error',
        code: 'invalid_value',
      };
    case 'gateway':
      return GATEWAY_FIELDS[problem.status];
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
    case 'unsupported_coding':
      return {
        message: `Invalid Content-Encoding header (${shown(problem.coding)}), expected gzip.`,
        type: 'invalid_request_error',
        code: 'unsupported_content_encoding',
      };
    case 'unknown_expectation':
      return { message: 'Invalid Expect header, expected 100-continue.', type: 'invalid_request_error' };
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
