/**
 * The journal of one acceptor: what was planned for its last requests, and what happened to them. An entry is gathered in its slot's row
 * while the request is served, and moves to the ring when its books are closed; a request that got no slot is written at once.
 *
 *   opened ──▶ planned ──▶ closed ──▶ ring of the last `capacity` entries, which are numbered from 1
 *   refused ──────────────────────▶
 *
 * Invariants: every request that the metrics count as answered is written exactly once, in the same turn; nothing is allocated per request
 * but what record_bodies asks for; what client and model said is kept only then.
 */
import { REQUEST_KEY_HEADER } from '../../engine/request-headers.js';
import type { Provider } from '../../providers/contract.js';
import { endpoints, providers } from '../../providers/registry.js';
import { NO_MODEL } from '../../runtime/plan-layout.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { Exchange } from '../transport/contract.js';
import { BodyRecorder } from './body-recorder.js';
import {
  type JournalOutcome,
  type JournalResult,
  JournalRows,
  NO_INDEX,
  OUTCOMES,
  RESULTS,
  ROW,
  ROW_NUMBERS,
  ROW_TEXTS,
  TEXT,
} from './journal-row.js';
import { writePlanFacts } from './plan-facts.js';
import { NO_RETRY_AFTER, retryAfterMsIn } from './retry-after.js';

export interface JournalOptions {
  /** Entries kept. */
  readonly capacity: number;
  /** Of requests and replies, how much is kept; undefined where nothing is. */
  readonly bodyBytesMax: number | undefined;
  readonly table: StreamTable<Exchange>;
  /** From the clock's time to µs since the node's start. */
  readonly nodeTimeOffsetUs: number;
  /** Unix ms. */
  readonly wallMs: () => number;
}

/** What the books say of a request when they are closed. */
export interface JournalEnd {
  readonly status: number;
  readonly outcome: Exclude<JournalOutcome, 'refused'>;
  readonly result: JournalResult;
  /** A fixed word for why; empty for none. */
  readonly cause: string;
  /** Its type among the errors; empty for none. */
  readonly error: string;
  /** Number of the kind of fault, from 1; 0 for none. */
  readonly fault: number;
  /** 0 where nothing of the content went out. */
  readonly firstByteUs: number;
  /** Of the duration, what the request waited for a place. */
  readonly waitedUs: number;
  readonly durationUs: number;
}

export interface JournalRefusal {
  readonly provider: Provider;
  readonly status: number;
  readonly cause: string;
  /** Of the answer. */
  readonly bytes: number;
  /** Of the answer, as [name, value, …]. */
  readonly headers: readonly string[];
  /** On the acceptor's clock. */
  readonly nowUs: number;
}

export interface JournalCounts {
  /** Number of the newest entry; 0 before the first. */
  readonly newest: number;
  readonly kept: number;
  /** Since the start, or since the journal was cleared. */
  readonly recorded: number;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #pending: JournalRows;
  readonly #bodies: BodyRecorder | undefined;
  /** The last entries: the one with number n in row (n - 1) % capacity. */
  readonly ring: JournalRows;
  /** Made once, because a request's worth of closures would cost more than all the rest. */
  readonly #asking = {
    header: (name: string) => this.#asked?.header(name),
    query: (name: string) => queryOf(this.#asked, name),
  };
  #asked: Exchange | undefined;
  #newest = 0;
  #clearedAt = 0;

  constructor(options: JournalOptions) {
    const { bodyBytesMax, capacity, table } = options;
    this.#options = options;
    this.#pending = new JournalRows(table.capacity);
    this.ring = new JournalRows(capacity);
    if (bodyBytesMax !== undefined) this.#bodies = new BodyRecorder(table.capacity, capacity, bodyBytesMax);
  }

  /** A request got the slot. Asks for its headers, which an exchange has only before its answer. */
  opened(slot: number, exchange: Exchange, endpoint: number): void {
    const { nodeTimeOffsetUs, table } = this.#options;
    this.#begin(this.#pending, slot, exchange, table.startUs[slot] + nodeTimeOffsetUs);
    const { provider } = endpoints[endpoint];
    this.#pending.numbers[slot * ROW_NUMBERS + ROW.endpoint] = endpoint;
    this.#who(this.#pending, slot, exchange, provider);
    this.#bodies?.request(slot, exchange.body);
  }

