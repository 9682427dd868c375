/** The headers that Azure's gateway and the service behind it put on every reply. */
import type { ApiRequest, Simulation } from '../contract.js';

const REGION = 'East US';
/** Names the machine that served the request and when it started. */
const MODEL_SESSION = 'sim-20250101000000';

/** The request headers that replies repeat. */
export const ECHOED_HEADERS: readonly string[] = ['x-ms-client-request-id'];

/** A deployment of some size; the remaining amounts stand still until limits are simulated. */
const RATE_LIMIT_HEADERS: readonly string[] = [
  'x-ratelimit-limit-requests',
  '10000',
  'x-ratelimit-limit-tokens',
  '10000000',
  'x-ratelimit-remaining-requests',
  '9999',
  'x-ratelimit-remaining-tokens',
  '9999999',
];

/** On errors as well. */
export const GATEWAY_HEADERS: readonly string[] = [
  'strict-transport-security',
  'max-age=31536000; includeSubDomains; preload',
  'x-content-type-options',
  'nosniff',
  'x-ms-region',
  REGION,
];

/** Undefined for a request that is about no deployment. */
export type Deployment = string | undefined;

/** Flat, lower-case names. */
export function replyHeaders(
  contentType: string,
  deployment: Deployment,
  request: Pick<ApiRequest, 'header'>,
  simulation: Pick<Simulation, 'identifier'>,
): string[] {
  return [
    'content-type',
    contentType,
    'apim-request-id',
    uuid(simulation),
    ...(deployment === undefined ? [] : modelHeaders(deployment)),
    ...GATEWAY_HEADERS,
    'x-ms-client-request-id',
    visible(request.header('x-ms-client-request-id')) ?? 'Not-Set',
    'x-request-id',
    uuid(simulation),
  ];
}

function modelHeaders(deployment: string): string[] {
  return [
    'azureml-model-session',
    MODEL_SESSION,
    'cache-control',
    'no-cache, must-revalidate',
    'x-accel-buffering',
    'no',
    'x-ms-deployment-name',
    visible(deployment) ?? 'unknown',
    'x-ms-rai-invoked',
    'true',
    ...RATE_LIMIT_HEADERS,
  ];
}

/** 32 hexadecimal digits in the shape of a UUID. */
export function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function uuid(simulation: Pick<Simulation, 'identifier'>): string {
  return uuidOf(simulation.identifier(32, '0123456789abcdef'));
}

/** A client's value as a header may repeat it: short and of visible ASCII characters, else none. */
function visible(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}
