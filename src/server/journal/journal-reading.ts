/**
 * Answers a question about an acceptor's journal on its main thread, so in small bites: what does not fit is told by numbers, without making
 * an entry of it, and an answer ends after so many entries, bytes or looks, however much there is.
 */
import { endpoints, providers } from '../../providers/registry.js';
import type { Journal } from './journal.js';
import { type JournalNames, journalEntry } from './journal-entry.js';
import type { JournalAnswer, JournalFilter, JournalPoint, JournalQuestion } from './journal-question.js';
import { OUTCOMES, RESULTS, ROW, TEXT } from './journal-row.js';

/** An entry costs some 5 µs to make and as much to send. */
export const ANSWER_ENTRIES_MAX = 200;
/** A look at an entry that does not fit costs some 20 ns. */
const LOOKS_MAX = 50_000;
const BODY_CHARS_MAX = 1_000_000;

/** Whether the entry with the number, which stands in the row, fits. */
type Fits = (row: number, sequence: number) => boolean;

export function answerJournal(
  journal: Journal,
  { beyond, entriesMax, filter, order }: JournalQuestion,
  names: JournalNames,
  epoch: string,
): JournalAnswer {
  const { kept, newest, recorded } = journal.counts;
  const oldest = newest - kept + 1;
  const step = order === 'newest' ? -1 : 1;
  const fits = fitsOf(filter, journal, names);
  const entries: { endUs: number; entry: ReturnType<typeof journalEntry> }[] = [];
  let sequence =
    order === 'newest' ? Math.min(newest, (beyond ?? newest + 1) - 1) : Math.max(oldest, (beyond ?? 0) + 1);
  let reached = beyond;
  let looks = 0;
  let chars = 0;
  for (; sequence >= oldest && sequence <= newest; sequence += step) {
    if (entries.length === Math.min(entriesMax, ANSWER_ENTRIES_MAX) || looks === LOOKS_MAX || chars > BODY_CHARS_MAX)
      break;
    looks++;
    reached = sequence;
    const row = journal.rowOf(sequence);
    if (!fits(row, sequence)) continue;
    const entry = journalEntry(journal, sequence, names);
    chars += (entry.request_body?.length ?? 0) + (entry.reply_body?.length ?? 0);
    entries.push({ endUs: journal.ring.number(row, ROW.atUs) + journal.ring.number(row, ROW.durationUs), entry });
  }
  return { epoch, newest, kept, recorded, entries, reached, more: sequence >= oldest && sequence <= newest };
}

/** Names become numbers once, so that a look is a few comparisons. A name that nothing has fits nothing. */
function fitsOf(filter: JournalFilter, { ring }: Journal, names: JournalNames): Fits {
  const checks: Fits[] = [];
  const number = (column: number, fits: (value: number) => boolean): void => {
    checks.push((row) => fits(ring.number(row, column)));
  };
  const text = (column: number, wanted: string | undefined): void => {
    if (wanted !== undefined) checks.push((row) => ring.text(row, column) === wanted);
  };
  const index = (column: number, wanted: string | undefined, known: readonly string[]): void => {
    if (wanted === undefined) return;
    const place = known.indexOf(wanted);
    number(column, (value) => place >= 0 && value === place);
  };
  if (filter.process !== undefined) checks.push(() => filter.process === names.process);
  index(
    ROW.provider,
    filter.provider,
    providers.map(({ name }) => name),
  );
  index(ROW.model, filter.model, names.models);
  index(ROW.outcome, filter.outcome, OUTCOMES);
  index(ROW.result, filter.result, RESULTS);
  const { endpoint, fault, status } = filter;
  if (endpoint !== undefined) {
    // Versions of an API have endpoints of one name.
    const places = new Set(endpoints.flatMap((known, place) => (known.endpoint.name === endpoint ? [place] : [])));
    number(ROW.endpoint, (value) => places.has(value));
  }
  if (status !== undefined) number(ROW.status, (value) => value >= status.from && value <= status.to);
  if (fault === 'any') number(ROW.fault, (value) => value > 0);
  else if (fault === 'none') number(ROW.fault, (value) => value === 0);
  else index(ROW.fault, fault, ['', ...names.faults]);
  text(TEXT.requestId, filter.requestId);
  text(TEXT.session, filter.session);
  text(TEXT.limit, filter.limitedBy);
  if (filter.since !== undefined) checks.push(notBefore(filter.since, ring));
  if (filter.until !== undefined) checks.push(not(notBefore(filter.until, ring)));
  return (row, sequence) => checks.every((check) => check(row, sequence));
}

function notBefore(point: JournalPoint, ring: Journal['ring']): Fits {
  if ('sequence' in point) return (_row, sequence) => sequence >= point.sequence;
  return (row) => ring.number(row, ROW.wallMs) >= point.wallMs;
}

function not(fits: Fits): Fits {
  return (row, sequence) => !fits(row, sequence);
}
