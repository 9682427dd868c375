/**
 * Reads a trace line by line: CSV with a heading, or JSON objects, one a line. Every problem is kept with its line, up to a bound; a row
 * with a problem is left out, and so is one whose request got no output. What it holds is bounded by the number of rows.
 */
import { type ChosenColumns, type ColumnKey, type ColumnMeaning, columnKeys, meaningsOf } from './column-names.js';
import { csvFields } from './csv-line.js';
import { fieldMax, NOT_GIVEN, type Trace, type TraceField } from './trace.js';
import { dateMs, numberOf } from './trace-values.js';

/** Mooncake's lines name every block of a prompt of 10^5 tokens in some 2 KB; a line beyond this is no row. */
export const LINE_CHARS_MAX = 262_144;
/** Beyond so many problems a file is of another kind, and more of them would not help. */
const PROBLEMS_MAX = 20;
/** Names in a message. */
const NAMES_SHOWN_MAX = 12;
const CELL_CHARS_SHOWN_MAX = 40;

export interface TraceReaderOptions {
  readonly format: 'auto' | 'csv' | 'jsonl';
  readonly columns: ChosenColumns;
  /** The file's first rows are read, so many at most. */
  readonly maxRows: number;
  /** Whoever replays arrivals alone needs no more than their times: then a file that has these is of use. */
  readonly wantsArrivals?: boolean;
}

export interface TraceProblem {
  /** Counts from 1. */
  readonly line: number;
  readonly message: string;
}

type Row = { [field in TraceField]: number };

const FIELDS: readonly TraceField[] = ['inputTokens', 'outputTokens', 'ttftMs', 'itlMs', 'e2eMs', 'arrivalMs'];
/** One of these is what a trace is read for. */
const TOLD: readonly TraceField[] = ['outputTokens', 'ttftMs', 'itlMs', 'e2eMs'];

export class TraceReader {
  readonly problems: TraceProblem[] = [];
  readonly #options: TraceReaderOptions;
  readonly #columns: { readonly [field in TraceField]: number[] };
  /** The name of the column that gave the field first. */
  readonly #given = new Map<TraceField, string>();
  #isJson: boolean | undefined;
  /** Of a CSV file. */
  #names: readonly string[] | undefined;
  #meanings: readonly (ColumnMeaning | undefined)[] = [];
  #line = 0;
  #rows = 0;
  #withoutOutput = 0;

  constructor(options: TraceReaderOptions) {
    this.#options = options;
    this.#columns = { inputTokens: [], outputTokens: [], ttftMs: [], itlMs: [], e2eMs: [], arrivalMs: [] };
    if (options.format !== 'auto') this.#isJson = options.format === 'jsonl';
  }

  /** Whether another line would be read. */
  get wantsMore(): boolean {
    return this.#rows < this.#options.maxRows && this.problems.length < PROBLEMS_MAX;
  }

