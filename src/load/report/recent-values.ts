/**
 * Values of the last few turns (a live view turns once a second), in bounded memory however many come: where a turn has too many, every
 * second one is kept, then every fourth, and each of those counts for as many as it stands for.
 */

/** Of one turn; a percentile of so many values is off by some 1 % in rank at most. */
const KEPT_MAX = 2_048;

interface Turn {
  readonly values: Float64Array;
  kept: number;
  /** How many values a kept one stands for. */
  stride: number;
  seen: number;
}

export class RecentValues {
  readonly #turns: Turn[];
  #current = 0;

  /** @param turns how many count, from 1; memory is 16 KiB for each */
  constructor(turns: number) {
    this.#turns = Array.from({ length: turns }, () => ({
      values: new Float64Array(KEPT_MAX),
      kept: 0,
      stride: 1,
      seen: 0,
    }));
  }

  add(value: number): void {
    const turn = this.#turns[this.#current]!;
    if (turn.seen++ % turn.stride !== 0) return;
    // What comes after an even number of kept ones is kept under the doubled stride as well.
    if (turn.kept === KEPT_MAX) halve(turn);
    turn.values[turn.kept++] = value;
  }

  /** Begins a turn; the oldest is forgotten. */
  turn(): void {
    this.#current = (this.#current + 1) % this.#turns.length;
    const turn = this.#turns[this.#current]!;
    turn.kept = 0;
    turn.stride = 1;
    turn.seen = 0;
  }

  /** The values that so large shares of all lie at or below, for each share in [0, 1]; undefined without values. */
  quantiles(shares: readonly number[]): number[] | undefined {
    const weighted = this.#turns.flatMap(({ values, kept, stride }) =>
      Array.from(values.subarray(0, kept), (value) => ({ value, weight: stride })),
    );
    if (weighted.length === 0) return undefined;
    weighted.sort((a, b) => a.value - b.value);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    return shares.map((share) => {
      let below = 0;
      for (const { value, weight } of weighted) {
        below += weight;
        if (below >= share * total) return value;
      }
      return weighted.at(-1)!.value;
    });
  }
}

function halve(turn: Turn): void {
  for (let index = 0; index < KEPT_MAX / 2; index++) turn.values[index] = turn.values[2 * index]!;
  turn.kept = KEPT_MAX / 2;
  turn.stride *= 2;
}
