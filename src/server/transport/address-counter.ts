/**
 * How much of something every address has at the moment: connections on `node`, requests on `uws`, which does not tell whose connection
 * closes. Bounded by what there is to count: an address that has nothing is not kept.
 */

export class AddressCounter {
  readonly #counts = new Map<string, number>();

  /** @returns how many the address has now */
  enter(address: string): number {
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count;
  }

  leave(address: string): void {
    const count = (this.#counts.get(address) ?? 0) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
