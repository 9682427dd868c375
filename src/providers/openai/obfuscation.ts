/**
 * Padding of stream events, so that who sees their sizes does not learn the lengths of tokens: a text of random characters that brings
 * token and padding together to a multiple of a fixed length. Source: `stream_options.include_obfuscation` of OpenAI's published OpenAPI
 * document; the length is that of recorded streams.
 */

import type { RandomSource } from '../../kernel/random-source.js';
import { ALPHANUMERIC } from '../identifier-alphabets.js';

const UNIT_CHARACTERS = 16;

export class Obfuscation {
  readonly #random: RandomSource;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** @param textLength of what the event says; the padding has at least one character */
  pad(textLength: number): string {
    const length = UNIT_CHARACTERS - (textLength % UNIT_CHARACTERS);
    let text = '';
    for (let index = 0; index < length; index++) text += ALPHANUMERIC[this.#random.nextUint32() % ALPHANUMERIC.length];
    return text;
  }
}
