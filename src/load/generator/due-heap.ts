/** What waits for a moment, earliest first; what is due at the same moment keeps the order in which it came. A binary heap. */

export interface Due {
  readonly dueUs: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly number: number;
}

export class DueHeap<Item extends Due> {
  readonly #entries: Entry<Item>[] = [];
  #number = 0;

  get size(): number {
    return this.#entries.length;
  }

  get first(): Item | undefined {
    return this.#entries[0]?.item;
  }

  push(item: Item): void {
    const entries = this.#entries;
    const entry = { item, number: this.#number++ };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, entries[parent])) break;
      entries[at] = entries[parent];
      at = parent;
    }
    entries[at] = entry;
  }

  /** Takes the first one out. */
  pop(): Item | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (entries.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(entry: Entry<Item>): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1], entries[child])) child++;
      if (!isBefore(entries[child], entry)) break;
      entries[at] = entries[child];
      at = child;
    }
    entries[at] = entry;
  }
}

function isBefore(one: Entry<Due>, other: Entry<Due>): boolean {
  return one.item.dueUs < other.item.dueUs || (one.item.dueUs === other.item.dueUs && one.number < other.number);
}
