/** The chunks in which an item's tokens come. */

/** Moves on to the time of the next chunk; gives how many of the tokens that an item has left it holds, at least one. */
export type Advance = (left: number) => number;

/** An item's chunks where a part may end within one: what is left of the chunk comes at the same time. */
export class ChunkCounter {
  readonly #tokens: number;
  readonly #advance: Advance;
  /** Of the chunk that is due. */
  #ready = 0;
  taken = 0;

  constructor(tokens: number, advance: Advance) {
    this.#tokens = tokens;
    this.#advance = advance;
  }

  get left(): number {
    return this.#tokens - this.taken;
  }

  /** Takes the chunk's tokens, `most` of them at most; gives how many. */
  take(most: number): number {
    if (this.#ready === 0) this.#ready = this.#advance(this.left);
    const count = Math.min(this.#ready, most);
    this.#ready -= count;
    this.taken += count;
    return count;
  }
}
