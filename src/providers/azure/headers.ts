/** The headers that Azure's gateway and the service behind it put on every reply. */
import type { ApiRequest, Simulation } from '../contract.js';
import { HEXADECIMAL, RATE_LIMIT_HEADERS, visibleHeader } from '../openai/identity.js';

export const REGION = 'East US';
/** Names the machine that served the request and when it started. */
const MODEL_SESSION = 'sim-20250101000000';

/** The request headers that replies repeat. */
export const ECHOED_HEADERS: readonly string[] = ['x-ms-client-request-id'];

/** On errors as well. */
export const GATEWAY_HEADERS: readonly string[] = [
  'strict-transport-security',
  'max-age=31536000; includeSubDomains; preload',
  'x-content-type-options',
  'nosniff',
  'x-ms-region',
  REGION,
];

/** Flat, lower-case names. @param deployment undefined for a request that is about none */
export function replyHeaders(
  contentType: string,
  deployment: string | undefined,
  request: Pick<ApiRequest, 'header'>,
  simulation: Pick<Simulation, 'identifier' | 'rateLimited'>,
): string[] {
  return [
    'content-type',
    contentType,
    'apim-request-id',
    uuid(simulation),
    ...(deployment === undefined ? [] : modelHeaders(deployment, simulation.rateLimited)),
    ...GATEWAY_HEADERS,
    'x-ms-client-request-id',
    visibleHeader(request.header('x-ms-client-request-id')) ?? 'Not-Set',
    'x-request-id',
    uuid(simulation),
  ];
}

function modelHeaders(deployment: string, rateLimited: boolean): string[] {
  return [
    'azureml-model-session',
    MODEL_SESSION,
    'cache-control',
    'no-cache, must-revalidate',
    'x-accel-buffering',
    'no',
    'x-ms-deployment-name',
    visibleHeader(deployment) ?? 'unknown',
    'x-ms-rai-invoked',
    'true',
    ...(rateLimited ? [] : RATE_LIMIT_HEADERS),
  ];
}

/** 32 hexadecimal digits in the shape of a UUID. */
export function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function uuid(simulation: Pick<Simulation, 'identifier'>): string {
  return uuidOf(simulation.identifier(32, HEXADECIMAL));
}
