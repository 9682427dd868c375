/**
 * How often requests failed by which kind: a status, or where the status says nothing the provider's or the system's word, or at last the
 * outcome. The words come from outside, so there is a bound of how many are told apart, and of how long they are.
 */
import type { RequestRecord } from '../contract.js';

/** Statuses and words of one run; who answers each request with another word shall not have a report of a million lines. */
const KINDS_MAX = 64;
const KIND_CHARS_MAX = 64;
/** All kinds beyond those. */
const REST = 'other';

export class ErrorKinds {
  readonly #counts = new Map<string, number>();

  add(record: RequestRecord): void {
    this.#count(kindOf(record), 1);
  }

  addAll(other: ErrorKinds): void {
    for (const [kind, count] of other.#counts) this.#count(kind, count);
  }

  /** The most frequent first, of as many the first by name. */
  figures(): { readonly [kind: string]: number } {
    const inOrder = [...this.#counts].sort(([left, most], [right, more]) => more - most || (left < right ? -1 : 1));
    return Object.fromEntries(inOrder);
  }

  #count(kind: string, count: number): void {
    const told = this.#counts.has(kind) || this.#counts.size < KINDS_MAX ? kind : REST;
    this.#counts.set(told, (this.#counts.get(told) ?? 0) + count);
  }
}

function kindOf({ status, error, outcome }: RequestRecord): string {
  if (status !== undefined && (status < 200 || status > 299)) return String(status);
  return error === undefined || error === '' ? outcome : error.slice(0, KIND_CHARS_MAX);
}
