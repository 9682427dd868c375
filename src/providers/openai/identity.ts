/** Identifiers and headers that every OpenAI reply carries; identifiers say `sim`, so that no one takes a reply for a real one. */

import type { ApiRequest, Simulation } from '../contract.js';
import { ALPHANUMERIC } from '../identifier-alphabets.js';

export const HEXADECIMAL = '0123456789abcdef';
/** As long as the real API's. */
const ID_CHARACTERS = 29;
const CALL_ID_CHARACTERS = 21;
const REQUEST_ID_CHARACTERS = 32;

export const ORGANIZATION = 'org-llm-simulator';
const PROJECT = 'proj_llm_simulator';

/** What an account of a middle tier sees, while nothing is limited. */
export const RATE_LIMIT_HEADERS: readonly string[] = [
  'x-ratelimit-limit-requests',
  '10000',
  'x-ratelimit-limit-tokens',
  '10000000',
  'x-ratelimit-remaining-requests',
  '9999',
  'x-ratelimit-remaining-tokens',
  '9999999',
];
const RATE_LIMIT_RESETS: readonly string[] = ['x-ratelimit-reset-requests', '6ms', 'x-ratelimit-reset-tokens', '0s'];

/** The request headers that replies repeat. */
export const ECHOED_HEADERS: readonly string[] = ['openai-organization', 'openai-project'];

/** "chatcmpl-sim-…" for the prefix "chatcmpl". */
export function completionId(prefix: string, simulation: Simulation): string {
  return `${prefix}-sim-${simulation.identifier(ID_CHARACTERS, ALPHANUMERIC)}`;
}

/** "call_sim…": as long as the real API's, which takes up to 40 characters back. */
export function toolCallId(simulation: Simulation): string {
  return `call_sim${simulation.identifier(CALL_ID_CHARACTERS, ALPHANUMERIC)}`;
}

/**
 * The reply's headers; processingUs is the time the simulated provider worked before it answered. Organization and project are those
 * that the request names.
 */
export function replyHeaders(
  contentType: string,
  processingUs: number,
  simulation: Simulation,
  request?: Pick<ApiRequest, 'header'>,
): string[] {
  return [
    'content-type',
    contentType,
    'openai-organization',
    visibleHeader(request?.header('openai-organization')) ?? ORGANIZATION,
    'openai-processing-ms',
    String(Math.round(processingUs / 1_000)),
    'openai-project',
    visibleHeader(request?.header('openai-project')) ?? PROJECT,
    'openai-version',
    '2020-10-01',
    ...(simulation.rateLimited ? [] : [...RATE_LIMIT_HEADERS, ...RATE_LIMIT_RESETS]),
    'x-request-id',
    `req_${simulation.identifier(REQUEST_ID_CHARACTERS, HEXADECIMAL)}`,
  ];
}

/** A client's text as a header of a reply may repeat it: short and of visible ASCII characters, else none. */
export function visibleHeader(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}
