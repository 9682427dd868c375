/**
 * What a text is made of: its features (words, stems, pairs of words, character sequences), each as a 32-bit key with its energy, which
 * is its squared weight. A hash table in typed arrays, because a long text has tens of thousands of features; two features that happen
 * to have one key count as one. Iterated in the order of first mention. Memory: 12 to 36 bytes a feature.
 */
const FIRST_SLOTS = 256;

export class FeatureBag {
  /** In the order of first mention. */
  #keys = new Int32Array(FIRST_SLOTS / 2);
  #energies = new Float64Array(FIRST_SLOTS / 2);
  /** Open addressing: index of the feature plus one, 0 for a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  keyAt(index: number): number {
    return this.#keys[index];
  }

  energyAt(index: number): number {
    return this.#energies[index];
  }

  /** Adds to the energy of the feature. @param key 32 bits of a good hash */
  add(key: number, energy: number): void {
    const mask = this.#slots.length - 1;
    let slot = key & mask;
    for (let index = this.#slots[slot]; index !== 0; index = this.#slots[slot]) {
      if (this.#keys[index - 1] === key) {
        this.#energies[index - 1] += energy;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#keys[this.#size] = key;
    this.#energies[this.#size] = energy;
    this.#slots[slot] = ++this.#size;
    if (this.#size === this.#keys.length) this.#grow();
  }

  #grow(): void {
    const keys = new Int32Array(this.#size * 2);
    const energies = new Float64Array(this.#size * 2);
    keys.set(this.#keys);
    energies.set(this.#energies);
    this.#keys = keys;
    this.#energies = energies;
    const slots = new Int32Array(this.#size * 4);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = keys[index] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}
