/** Content that only the API itself can read, in the place of so many tokens: hidden reasoning, and conversations that were compacted. */

import type { Simulation } from '../../contract.js';
import { BASE64_URL } from '../../identifier-alphabets.js';

/** How encrypted content of the real API begins. */
const BEGINNING = 'gAAAAAB';
/** Assumed: its length for each token that it hides. */
const CHARACTERS_PER_TOKEN = 4;
/** No reply grows by more, however much is hidden. */
const CHARACTERS_MAX = 2_048;

export function encryptedContent(tokens: number, simulation: Simulation): string {
  const length = Math.min(tokens * CHARACTERS_PER_TOKEN, CHARACTERS_MAX);
  return BEGINNING + simulation.identifier(length, BASE64_URL);
}

/** How many tokens a client's encrypted content takes in a prompt, as its length tells. */
export function encryptedTokens(content: string): number {
  return Math.ceil(content.length / CHARACTERS_PER_TOKEN);
}
