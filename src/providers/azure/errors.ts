/**
 * Errors in the words of Azure's gateway, `{"error": {"code": "401", "message": …}}`. What the gateway lets through is judged by the
 * same code as on OpenAI's own service, in OpenAI's envelope. Sentences: replies of the service as clients have quoted them in public.
 */
import { ApiError, type ErrorReply, type HttpProblem } from '../contract.js';
import { httpError as openAiError } from '../openai/errors.js';
import { overloadHeaders } from '../rate-limits.js';
import { BLOCKED_PROMPT_RESULTS } from './content-filter.js';
import { GATEWAY_HEADERS, uuidOf } from './headers.js';
import { refusalHeaders, refusalMessage } from './rate-limits.js';

const JSON_HEADERS: readonly string[] = ['content-type', 'application/json'];

interface GatewayError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function errorBody({ code, message }: GatewayError): string {
  return JSON.stringify({ error: { code, message } });
}

function gatewayReply(error: GatewayError, headers: readonly string[] = []): ErrorReply {
  return { status: error.status, headers: [...JSON_HEADERS, ...headers], body: errorBody(error) };
}

const RESOURCE_NOT_FOUND: GatewayError = { status: 404, code: '404', message: 'Resource not found' };

/** No such path, or none in that version of the API: the gateway does not tell which. */
export function resourceNotFound(): ApiError {
  return new ApiError(gatewayReply(RESOURCE_NOT_FOUND));
}

/** A version of the API that /openai/v1 does not know. */
export function versionNotSupported(): ApiError {
  return badRequest('BadRequest', 'API version not supported');
}

/** An operation that came with a later version of the API. */
export function operationNotYet(operation: string, firstVersion: string): ApiError {
  return badRequest(
    'BadRequest',
    `Azure OpenAI ${operation} is enabled only for api-version ${firstVersion} and later`,
  );
}

const DEPLOYMENT_NOT_FOUND: GatewayError = {
  status: 404,
  code: 'DeploymentNotFound',
  message:
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a ' +
    'moment and try again.',
};

export function deploymentNotFound(): ApiError {
  return new ApiError(gatewayReply(DEPLOYMENT_NOT_FOUND));
}

const GATEWAY_ERRORS: { readonly [status in 502 | 503 | 504]: GatewayError } = {
  502: { status: 502, code: '502', message: 'Bad gateway' },
  503: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The service is temporarily unavailable. Please retry your request.',
  },
  504: { status: 504, code: '504', message: 'The gateway did not receive a response from the service in time.' },
};

/** A deployment whose model answers on other paths. @param operation "chatCompletion", "completion", "embeddings" */
export function operationNotSupported(operation: string, model: string): ApiError {
  return badRequest(
    'OperationNotSupported',
    `The ${operation} operation does not work with the specified model, ${model}. Please choose different model and try again. You ` +
      'can learn more about which models can be used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.',
  );
}

/** What the service answers, after the model's time to its first token, for a prompt that its content filter does not let through. */
export function promptBlocked(delayUs: number): ApiError {
  return new ApiError(BLOCKED_PROMPT, delayUs);
}

const BLOCKED_PROMPT = blockedPrompt();

function blockedPrompt(): ErrorReply {
  const error = {
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and " +
      'retry. To learn more about our content filtering policies please read our documentation: ' +
      'https://go.microsoft.com/fwlink/?linkid=2198766',
    type: null,
    param: 'prompt',
    code: 'content_filter',
    status: 400,
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: BLOCKED_PROMPT_RESULTS },
  };
  return { status: 400, headers: JSON_HEADERS, body: JSON.stringify({ error }) };
}

function badRequest(code: string, message: string): ApiError {
  return new ApiError(gatewayReply({ status: 400, code, message }));
}

/** Trouble outside an endpoint, in the gateway's words. */
export function httpError(problem: HttpProblem): ErrorReply {
  if (problem.kind === 'prompt_blocked') return BLOCKED_PROMPT;
  const error = gatewayErrorOf(problem);
  return error === undefined ? openAiError(problem) : gatewayReply(error, headersOf(problem, error.status));
}

/** The gateway's own headers, with its identifier and the service's. */
export function identifyError(reply: ErrorReply, requestId: string): ErrorReply {
  const uuid = uuidOf(requestId);
  return {
    ...reply,
    headers: [...reply.headers, 'apim-request-id', uuid, ...GATEWAY_HEADERS, 'x-request-id', uuid],
  };
}

function headersOf(problem: HttpProblem, status: number): readonly string[] {
  if (problem.kind === 'method_not_allowed') return ['allow', problem.allowed.join(', ')];
  if (problem.kind === 'rate_limited') return refusalHeaders(problem);
  return status === 503 ? overloadHeaders(problem) : [];
}

/** Undefined for what the model's own server answers. */
function gatewayErrorOf(problem: HttpProblem): GatewayError | undefined {
  switch (problem.kind) {
    case 'unknown_route':
      return RESOURCE_NOT_FOUND;
    case 'unauthorized':
      return { status: 401, code: '401', message: problem.apiKey === undefined ? TOKEN_MISSING : KEY_REFUSED };
    case 'forbidden':
      return { status: 403, code: 'AccessDenied', message: 'Access denied due to Virtual Network/Firewall rules.' };
    case 'rate_limited':
      return { status: 429, code: 'RateLimitReached', message: refusalMessage(problem) };
    case 'model_not_found':
      return DEPLOYMENT_NOT_FOUND;
    case 'gateway':
      return GATEWAY_ERRORS[problem.status];
    case 'timeout':
      return { status: 408, code: 'Timeout', message: 'The operation was timeout.' };
    case 'too_many_connections':
    case 'overloaded':
      return { status: 503, code: 'NoCapacity', message: NO_CAPACITY };
    default:
      return undefined;
  }
}

const KEY_REFUSED =
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription ' +
  'and use a correct regional API endpoint for your resource.';
const TOKEN_MISSING =
  'Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.';
const NO_CAPACITY =
  'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size ' +
  'allowed during peak load. For improved capacity reliability, consider switching to Provisioned Throughput.';
