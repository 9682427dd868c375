/**
 * How much work one request may take, for a thread that has other things to do than to render: whoever is about to begin something long says
 * so, in the number of tokens that could be generated meanwhile. A request that would take too long ends its round, and is rendered by a
 * thread that has the time.
 */

/** What takes longer than any bound allows, or may. */
export const LABORIOUS = Number.MAX_SAFE_INTEGER;

/** The request takes more work than it may. Not an error: it ends the round. */
export class TooLaborious {}

export class Effort {
  #left = Number.POSITIVE_INFINITY;
  /** By the request at hand, so far. */
  spent = 0;

  /** For the next request. */
  begin(tokensMax: number): void {
    this.#left = tokensMax;
    this.spent = 0;
  }

  /** What begins now takes as long as generating so many tokens. @throws TooLaborious where that is more than is left */
  spend(tokens: number): void {
    this.#left -= tokens;
    if (this.#left < 0) throw new TooLaborious();
    this.spent += tokens;
  }
}
