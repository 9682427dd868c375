/** Identifiers and headers that every OpenAI reply carries; identifiers say `sim`, so that no one takes a reply for a real one. */
import type { Simulation } from '../contract.js';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEXADECIMAL = '0123456789abcdef';
/** As long as the real API's. */
const ID_CHARACTERS = 29;
const REQUEST_ID_CHARACTERS = 32;

/** "chatcmpl-sim-…" for the prefix "chatcmpl". */
export function completionId(prefix: string, simulation: Simulation): string {
  return `${prefix}-sim-${simulation.identifier(ID_CHARACTERS, ALPHANUMERIC)}`;
}

/** The reply's headers; processingUs is the time the simulated provider worked before it answered. */
export function replyHeaders(contentType: string, processingUs: number, simulation: Simulation): string[] {
  return [
    'content-type',
    contentType,
    'openai-organization',
    'llm-simulator',
    'openai-processing-ms',
    String(Math.round(processingUs / 1_000)),
    'openai-version',
    '2020-10-01',
    'x-request-id',
    `req_${simulation.identifier(REQUEST_ID_CHARACTERS, HEXADECIMAL)}`,
  ];
}
