/**
 * What the node has counted: asks every acceptor for its figures, adds up what comes in time, and keeps what acceptors counted that are no
 * longer there, so that counters never go back when a process is replaced.
 *
 * Of one that has died the books are those that it told last: what was open then is lost, so that every request that was started has an end.
 * The rest of its figures are as of the last collection.
 */
import { mergeDelayRows } from '../telemetry/delay-sketches.js';
import { mergeSnapshots, withoutGauges } from '../telemetry/metric-family.js';
import type { AcceptorFigures } from '../telemetry/metrics.js';
import { type RequestBooks, settledFigures } from '../telemetry/request-books.js';
import type { ToAcceptor } from './messages.js';

/** An acceptor that does not answer in this time is busy or stopped: its last known figures stand in for it. */
const ANSWER_TIMEOUT_MS = 1_000;
/** Snapshots of acceptors that have left are kept one by one up to this number, and then added up into one. */
const RETIRED_MAX = 8;

export interface MetricsSource {
  /** Unique for the life of the primary. */
  readonly id: number;
  send(message: ToAcceptor): void;
}

interface Collection {
  readonly waiting: Set<number>;
  readonly finish: () => void;
}

export class MetricsAggregator {
  readonly #last = new Map<number, AcceptorFigures>();
  readonly #books = new Map<number, RequestBooks>();
  readonly #logLinesDropped = new Map<number, number>();
  #retiredLogLines = 0;
  #silent = 0;
  readonly #collections = new Map<number, Collection>();
  #retired: AcceptorFigures[] = [];
  #nextCollection = 1;

  /** What every source has counted, and those that have left. */
  async collect(sources: readonly MetricsSource[]): Promise<readonly AcceptorFigures[]> {
    if (sources.length > 0) await this.#ask(sources);
    else this.#silent = 0;
    return [...this.#retired, ...this.#last.values()];
  }

  /** An acceptor's figures have come: for a collection, or unasked when it leaves (collection 0). */
  receive(source: number, collection: number, figures: AcceptorFigures): void {
    this.#last.set(source, figures);
    this.#arrived(collection, source);
  }

  /** How an acceptor's books stand, and how many log lines it could not write. */
  receiveBooks(source: number, books: RequestBooks, logLinesDropped: number): void {
    this.#books.set(source, books);
    this.#logLinesDropped.set(source, logLinesDropped);
  }

  /** Log lines that acceptors could not write, those that have left included. */
  get logLinesDropped(): number {
    let lines = this.#retiredLogLines;
    for (const dropped of this.#logLinesDropped.values()) lines += dropped;
    return lines;
  }

  /** How many of those that were asked last did not answer. */
  get silent(): number {
    return this.#silent;
  }

  /** The acceptor is gone; what it counted stays, and what it had open is lost. */
  retire(source: number): void {
    const { delays, metrics } = this.#last.get(source) ?? { delays: [], metrics: [] };
    this.#last.delete(source);
    // In the same turn: a scrape that comes next must find these figures in one place or the other.
    this.#retired.push({ delays, metrics: settledFigures(withoutGauges(metrics), this.#books.get(source)) });
    this.#retiredLogLines += this.#logLinesDropped.get(source) ?? 0;
    this.#books.delete(source);
    this.#logLinesDropped.delete(source);
    for (const id of this.#collections.keys()) this.#arrived(id, source);
    if (this.#retired.length > RETIRED_MAX) this.#compact();
  }

  /** Forgets the delays of all that have answered so far or have left; those that live forget their own. */
  clearDelays(): void {
    this.#retired = this.#retired.map(({ metrics }) => ({ metrics, delays: [] }));
    for (const [source, { metrics }] of this.#last) this.#last.set(source, { metrics, delays: [] });
  }

  #compact(): void {
    const metrics = mergeSnapshots(this.#retired.map((figures) => figures.metrics));
    const delays = mergeDelayRows(this.#retired.flatMap((figures) => figures.delays));
    this.#retired = [{ metrics, delays }];
  }

  #ask(sources: readonly MetricsSource[]): Promise<void> {
    const id = this.#nextCollection++;
    return new Promise((resolve) => {
      const waiting = new Set(sources.map((source) => source.id));
      const finish = (): void => {
        clearTimeout(timer);
        this.#silent = waiting.size;
        this.#collections.delete(id);
        resolve();
      };
      const timer = setTimeout(finish, ANSWER_TIMEOUT_MS);
      this.#collections.set(id, { waiting, finish });
      for (const source of sources) source.send({ kind: 'collect', id });
    });
  }

  #arrived(collection: number, source: number): void {
    const open = this.#collections.get(collection);
    if (open === undefined) return;
    open.waiting.delete(source);
    if (open.waiting.size === 0) open.finish();
  }
}
