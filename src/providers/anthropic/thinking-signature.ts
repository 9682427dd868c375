/**
 * The signature of a thinking block: base64 of the length that the real API's have, which grow with the thinking. It signs nothing: every
 * signature that a client sends back is believed.
 */

import type { Simulation } from '../contract.js';
import { BASE64 } from '../identifier-alphabets.js';

const CHARACTERS_MIN = 248;
const CHARACTERS_PER_TOKEN = 4;
/** Long enough to look right, short enough to cost nothing. */
const CHARACTERS_MAX = 1_024;

export function signatureOf(thinkingTokens: number, simulation: Simulation): string {
  const length = Math.min(CHARACTERS_MAX, CHARACTERS_MIN + thinkingTokens * CHARACTERS_PER_TOKEN);
  return `${simulation.identifier(length - 2, BASE64)}==`;
}
