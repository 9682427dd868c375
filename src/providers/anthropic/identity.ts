/**
 * Identifiers and headers of Anthropic replies. Identifiers say `sim`, so that no one takes a reply for a real one, and use only the
 * characters that the API allows in a tool call's id (letters, digits, "_" and "-"). Header names: the rate limits and errors pages of
 * Anthropic's API reference.
 */

import { rfc3339 } from '../../kernel/rfc3339.js';
import type { Simulation } from '../contract.js';
import { ALPHANUMERIC } from '../identifier-alphabets.js';

const HEXADECIMAL = '0123456789abcdef';
/** As long as the real API's. */
const ID_CHARACTERS = 24;
const REQUEST_ID_CHARACTERS = 32;

/** The organization that every key belongs to. */
export const ORGANIZATION_ID = '00000000-0000-4000-8000-000000000000';
export const ORGANIZATION_HEADERS: readonly string[] = ['anthropic-organization-id', ORGANIZATION_ID];

/** What the headers promise while nothing is limited: the standard limits of a usage tier of the real API. */
const REQUESTS_PER_MINUTE = 4_000;
const INPUT_TOKENS_PER_MINUTE = 2_000_000;
const OUTPUT_TOKENS_PER_MINUTE = 400_000;

export function messageId(simulation: Simulation): string {
  return `msg-sim-${simulation.identifier(ID_CHARACTERS, ALPHANUMERIC)}`;
}

export function toolUseId(simulation: Simulation): string {
  return `toolu_sim${simulation.identifier(ID_CHARACTERS, ALPHANUMERIC)}`;
}

/** The headers of a reply outside the rate limits, such as the list of models. */
export function replyHeaders(contentType: string, simulation: Simulation): string[] {
  const requestId = `req_${simulation.identifier(REQUEST_ID_CHARACTERS, HEXADECIMAL)}`;
  return ['content-type', contentType, 'request-id', requestId, ...ORGANIZATION_HEADERS];
}

/**
 * The limits as the real API sends them with a message, counted as if it were the only one of its minute.
 * @param inputTokens those that count against the limit: not the ones read from the cache
 * @param nowSecs Unix seconds, when the limits are full again
 */
export function unlimitedHeaders(inputTokens: number, outputTokens: number, nowSecs: number): string[] {
  const reset = rfc3339(nowSecs);
  const tokens = INPUT_TOKENS_PER_MINUTE + OUTPUT_TOKENS_PER_MINUTE;
  return [
    ...limit('requests', REQUESTS_PER_MINUTE, 1, reset),
    ...limit('input-tokens', INPUT_TOKENS_PER_MINUTE, inputTokens, reset),
    ...limit('output-tokens', OUTPUT_TOKENS_PER_MINUTE, outputTokens, reset),
    ...limit('tokens', tokens, inputTokens + outputTokens, reset),
  ];
}

function limit(what: string, most: number, used: number, reset: string): string[] {
  const name = `anthropic-ratelimit-${what}`;
  return [`${name}-limit`, String(most), `${name}-remaining`, String(Math.max(0, most - used)), `${name}-reset`, reset];
}
