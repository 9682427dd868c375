/**
 * The generations of the configuration that an acceptor knows: the current one, which every new request gets; some earlier ones, for the
 * requests that came under them; and, while a reload is under way, the one that is to come.
 *
 *   prepare(next) ──▶ next is known ──commit──▶ next is current, current is the youngest of the earlier ones
 *                            └─────abandon──▶ as before
 *
 * Invariant: at most KEPT_EARLIER + 2 generations are known. What a request asks of one that is no longer known, it gets from the current.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { snapshotTexts } from '../../config/snapshot-texts.js';
import type { SnapshotTexts } from '../../runtime/thread-notice.js';
import { ServedGeneration } from './served-generation.js';

/** A request is under way between two rounds for milliseconds, and reloads take longer than that. */
const KEPT_EARLIER = 2;

/** What an acceptor starts with. */
export function knownGenerations(given: {
  readonly snapshot: ConfigurationSnapshot;
  readonly texts?: SnapshotTexts;
  readonly next?: SnapshotTexts | undefined;
}): Generations {
  const { next, snapshot, texts = snapshotTexts(snapshot) } = given;
  return new Generations(new ServedGeneration(texts, snapshot), next && new ServedGeneration(next));
}

export class Generations {
  #current: ServedGeneration;
  /** The youngest first. */
  readonly #earlier: ServedGeneration[] = [];
  #next: ServedGeneration | undefined;

  /** @param next one that is being prepared in all processes of the node while this one starts */
  constructor(current: ServedGeneration, next?: ServedGeneration) {
    this.#current = current;
    this.#next = next;
  }

  get current(): ServedGeneration {
    return this.#current;
  }

  /** The one of the number as long as it is known, else the current one. */
  of(generation: number): ServedGeneration {
    if (generation === this.#current.generation) return this.#current;
    return this.#earlier.find((one) => one.generation === generation) ?? this.#current;
  }

  /** What a worker thread that starts has to know, the oldest first. */
  texts(): SnapshotTexts[] {
    const known = [...this.#earlier.toReversed(), this.#current];
    return (this.#next === undefined ? known : [...known, this.#next]).map(({ texts }) => texts);
  }

  prepare(texts: SnapshotTexts): void {
    this.#next = new ServedGeneration(texts);
  }

  /**
   * Makes the prepared generation the current one.
   * @returns the numbers of those that are not known any more
   * @throws RangeError when another one or none was prepared
   */
  commit(generation: number): number[] {
    const next = this.#next;
    if (next?.generation !== generation) throw new RangeError(`generation ${generation} is not prepared`);
    this.#earlier.unshift(this.#current);
    this.#current = next;
    this.#next = undefined;
    return this.#earlier.splice(KEPT_EARLIER).map((one) => one.generation);
  }

  /** The prepared generation will not come. */
  abandon(generation: number): void {
    if (this.#next?.generation === generation) this.#next = undefined;
  }
}
