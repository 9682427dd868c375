/**
 * One page over the journals of all processes, in the order in which requests ended. Each process's entries are in that order already, so
 * they are merged by their heads, and a process is asked for more when its part is used up: no process is kept busy for long.
 */
import type { JournalCursor, JournalPosition } from './journal-cursor.js';
import type { JournalEntry } from './journal-entry.js';
import type { JournalAnswer, JournalFilter, JournalOrder, JournalQuestion } from './journal-question.js';

/** Of recorded bodies in one page: what is beyond goes to the next. */
const PAGE_BODY_CHARS_MAX = 8_000_000;

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** Undefined where a listing from the newest on is at its end. One from the oldest on has no end. */
  readonly next: JournalCursor | undefined;
  /** From what ended last on, the oldest first. */
  readonly tail: JournalCursor;
  readonly answers: ReadonlyMap<number, JournalAnswer>;
}

export interface JournalListing {
  readonly order: JournalOrder;
  readonly filter: JournalFilter;
  readonly entriesMax: number;
  readonly cursor: JournalCursor | undefined;
}

/** Has every process answer its own question. One that ends meanwhile gives none, and one without a question is not asked. */
export type AskJournals = (
  question: (process: number) => JournalQuestion | undefined,
) => Promise<ReadonlyMap<number, JournalAnswer>>;

export async function listJournal(askAll: AskJournals, listing: JournalListing): Promise<JournalPage> {
  const answers = await askAll((process) => questionOf(listing, listing.cursor?.positions.get(process)?.passed));
  const parts = new Map<number, Part>();
  for (const [process, answer] of answers) {
    const part = await begin(process, answer, askAll, listing);
    if (part !== undefined) parts.set(process, part);
  }
  const entries: JournalEntry[] = [];
  let chars = 0;
  while (entries.length < listing.entriesMax && chars <= PAGE_BODY_CHARS_MAX) {
    const next = await nextPart([...parts.values()], listing.order);
    if (next === undefined) break;
    const entry = next.take();
    chars += (entry.request_body?.length ?? 0) + (entry.reply_body?.length ?? 0);
    entries.push(entry);
  }
  const tail = new Map([...answers].map(([process, { epoch, newest }]) => [process, { epoch, passed: newest }]));
  return { entries, next: nextCursor(parts, listing), tail: { order: 'oldest', positions: tail }, answers };
}

function questionOf({ entriesMax, filter, order }: JournalListing, beyond: number | undefined): JournalQuestion {
  return { order, filter, entriesMax, beyond: beyond ?? null };
}

/**
 * A process that was replaced since the listing began has other entries under the same numbers: one from the oldest on begins anew with it,
 * one from the newest on leaves it out, as it leaves out all that came later.
 */
async function begin(
  process: number,
  answer: JournalAnswer,
  askAll: AskJournals,
  listing: JournalListing,
): Promise<Part | undefined> {
  const position = listing.cursor?.positions.get(process);
  const ask = async (beyond: number | undefined) => {
    const question = questionOf(listing, beyond);
    const answers = await askAll((asked) => (asked === process ? question : undefined));
    return answers.get(process) ?? { ...answer, entries: [], reached: beyond ?? null, more: false };
  };
  const known = listing.cursor === undefined || position?.epoch === answer.epoch;
  if (!known && listing.order === 'newest') return undefined;
  const first = known || position === undefined ? answer : await ask(undefined);
  const passed = known ? position?.passed : undefined;
  return new Part(first, passed ?? (listing.order === 'newest' ? first.newest + 1 : 0), ask);
}

async function nextPart(parts: readonly Part[], order: JournalOrder): Promise<Part | undefined> {
  let best: Part | undefined;
  for (const part of parts) {
    await part.fill();
    const endUs = part.headEndUs;
    if (endUs === undefined) continue;
    const bestUs = best?.headEndUs;
    if (bestUs === undefined || (order === 'newest' ? endUs > bestUs : endUs < bestUs)) best = part;
  }
  return best;
}

function nextCursor(parts: ReadonlyMap<number, Part>, { cursor, order }: JournalListing): JournalCursor | undefined {
  if (order === 'newest' && [...parts.values()].every((part) => part.isDone)) return undefined;
  const positions = new Map<number, JournalPosition>(cursor?.positions ?? []);
  for (const [process, part] of parts) positions.set(process, part.position);
  return { order, positions };
}

/** What one process gives to the page. */
class Part {
  #answer: JournalAnswer;
  #taken = 0;
  #passed: number;
  readonly #ask: (beyond: number | undefined) => Promise<JournalAnswer>;

  constructor(answer: JournalAnswer, passed: number, ask: (beyond: number | undefined) => Promise<JournalAnswer>) {
    this.#answer = answer;
    this.#passed = passed;
    this.#ask = ask;
    this.#passAll();
  }

  get headEndUs(): number | undefined {
    return this.#answer.entries[this.#taken]?.endUs;
  }

  get isDone(): boolean {
    return this.headEndUs === undefined && !this.#answer.more;
  }

  get position(): JournalPosition {
    return { epoch: this.#answer.epoch, passed: this.#passed };
  }

  /** Has the process look on until an entry fits or there are no more. */
  async fill(): Promise<void> {
    while (this.headEndUs === undefined && this.#answer.more) {
      this.#answer = await this.#ask(this.#passed);
      this.#taken = 0;
      this.#passAll();
    }
  }

  take(): JournalEntry {
    const { entry } = this.#answer.entries[this.#taken++];
    this.#passed = entry.sequence;
    this.#passAll();
    return entry;
  }

  /** Where all that fits has been taken, what was looked at and did not fit has been passed as well. */
  #passAll(): void {
    if (this.headEndUs === undefined) this.#passed = this.#answer.reached ?? this.#passed;
  }
}
