/**
 * The tokens of a byte-pair encoding, looked up by the text or the bytes they stand for. A token's rank is its index in the
 * published list and also the priority of the merge that makes it: lower ranks merge first.
 */

/** Tokens in the order of their ranks: as text, or as bytes where a token is not whole UTF-8 characters. */
export type RankedTokens = readonly (string | readonly number[])[];

export class BytePairVocabulary {
  readonly #tokens: RankedTokens;
  readonly #textRanks = new Map<string, number>();
  readonly #fragmentRanks = new Map<string, number>();

  constructor(tokens: RankedTokens) {
    this.#tokens = tokens;
    for (let rank = 0; rank < tokens.length; rank++) {
      const token = tokens[rank];
      if (typeof token === 'string') this.#textRanks.set(token, rank);
      else this.#fragmentRanks.set(String.fromCharCode(...token), rank);
    }
  }

  get size(): number {
    return this.#tokens.length;
  }

  /** A token by its rank: its text, or its bytes if it is not whole characters; undefined for what is no rank. */
  tokenOf(rank: number): string | readonly number[] | undefined {
    return this.#tokens[rank];
  }

  /** The rank of a token that is whole characters. */
  rankOfText(text: string): number | undefined {
    return this.#textRanks.get(text);
  }

  /** The rank of a token that begins or ends inside a character, its bytes given as the code units of a string. */
  rankOfFragment(byteString: string): number | undefined {
    return this.#fragmentRanks.get(byteString);
  }
}
