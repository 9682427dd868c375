/**
 * The node's metrics: asks every acceptor for its figures, adds up what comes in time, and keeps what acceptors counted that are no
 * longer there, so that counters never go back when a process is replaced.
 */
import { type MetricsSnapshot, mergeSnapshots, withoutGauges } from '../telemetry/metrics.js';
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
  readonly #last = new Map<number, MetricsSnapshot>();
  readonly #collections = new Map<number, Collection>();
  #retired: MetricsSnapshot[] = [];
  #compacting = false;
  #nextCollection = 1;

  /** What every source has counted, and those that have left. */
  async collect(sources: readonly MetricsSource[]): Promise<readonly MetricsSnapshot[]> {
    if (sources.length > 0) await this.#ask(sources);
    return [...this.#retired, ...this.#last.values()];
  }

  /** An acceptor's figures have come: for a collection, or unasked when it leaves (collection 0). */
  receive(source: number, collection: number, snapshot: MetricsSnapshot): void {
    this.#last.set(source, snapshot);
    this.#arrived(collection, source);
  }

  /** The acceptor is gone; what it counted stays. */
  retire(source: number): void {
    const snapshot = this.#last.get(source);
    this.#last.delete(source);
    // In the same turn: a scrape that comes next must find these figures in one place or the other.
    if (snapshot !== undefined) this.#retired.push(withoutGauges(snapshot));
    for (const id of this.#collections.keys()) this.#arrived(id, source);
    if (this.#retired.length > RETIRED_MAX && !this.#compacting) void this.#compact();
  }

  async #compact(): Promise<void> {
    this.#compacting = true;
    const count = this.#retired.length;
    const merged = await mergeSnapshots(this.#retired.slice(0, count));
    this.#retired.splice(0, count, merged);
    this.#compacting = false;
  }

  #ask(sources: readonly MetricsSource[]): Promise<void> {
    const id = this.#nextCollection++;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#collections.delete(id);
        resolve();
      };
      const timer = setTimeout(finish, ANSWER_TIMEOUT_MS);
      this.#collections.set(id, { waiting: new Set(sources.map((source) => source.id)), finish });
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
