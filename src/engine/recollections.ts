/**
 * What earlier requests left behind, as far as it was looked up for this one. What is asked for and was not looked up ends the round: the
 * next begins with it, and with all that the rounds before it had.
 */
import type { Recollection } from '../providers/contract.js';
import type { PrefixAnswer, PrefixQuestion } from '../runtime/prefix-cache.js';
import type { Recalled, RecalledEntry } from '../runtime/render-request.js';
import { RECALL_KEYS_MAX } from '../runtime/state-store.js';

/** The answer cannot be given before these have been looked up. Not an error: it ends the round. */
export class RecallNeeded {
  readonly keys: readonly string[];
  readonly prefix: PrefixQuestion | PrefixAnswer | undefined;

  constructor(keys: readonly string[], prefix: PrefixQuestion | PrefixAnswer | undefined) {
    this.keys = keys;
    this.prefix = prefix;
  }
}

const nothing: ReadonlyMap<string, RecalledEntry> = new Map();

export class Recollections {
  readonly #entries: ReadonlyMap<string, RecalledEntry>;
  /** What the prefix cache said of the prompt. */
  readonly prefix: PrefixAnswer | undefined;

  constructor(recalled: Pick<Recalled, 'entries' | 'prefix'> | undefined) {
    this.#entries = recalled === undefined ? nothing : new Map(recalled.entries.map((entry) => [entry.key, entry]));
    this.prefix = recalled?.prefix;
  }

  /** By key; undefined for one under which there is nothing. @throws RecallNeeded where one of them was not looked up */
  of(keys: readonly string[]): readonly (Recollection | undefined)[] {
    if (keys.length > RECALL_KEYS_MAX)
      throw new RangeError(`${keys.length} keys to recall, more than ${RECALL_KEYS_MAX}`);
    const found: (Recollection | undefined)[] = [];
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry === undefined) throw new RecallNeeded([...new Set([...this.#entries.keys(), ...keys])], this.prefix);
      found.push(entry.document === null ? undefined : { document: entry.document, ageMs: entry.ageMs });
    }
    return found;
  }

  /** What to throw where the prefix cache has to be asked. */
  needing(question: PrefixQuestion): RecallNeeded {
    return new RecallNeeded([...this.#entries.keys()], question);
  }
}
