/**
 * How little a bucket owed at the least since any moment: what decides how much of an earlier take can still be given back. A bucket that
 * owed nothing for an instant has been given everything back by time; one that owed 3 has at most 3 left of any take before.
 *
 * Kept are the debts just before each take, as far as no later one is smaller, which makes them rise with time. There are at most
 * LOW_MARKS_MAX of them: when there are more, neighbours become one with the smaller debt and the later time, so that the answer is never
 * too large; too small it can be for a take that came near a time when the bucket owed next to nothing.
 */

/** Marks of one bucket: 1 KB. */
export const LOW_MARKS_MAX = 64;

export class LowMarks {
  readonly #atUs: number[] = [];
  readonly #debts: number[] = [];

  /** The bucket owes `debt` at the time, before it is taken from. Times never go back. */
  mark(debt: number, atUs: number): void {
    const [times, debts] = [this.#atUs, this.#debts];
    while (debts.length > 0 && debts[debts.length - 1] >= debt) this.#pop();
    if (debts.length === LOW_MARKS_MAX) this.#halve();
    times.push(atUs);
    debts.push(debt);
  }

  /** The smallest debt that was marked after the time; infinite where none was. */
  lowestSince(sinceUs: number): number {
    const index = this.#firstAfter(sinceUs);
    return index < this.#debts.length ? this.#debts[index] : Number.POSITIVE_INFINITY;
  }

  /** As if `amount` had never been taken at the time: all debts after it were smaller. The amount is at most lowestSince(the time). */
  lower(amount: number, sinceUs: number): void {
    const [times, debts] = [this.#atUs, this.#debts];
    const first = this.#firstAfter(sinceUs);
    for (let index = first; index < debts.length; index++) debts[index] -= amount;
    let kept = first;
    while (kept > 0 && first < debts.length && debts[kept - 1] >= debts[first]) kept--;
    times.splice(kept, first - kept);
    debts.splice(kept, first - kept);
  }

  clear(): void {
    this.#atUs.length = 0;
    this.#debts.length = 0;
  }

  #firstAfter(sinceUs: number): number {
    let index = this.#atUs.length;
    while (index > 0 && this.#atUs[index - 1] > sinceUs) index--;
    return index;
  }

  #pop(): void {
    this.#atUs.pop();
    this.#debts.pop();
  }

  #halve(): void {
    const [times, debts] = [this.#atUs, this.#debts];
    for (let pair = 0; pair < LOW_MARKS_MAX / 2; pair++) {
      times[pair] = times[2 * pair + 1];
      debts[pair] = debts[2 * pair];
    }
    times.length = LOW_MARKS_MAX / 2;
    debts.length = LOW_MARKS_MAX / 2;
  }
}