  /** A worker's plan has come for the slot, which may still be refused; it may come again. */
  planned(slot: number, plan: Uint8Array): void {
    writePlanFacts(plan, this.#pending, slot);
  }

  /** A limit of the provider's, by its name, has refused the slot's request. */
  limited(slot: number, limit: string): void {
    this.#pending.texts[slot * ROW_TEXTS + TEXT.limit] = limit;
  }

  /** The slot's request is answered with an error that no plan holds. @param headers of the answer, as [name, value, …] */
  answered(slot: number, headers: readonly string[]): void {
    this.#pending.numbers[slot * ROW_NUMBERS + ROW.retryAfterMs] = retryAfterMsIn(headers);
  }

  /** The slot's books are closed; its plan and its exchange are still in the table. */
  closed(slot: number, end: JournalEnd): void {
    const { table } = this.#options;
    const row = this.#nextRow();
    this.#bodies?.close(slot, row, table.plans.of(slot), table.exchange[slot]?.sentBytes ?? 0);
    this.ring.move(this.#pending, slot, row);
    const { numbers, texts } = this.ring;
    const base = row * ROW_NUMBERS;
    numbers[base + ROW.model] = table.modelIndex[slot];
    numbers[base + ROW.status] = end.status;
    numbers[base + ROW.outcome] = OUTCOMES.indexOf(end.outcome);
    numbers[base + ROW.result] = RESULTS.indexOf(end.result);
    numbers[base + ROW.firstByteUs] = end.firstByteUs === 0 ? -1 : end.firstByteUs - table.startUs[slot] + end.waitedUs;
    numbers[base + ROW.waitedUs] = end.waitedUs;
    numbers[base + ROW.durationUs] = end.durationUs;
    numbers[base + ROW.chunks] = table.chunksWritten[slot];
    numbers[base + ROW.bytes] = table.exchange[slot]?.sentBytes ?? 0;
    numbers[base + ROW.slipMaxUs] = table.slipMaxUs[slot];
    numbers[base + ROW.fault] = end.fault;
    texts[row * ROW_TEXTS + TEXT.cause] = end.cause;
    texts[row * ROW_TEXTS + TEXT.error] = end.error;
  }

  /** A request got no slot and is about to be answered with an error. */
  refused(exchange: Exchange, { bytes, cause, headers, nowUs, provider, status }: JournalRefusal): void {
    const row = this.#nextRow();
    const { numbers, texts } = this.ring;
    this.#begin(this.ring, row, exchange, nowUs + this.#options.nodeTimeOffsetUs);
    this.#who(this.ring, row, exchange, provider);
    this.#bodies?.refuse(row, exchange.body);
    const base = row * ROW_NUMBERS;
    numbers[base + ROW.endpoint] = NO_INDEX;
    numbers[base + ROW.model] = NO_MODEL;
    numbers[base + ROW.status] = status;
    numbers[base + ROW.outcome] = OUTCOMES.indexOf('refused');
    numbers[base + ROW.result] = RESULTS.indexOf('error');
    numbers[base + ROW.firstByteUs] = -1;
    numbers[base + ROW.bytes] = exchange.method === 'HEAD' ? 0 : bytes;
    numbers[base + ROW.retryAfterMs] = retryAfterMsIn(headers);
    texts[row * ROW_TEXTS + TEXT.cause] = cause;
    texts[row * ROW_TEXTS + TEXT.error] = String(status);
    texts[row * ROW_TEXTS + TEXT.target] = `${exchange.method} ${exchange.path}`;
  }

  get counts(): JournalCounts {
    const recorded = this.#newest - this.#clearedAt;
    return { newest: this.#newest, kept: Math.min(recorded, this.#options.capacity), recorded };
  }

  /** The row of an entry that is kept. */
  rowOf(sequence: number): number {
    return (sequence - 1) % this.#options.capacity;
  }

  bodiesOf(sequence: number): { readonly request: string; readonly reply: string } | undefined {
    return this.#bodies?.read(this.rowOf(sequence));
  }

  /** Forgets all entries; numbers go on. @returns how many there were */
  clear(): number {
    const { kept } = this.counts;
    this.#clearedAt = this.#newest;
    this.ring.texts.fill(undefined);
    this.#bodies?.clear();
    return kept;
  }

  #nextRow(): number {
    this.#newest++;
    return this.rowOf(this.#newest);
  }

  #begin(rows: JournalRows, row: number, exchange: Exchange, atUs: number): void {
    const { numbers, texts } = rows;
    const base = row * ROW_NUMBERS;
    numbers.fill(0, base, base + ROW_NUMBERS);
    numbers[base + ROW.wallMs] = this.#options.wallMs();
    numbers[base + ROW.atUs] = atUs;
    numbers[base + ROW.connection] = exchange.connectionNumber;
    numbers[base + ROW.planKind] = NO_INDEX;
    numbers[base + ROW.retryAfterMs] = NO_RETRY_AFTER;
    const first = row * ROW_TEXTS;
    texts.fill(undefined, first, first + ROW_TEXTS);
  }

  #who({ numbers, texts }: JournalRows, row: number, exchange: Exchange, provider: Provider): void {
    numbers[row * ROW_NUMBERS + ROW.provider] = providers.indexOf(provider);
    const first = row * ROW_TEXTS;
    texts[first + TEXT.requestId] = exchange.header(REQUEST_KEY_HEADER);
    texts[first + TEXT.userAgent] = exchange.header('user-agent');
    texts[first + TEXT.retryCount] = exchange.header('x-stainless-retry-count');
    this.#asked = exchange;
    texts[first + TEXT.apiKey] = provider.apiKeyOf(this.#asking);
    this.#asked = undefined;
  }
}

function queryOf(exchange: Exchange | undefined, name: string): string | undefined {
  if (exchange === undefined || exchange.query === '') return undefined;
  return new URLSearchParams(exchange.query).get(name) ?? undefined;
}
