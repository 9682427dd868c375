/**
 * What one acceptor counts. What comes with every request or chunk lies in rows of numbers (ModelCounts, BucketHistogram), what is rare in
 * prom-client's own counters. Snapshots of several acceptors add up (aggregateMetrics), so a scrape sees the node whichever process answers.
 *
 * Conservation: requests_started_total = requests_ended_total summed over its outcomes + active_requests, at any moment.
 */
import { AggregatorRegistry, Counter, Gauge, type Histogram, type MetricObject, Registry } from 'prom-client';
import { BucketHistogram } from './bucket-histogram.js';
import { delayBucketOf } from './delay-histogram.js';
import { type DelayKind, type DelayRow, DelaySketches } from './delay-sketches.js';
import { type AnswerStatus, ModelCounts } from './model-counts.js';
import {
  ENDED_METRIC,
  LOST,
  REQUEST_OUTCOMES,
  type RequestBooks,
  type RequestOutcome,
  STARTED_METRIC,
} from './request-books.js';

export type { RequestOutcome };

export type MetricsSnapshot = MetricObject[];

/** All that an acceptor has counted: its metrics, and its delays finer than metrics can be. */
export interface AcceptorFigures {
  readonly metrics: MetricsSnapshot;
  readonly delays: readonly DelayRow[];
}

/** What an acceptor has done since its start, for rates. */
export interface WorkTotals {
  /** Answered, be it with an error. */
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly chunks: number;
}

