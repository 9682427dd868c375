/** Tokens by modality, as usage metadata lists them. */

export type Modality = 'TEXT' | 'IMAGE' | 'VIDEO' | 'AUDIO' | 'DOCUMENT';

export interface ModalityTokenCount {
  readonly modality: Modality;
  readonly tokenCount: number;
}

const ORDER: readonly Modality[] = ['TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'];

export class TokenCount {
  readonly #counts = new Map<Modality, number>();

  /** What details() gave. */
  static of(details: readonly ModalityTokenCount[]): TokenCount {
    const count = new TokenCount();
    for (const { modality, tokenCount } of details) count.add(modality, tokenCount);
    return count;
  }

  add(modality: Modality, tokens: number): void {
    if (tokens > 0) this.#counts.set(modality, (this.#counts.get(modality) ?? 0) + tokens);
  }

  plus(other: TokenCount): TokenCount {
    return TokenCount.of([...this.details(), ...other.details()]);
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
