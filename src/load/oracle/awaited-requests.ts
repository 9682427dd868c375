/**
 * Of which requests the upstream's journal knows by now: an entry is there when its request has ended at the upstream. Told by keys, since
 * retries and other traffic make entries too; where no key arrives, by the number of entries that bear none.
 */
import { requestIdOf, shortKey } from './attempts.js';
import { hasLeft } from './cancellations.js';
import type { ClientRequest } from './client-log.js';
import type { UpstreamEntry } from './journal-entry.js';

export class AwaitedRequests {
  readonly #count: number;
  readonly #unseen: Set<string>;
  readonly #unseenLeft: Set<string>;
  #isAnySeen = false;
  #nameless = 0;
  /** Entries that were looked at. */
  #read = 0;

  constructor(requests: readonly ClientRequest[]) {
    const keysOf = (some: readonly ClientRequest[]): Set<string> => new Set(some.map(({ key }) => shortKey(key)));
    this.#count = requests.length;
    this.#unseen = keysOf(requests);
    this.#unseenLeft = keysOf(requests.filter(hasLeft));
  }

  /** @param entries those of the last call and what came since */
  areSeen(entries: readonly UpstreamEntry[]): boolean {
    this.#look(entries);
    return this.#isAnySeen ? this.#unseen.size === 0 : this.#nameless >= this.#count;
  }

  /** The same of those whose clients left, which a gateway may let run on for as long as an answer takes. */
  areLeftSeen(entries: readonly UpstreamEntry[]): boolean {
    return this.areSeen(entries) || this.#unseenLeft.size === 0;
  }

  #look(entries: readonly UpstreamEntry[]): void {
    for (; this.#read < entries.length; this.#read++) {
      const key = requestIdOf(entries[this.#read]!);
      if (key === undefined) {
        this.#nameless++;
      } else if (this.#unseen.delete(key)) {
        this.#unseenLeft.delete(key);
        this.#isAnySeen = true;
      }
    }
  }
}