const DURATION_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];
const TTFT_BUCKETS_SECS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 10, 30];
const ITL_BUCKETS_SECS = [
  0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.5, 1, 2.5,
];
const SLIP_BUCKETS_SECS = [0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
const QUEUE_WAIT_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

const LOOP_LAG_BUCKETS_SECS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

/** The label of requests that were about no model of the configuration: a client's text never becomes a label. */
const OTHER_MODEL = 'other';

/** They differ while a reload is under way. */
const GENERATION_GAUGES = [
  { name: 'llm_simulator_config_generation', which: 'newest', aggregator: 'max' },
  { name: 'llm_simulator_config_generation_oldest', which: 'oldest', aggregator: 'min' },
] as const;

export interface AcceptorGauges {
  readonly activeRequests: () => number;
  /** Streams that have begun and not ended. */
  readonly activeStreams: () => number;
  /** For a place among those served. */
  readonly waitingRequests: () => number;
  /** With worker threads. */
  readonly renderingRequests: () => number;
  /** Whether there is pressure, as the acceptor sees it. */
  readonly backpressure: () => boolean;
  readonly connections: () => number;
  /** Of the configuration that new requests are served under. */
  readonly generation: () => number;
}

export class AcceptorMetrics {
  readonly #registry = new Registry();
  #modelLabels: readonly string[];
  readonly #itl: BucketHistogram;
  /** Per chunk; one row. */
  readonly slip: BucketHistogram;
  /** Per request that waited for a place; one row. */
  readonly queueWait: BucketHistogram;
  /** Per probe of the event loop; one row. */
  readonly loopLag: BucketHistogram;
  readonly #ttft: BucketHistogram;
  readonly #models: ModelCounts;
  readonly #errors: Counter<'type'>;
  readonly #duration: BucketHistogram;
  readonly #books = { started: 0, finished: 0, aborted: 0, failed: 0 };
  readonly #rateLimited: Counter<'limit'>;
  readonly #faults: Counter<'kind'>;
  readonly #dropped: Counter;
  readonly #chunks: Counter;
  #chunkCount = 0;
  readonly #totals = { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0 };
  readonly #delays: { readonly [kind in DelayKind]: DelaySketches } = {
    ttft: new DelaySketches(),
    gap: new DelaySketches(),
    duration: new DelaySketches(),
  };

  constructor(modelNames: readonly string[], gauges: AcceptorGauges, version: string) {
    const registers = [this.#registry];
    this.#modelLabels = [...modelNames, OTHER_MODEL];
    const byModel = { name: 'model', values: this.#modelLabels };
    this.#models = new ModelCounts(this.#modelLabels, registers);
    this.#duration = new BucketHistogram(
      'llm_simulator_request_duration_seconds',
      "Time from a request's arrival to the last byte of its answer",
      DURATION_BUCKETS_SECS,
    );
    this.#errors = new Counter({
      name: 'llm_simulator_errors_total',
      help: 'Requests answered with an error, by type (the HTTP status, or what cut or spoilt the answer)',
      labelNames: ['type'],
      registers,
    });
    this.#faults = new Counter({
      name: 'llm_simulator_faults_total',
      help: 'Replies that carried an injected fault, by kind',
      labelNames: ['kind'],
      registers,
    });
    gauge(
      'llm_simulator_active_requests',
      'Requests taken in and not yet ended, those that wait in the queue included',
      gauges.activeRequests,
      registers,
    );
    gauge(
      'llm_simulator_active_streams',
      'Streams whose head has gone out and which have not ended',
      gauges.activeStreams,
      registers,
    );
    gauge(
      'llm_simulator_queue_depth',
      'Requests that wait for a place because max_concurrent_requests are being served',
      gauges.waitingRequests,
      registers,
    );
    gauge(
      'llm_simulator_worker_queue_depth',
      'Requests that were handed to worker threads and have no plan yet',
      gauges.renderingRequests,
      registers,
    );
    gauge(
      'llm_simulator_backpressure',
      'Whether so many requests are being served that fewer are wanted: 0 or 1',
      () => (gauges.backpressure() ? 1 : 0),
      registers,
      'max',
    );
    gauge('llm_simulator_active_connections', 'Open client connections', gauges.connections, registers);
    for (const { name, which, aggregator } of GENERATION_GAUGES) {
      const help = `Generation of the configuration that new requests are served under; of several processes the ${which}`;
      gauge(name, help, gauges.generation, registers, aggregator);
    }
    countBooks(this.#books, registers);
    this.#rateLimited = new Counter({
      name: 'llm_simulator_rate_limited_total',
      help: 'Requests refused because a rate limit was reached, by the limit (its key in the configuration)',
      labelNames: ['limit'],
      registers,
    });
    this.#dropped = new Counter({
      name: 'llm_simulator_dropped_connections_total',
      help: 'Connections closed without an answer because far more were open than may be',
      registers,
    });
    this.#chunks = new Counter({
      name: 'llm_simulator_chunks_total',
      help: 'Stream chunks written',
      registers,
      collect: () => {
        this.#chunks.reset();
        this.#chunks.inc(this.#chunkCount);
      },
    });
    this.#ttft = new BucketHistogram(
      'llm_simulator_ttft_seconds',
      "Time from a stream request's arrival to its first chunk",
      TTFT_BUCKETS_SECS,
      byModel,
    );
    this.#itl = new BucketHistogram(
      'llm_simulator_itl_seconds',
      'Gap between two chunks of a stream',
      ITL_BUCKETS_SECS,
      byModel,
    );
    this.slip = new BucketHistogram(
      'llm_simulator_slip_seconds',
      'How much later than planned a chunk or reply was written',
      SLIP_BUCKETS_SECS,
    );
    this.queueWait = new BucketHistogram(
      'llm_simulator_queue_wait_seconds',
      'How long requests that waited in the queue and got a place had waited; those that need not wait are not counted',
      QUEUE_WAIT_BUCKETS_SECS,
    );
    this.loopLag = new BucketHistogram(
      'llm_simulator_event_loop_lag_seconds',
      'How long events had to wait for the main thread, probed every 20 ms',
      LOOP_LAG_BUCKETS_SECS,
    );
    for (const histogram of [this.#duration, this.#ttft, this.#itl, this.slip, this.queueWait, this.loopLag])
      this.#registry.registerMetric(histogram as unknown as Histogram);
    new Gauge({
      name: 'llm_simulator_build_info',
      help: 'Always 1',
      labelNames: ['version'],
      aggregator: 'max',
      registers,
    }).set({ version }, 1);
  }

  /** A stream's first token went out so long after its request came. */
  firstToken(modelIndex: number, delayUs: number): void {
    const bucket = delayBucketOf(delayUs);
    this.#ttft.observe(delayUs, modelIndex, bucket);
    this.#delays.ttft.observe(delayUs, modelIndex, bucket);
  }

  /** Between two tokens of a stream. */
  gap(modelIndex: number, delayUs: number): void {
    const bucket = delayBucketOf(delayUs);
    this.#itl.observe(delayUs, modelIndex, bucket);
    this.#delays.gap.observe(delayUs, modelIndex, bucket);
  }

  /** @param modelNames by index: those from before, and further ones behind them */
  reconfigure({ modelNames }: { readonly modelNames: readonly string[] }): void {
    if (modelNames.length < this.#modelLabels.length) return;
    this.#modelLabels = [...modelNames, OTHER_MODEL];
    this.#ttft.grow(this.#modelLabels);
    this.#itl.grow(this.#modelLabels);
    this.#models.grow(this.#modelLabels);
  }

  chunkWritten(): void {
    this.#chunkCount++;
  }

  connectionDropped(): void {
    this.#dropped.inc();
  }

  requestStarted(): void {
    this.#books.started++;
  }

  /** @param modelIndex the model's index, or anything beyond the table for "other" */
  requestAnswered(modelIndex: number, status: AnswerStatus, durationUs: number): void {
    this.#models.answered(modelIndex, status);
    this.#duration.observe(durationUs, 0);
    if (status === 'success') this.#delays.duration.observe(durationUs, modelIndex);
    this.#totals.requests++;
    if (status === 'error') this.#totals.errors++;
  }

  requestEnded(outcome: RequestOutcome): void {
    this.#books[outcome]++;
  }

  tokens(modelIndex: number, input: number, output: number): void {
    this.#models.tokens(modelIndex, input, output);
    this.#totals.inputTokens += input;
    this.#totals.outputTokens += output;
  }

  /** Those of the input tokens that needed no prefill. */
  cachedTokens(modelIndex: number, tokens: number): void {
    this.#models.cachedTokens(modelIndex, tokens);
  }

  /** @param limit the key of one of the configuration's limits */
  rateLimited(limit: string): void {
    this.#rateLimited.inc({ limit });
  }

  /** @param type a status code or one of a few fixed words, never a client's text */
  /** A reply has ended that carried an injected fault. */
  fault(kind: string): void {
    this.#faults.inc({ kind });
  }

  error(type: string): void {
    this.#errors.inc({ type });
  }

  /** As they stand. */
  get books(): RequestBooks {
    return this.#books;
  }

  get totals(): WorkTotals {
    return { ...this.#totals, chunks: this.#chunkCount };
  }

  /** Forgets the delays, of which the metrics keep their coarser count. */
  clearDelays(): void {
    for (const sketches of Object.values(this.#delays)) sketches.clear();
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON() as unknown as Promise<MetricsSnapshot>;
  }

  async figures(): Promise<AcceptorFigures> {
    const delays = Object.entries(this.#delays).flatMap(([kind, sketches]) =>
      sketches.read(kind as DelayKind, (index) => this.#modelLabel(index)),
    );
    return { metrics: await this.snapshot(), delays };
  }

  #modelLabel(index: number): string {
    return this.#modelLabels[Math.min(index, this.#modelLabels.length - 1)];
  }
}

function countBooks(books: RequestBooks, registers: Registry[]): void {
  new Counter({
    ...STARTED_METRIC,
    registers,
    collect() {
      this.reset();
      this.inc(books.started);
    },
  });
  new Counter({
    ...ENDED_METRIC,
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const outcome of REQUEST_OUTCOMES) this.inc({ outcome }, books[outcome]);
      this.inc({ outcome: LOST }, 0);
    },
  });
}

/** The content type of renderMetrics' text. */
export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The snapshots added up, in Prometheus' text format. */
export function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate(snapshots as MetricsSnapshot[]).metrics();
}

function gauge(
  name: string,
  help: string,
  read: () => number,
  registers: Registry[],
  aggregator: 'sum' | 'max' | 'min' = 'sum',
): void {
  new Gauge({
    name,
    help,
    aggregator,
    registers,
    collect() {
      this.set(read());
    },
  });
}

/** Several snapshots as one. */
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  return AggregatorRegistry.aggregate(
    snapshots as MetricsSnapshot[],
  ).getMetricsAsJSON() as unknown as Promise<MetricsSnapshot>;
}

/** What stays true after the process that counted it is gone. */
export function withoutGauges(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter((metric) => String(metric.type) !== 'gauge');
}
