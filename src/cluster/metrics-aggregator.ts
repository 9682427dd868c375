/**
 * The node's metrics: asks every acceptor for its figures, adds up what comes in time, and keeps what acceptors counted that are no
 * longer there, so that counters never go back when a process is replaced.
 */
import { type MetricsSnapshot, mergeSnapshots, renderMetrics, withoutGauges } from '../telemetry/metrics.js';
import type { ToAcceptor } from './messages.js';

/** An acceptor that does not answer in this time is busy or stopped: its last known figures stand in for it. */
const ANSWER_TIMEOUT_MS = 1_000;

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
  #retired: MetricsSnapshot = [];
  #nextCollection = 1;

  /** Prometheus text over all sources, including those that have left. */
  async collect(sources: readonly MetricsSource[]): Promise<string> {
    if (sources.length > 0) await this.#ask(sources);
    return renderMetrics([this.#retired, ...this.#last.values()]);
  }

  /** An acceptor's figures have come: for a collection, or unasked when it leaves (collection 0). */
  receive(source: number, collection: number, snapshot: MetricsSnapshot): void {
    this.#last.set(source, snapshot);
    this.#arrived(collection, source);
  }

  /** The acceptor is gone; what it counted stays. */
  async retire(source: number): Promise<void> {
    const snapshot = this.#last.get(source);
    this.#last.delete(source);
    for (const id of this.#collections.keys()) this.#arrived(id, source);
    if (snapshot !== undefined) this.#retired = await mergeSnapshots([this.#retired, withoutGauges(snapshot)]);
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
