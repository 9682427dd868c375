/** Tokens by modality, as usage metadata lists them, and in the order in which they were counted. */

export type Modality = 'TEXT' | 'IMAGE' | 'VIDEO' | 'AUDIO' | 'DOCUMENT';

export interface ModalityTokenCount {
  readonly modality: Modality;
  readonly tokenCount: number;
}

const ORDER: readonly Modality[] = ['TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'];

export class TokenCount {
  readonly #counts = new Map<Modality, number>();
  /** Neighbours of one modality are one run. */
  readonly #runs: { modality: Modality; tokenCount: number }[] = [];

  /** What details() or runs() gave. */
  static of(details: readonly ModalityTokenCount[]): TokenCount {
    const count = new TokenCount();
    for (const { modality, tokenCount } of details) count.add(modality, tokenCount);
    return count;
  }

  add(modality: Modality, tokens: number): void {
    if (tokens <= 0) return;
    this.#counts.set(modality, (this.#counts.get(modality) ?? 0) + tokens);
    const last = this.#runs.at(-1);
    if (last?.modality === modality) last.tokenCount += tokens;
    else this.#runs.push({ modality, tokenCount: tokens });
  }

  plus(other: TokenCount): TokenCount {
    return TokenCount.of([...this.#runs, ...other.#runs]);
  }

  /** The tokens in the order in which they were counted. */
  runs(): readonly ModalityTokenCount[] {
    return this.#runs;
  }

  /** The first so many of the tokens. */
  first(tokens: number): TokenCount {
    const count = new TokenCount();
    let left = tokens;
    for (const { modality, tokenCount } of this.#runs) {
      count.add(modality, Math.min(left, tokenCount));
      left -= Math.min(left, tokenCount);
    }
    return count;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, tokens) => sum + tokens, 0);
  }

  details(): ModalityTokenCount[] {
    return ORDER.flatMap((modality) => {
      const tokenCount = this.#counts.get(modality);
      return tokenCount === undefined ? [] : [{ modality, tokenCount }];
    });
  }
}