  /** @param text a line without its end */
  readLine(text: string): void {
    if (!this.wantsMore) return;
    this.#line++;
    if (text.length > LINE_CHARS_MAX) this.#report(`has a line of more than ${LINE_CHARS_MAX} characters`);
    const line = (this.#line === 1 ? text.replace(/^\uFEFF/, '') : text).trim();
    if (line === '' || text.length > LINE_CHARS_MAX) return;
    this.#isJson ??= line.startsWith('{');
    if (this.#isJson) this.#readJson(line);
    else if (this.#names === undefined) this.#readHeading(line);
    else this.#readCells(line, this.#names);
  }

  /** What was read; also says so where that is nothing of use. */
  end(): Trace {
    if (this.problems.length === 0) this.#reportLack();
    const { arrivalMs, ...others } = this.#columns;
    let earliest = Number.POSITIVE_INFINITY;
    for (const ms of arrivalMs) if (!Number.isNaN(ms)) earliest = Math.min(earliest, ms);
    const arrivals = arrivalMs.map((ms) => (Number.isNaN(ms) ? NOT_GIVEN : rounded(ms - earliest)));
    const columns = Object.entries({ ...others, arrivalMs: arrivals });
    return {
      rows: this.#rows,
      columns: Object.fromEntries(columns.filter(([field]) => this.#given.has(field as TraceField))),
      names: Object.fromEntries(this.#given),
      withoutOutput: this.#withoutOutput,
    };
  }

  #reportLack(): void {
    if (this.#rows === 0) this.#report('has no row with a reply');
    else if (this.#options.wantsArrivals === true) {
      if (!this.#given.has('arrivalMs'))
        this.#report(`has no column of arrival times that is known${this.#found()}`, 1);
    } else if (!TOLD.some((field) => this.#given.has(field))) this.#report(this.#nothingTold(), 1);
    for (const [key, name] of Object.entries(this.#options.columns)) {
      const { field } = columnKeys[key as ColumnKey];
      if (this.#rows > 0 && !this.#given.has(field)) this.#report(`has no row with ${shown(name)}`, 1);
    }
  }

  #nothingTold(): string {
    return `has no column of output tokens, TTFT, ITL or E2E time that is known${this.#found()}`;
  }

  #found(): string {
    const names = (this.#names ?? []).slice(0, NAMES_SHOWN_MAX).map(shown).join(', ');
    return `${names === '' ? '' : ` (its columns: ${names})`}: name them under columns`;
  }

  #readHeading(line: string): void {
    const names = csvFields(line);
    if (names === undefined) {
      this.#report('has a quote that is not closed');
      return;
    }
    this.#names = names;
    this.#meanings = meaningsOf(names, this.#options.columns);
    for (const name of Object.values(this.#options.columns)) {
      if (!names.includes(name)) this.#report(`has no column ${shown(name)}`);
    }
  }

  #readCells(line: string, names: readonly string[]): void {
    const cells = csvFields(line);
    if (cells === undefined) this.#report('has a quote that is not closed');
    else if (cells.length !== names.length) {
      this.#report(`must have ${names.length} fields as the heading has, not ${cells.length}`);
    } else this.#readRow(names, cells);
  }

  #readJson(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#report('is not valid JSON');
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#report('must be a JSON object');
      return;
    }
    const names = Object.keys(value);
    // Rows of one file nearly always have the same keys.
    if (this.#names === undefined || !sameNames(names, this.#names)) {
      this.#names = names;
      this.#meanings = meaningsOf(names, this.#options.columns);
    }
    this.#readRow(names, Object.values(value));
  }

  #readRow(names: readonly string[], values: readonly unknown[]): void {
    const row: Row = { inputTokens: -1, outputTokens: -1, ttftMs: -1, itlMs: -1, e2eMs: -1, arrivalMs: Number.NaN };
    const before = this.problems.length;
    this.#meanings.forEach((meaning, index) => {
      const value = values[index];
      if (meaning === undefined || value === '' || value === null) return;
      row[meaning.field] = this.#valueOf(meaning, names[index]!, value);
    });
    if (this.problems.length > before) return;
    if (row.outputTokens === 0) {
      this.#withoutOutput++;
      return;
    }
    for (const field of FIELDS) this.#columns[field].push(row[field]);
    this.#meanings.forEach((meaning, index) => {
      if (meaning === undefined || this.#given.has(meaning.field)) return;
      const value = row[meaning.field];
      if (value !== NOT_GIVEN && !Number.isNaN(value)) this.#given.set(meaning.field, names[index]!);
    });
    this.#rows++;
  }

  #valueOf({ field, factor }: ColumnMeaning, name: string, value: unknown): number {
    const number = numberOf(value);
    const scaled = number === undefined ? undefined : number * factor;
    if (field === 'arrivalMs') {
      const arrival = scaled ?? dateMs(value);
      if (arrival !== undefined && Math.abs(arrival) < Number.MAX_SAFE_INTEGER) return arrival;
      this.#report(`${shown(name)} must be a number or a date and time, not ${shown(value)}`);
      return NOT_GIVEN;
    }
    const isTokens = field === 'inputTokens' || field === 'outputTokens';
    const max = fieldMax[field];
    if (scaled === undefined || !(scaled >= 0 && scaled <= max) || (isTokens && !Number.isInteger(scaled))) {
      this.#report(
        `${shown(name)} must be ${isTokens ? 'a whole number' : 'a number'} from 0 to ${max / factor}, not ${shown(value)}`,
      );
      return NOT_GIVEN;
    }
    return rounded(scaled);
  }

  #report(message: string, line = this.#line): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ line: Math.max(1, line), message });
  }
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}

/** To a microsecond: what is finer only makes the data longer. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= CELL_CHARS_SHOWN_MAX ? text : `${text.slice(0, CELL_CHARS_SHOWN_MAX)}…`;
}
