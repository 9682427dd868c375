/**
 * What one acceptor counts. What comes with every request or chunk lies in rows of numbers (ModelCounts, BucketHistogram), what is rare in
 * prom-client's own counters. Snapshots of several acceptors add up (mergeSnapshots), so a scrape sees the node whichever process answers.
 *
 * Conservation: requests_started_total = requests_ended_total summed over its outcomes + active_requests, at any moment.
 */
import { Counter, Registry } from 'prom-client';
import { AcceptorGaugeMetrics, type AcceptorGauges } from './acceptor-gauges.js';
import { BucketHistogram, type LabelRows } from './bucket-histogram.js';
import {
  DURATION_BUCKETS_SECS,
  ITL_BUCKETS_SECS,
  LOOP_LAG_BUCKETS_SECS,
  QUEUE_WAIT_BUCKETS_SECS,
  SLIP_BUCKETS_SECS,
  TTFT_BUCKETS_SECS,
} from './buckets.js';
import { delayBucketOf } from './delay-histogram.js';
import { type DelayKind, type DelayRow, DelaySketches } from './delay-sketches.js';
import { GenAiMetrics } from './gen-ai-metrics.js';
import type { GenAiOperation } from './gen-ai-names.js';
import type { MetricsSnapshot } from './metric-family.js';
import { type AnswerStatus, ModelCounts } from './model-counts.js';
import { familiesOf, readCounter } from './prom-families.js';
import { familiesOfBooks, type RequestBooks, type RequestOutcome } from './request-books.js';

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

/** The label of requests that were about no model of the configuration: a client's text never becomes a label. */
const OTHER_MODEL = 'other';

export class AcceptorMetrics {
  readonly #registry = new Registry();
  readonly #gauges: AcceptorGaugeMetrics;
  #modelLabels: readonly string[];
  readonly #itl: BucketHistogram;
  /** Per chunk; one row. */
  readonly slip = new BucketHistogram(
    'llm_simulator_slip_seconds',
    'How much later than planned a chunk or reply was written',
    SLIP_BUCKETS_SECS,
  );
  /** Per request that waited for a place; one row. */
  readonly queueWait = new BucketHistogram(
    'llm_simulator_queue_wait_seconds',
    'How long requests that waited in the queue and got a place had waited; those that need not wait are not counted',
    QUEUE_WAIT_BUCKETS_SECS,
  );
  /** Per probe of the event loop; one row. */
  readonly loopLag = new BucketHistogram(
    'llm_simulator_event_loop_lag_seconds',
    'How long events had to wait for the main thread, probed every 20 ms',
    LOOP_LAG_BUCKETS_SECS,
  );
  readonly #ttft: BucketHistogram;
  readonly #tpot: BucketHistogram;
  readonly #duration = new BucketHistogram(
    'llm_simulator_request_duration_seconds',
    "Time from a request's arrival to the last byte of its answer",
    DURATION_BUCKETS_SECS,
  );
  readonly #models: ModelCounts;
  /** As OpenTelemetry names them. */
  readonly genAi: GenAiMetrics;
  readonly #errors: Counter<'type'>;
  readonly #books = { started: 0, finished: 0, aborted: 0, failed: 0 };
  readonly #rateLimited: Counter<'limit'>;
  readonly #faults: Counter<'kind'>;
  readonly #dropped: Counter;
  readonly #threadsLost: Counter;
  #chunkCount = 0;
  readonly #totals = { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0 };
  readonly #delays: { readonly [kind in DelayKind]: DelaySketches } = {
    ttft: new DelaySketches(),
    gap: new DelaySketches(),
    duration: new DelaySketches(),
  };

  /** @param operations of the endpoints, by index, as OpenTelemetry names them */
  constructor(
    modelNames: readonly string[],
    gauges: AcceptorGauges,
    operations: readonly (GenAiOperation | undefined)[] = [],
  ) {
    const registers = [this.#registry];
    this.#gauges = new AcceptorGaugeMetrics(gauges);
    this.#modelLabels = [...modelNames, OTHER_MODEL];
    const rows = byModel(this.#modelLabels);
    this.#models = new ModelCounts(this.#modelLabels);
    this.genAi = new GenAiMetrics(operations, modelNames);
    this.#ttft = new BucketHistogram(
      'llm_simulator_ttft_seconds',
      "Time from a stream request's arrival to its first chunk",
      TTFT_BUCKETS_SECS,
      rows,
    );
    this.#itl = new BucketHistogram(
      'llm_simulator_itl_seconds',
      'Gap between two chunks of a stream',
      ITL_BUCKETS_SECS,
      rows,
    );
    this.#tpot = new BucketHistogram(
      'llm_simulator_tpot_seconds',
      'Time per output token of a complete stream: from its first chunk to its end, by its tokens less one',
      ITL_BUCKETS_SECS,
      rows,
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
    this.#threadsLost = new Counter({
      name: 'llm_simulator_worker_threads_lost_total',
      help: 'Worker threads that crashed or hung and were replaced',
      registers,
    });
    readCounter(this.#registry, 'llm_simulator_chunks_total', 'Stream chunks written', () => this.#chunkCount);
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

  /** A stream is complete. @param tpotUs per token after the first */
  timePerToken(modelIndex: number, tpotUs: number): void {
    this.#tpot.observe(tpotUs, modelIndex);
  }

  /**
   * The request that was just counted has a trace.
   * @param ttftUs 0 where it is no stream, or no token of it went out
   * @param atSecs Unix seconds
   */
  traced(traceId: string, modelIndex: number, ttftUs: number, durationUs: number, atSecs: number): void {
    this.#duration.exemplify(durationUs, 0, traceId, atSecs);
    if (ttftUs > 0) this.#ttft.exemplify(ttftUs, modelIndex, traceId, atSecs);
  }

  /** @param modelNames by index: those from before, and further ones behind them */
  reconfigure({ modelNames }: { readonly modelNames: readonly string[] }): void {
    if (modelNames.length < this.#modelLabels.length) return;
    this.#modelLabels = [...modelNames, OTHER_MODEL];
    const { rows } = byModel(this.#modelLabels);
    for (const histogram of [this.#ttft, this.#itl, this.#tpot]) histogram.grow(rows);
    this.#models.grow(this.#modelLabels);
    this.genAi.reconfigure(modelNames);
  }

  chunkWritten(): void {
    this.#chunkCount++;
  }

  connectionDropped(): void {
    this.#dropped.inc();
  }

  threadLost(): void {
    this.#threadsLost.inc();
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

  /** A reply has ended that carried an injected fault. */
  fault(kind: string): void {
    this.#faults.inc({ kind });
  }

  /** @param type a status code or one of a few fixed words, never a client's text */
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

  async snapshot(): Promise<MetricsSnapshot> {
    const histograms = [this.#duration, this.#ttft, this.#itl, this.#tpot, this.slip, this.queueWait, this.loopLag];
    return [
      ...this.#models.families(),
      ...familiesOfBooks(this.#books),
      ...histograms.map((histogram) => histogram.family()),
      ...this.genAi.families(),
      ...(await this.#gauges.snapshot()),
      ...(await familiesOf(this.#registry)),
    ];
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

function byModel(labels: readonly string[]): LabelRows {
  return { names: ['model'], rows: labels.map((label) => [label]) };
}
