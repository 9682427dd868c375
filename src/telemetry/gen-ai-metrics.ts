/**
 * The three metrics that OpenTelemetry's semantic conventions have for servers of generative models, in their Prometheus spelling:
 * gen_ai.server.request.duration, gen_ai.server.time_to_first_token and gen_ai.server.time_per_output_token, each in seconds.
 *
 * Invariants: labels hold names of the configuration and of a few fixed lists only; of combinations there are at most ROWS_MAX for each
 * metric, and what comes beyond counts in one row of its own, so that sums stay true.
 */
import { BucketHistogram } from './bucket-histogram.js';
import { GEN_AI_DURATION_BUCKETS_SECS, GEN_AI_TPOT_BUCKETS_SECS, GEN_AI_TTFT_BUCKETS_SECS } from './buckets.js';
import type { GenAiOperation } from './gen-ai-names.js';
import type { MetricFamily } from './metric-family.js';

/** A hundred models with a few operations and kinds of errors each; a scrape of all of them has some 30,000 lines. */
const ROWS_MAX = 2_000;
const OTHER = 'other';
const OVERFLOW_ROW = 0;
/** As many as a plan can tell apart, the last of which stands for none. */
const MODELS_MAX = 0x10000;

const LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'];
const LABELS_WITH_ERROR = [...LABELS, 'error_type'];

/** Rows of histograms by what they count, made with the first request that needs them. */
class Rows {
  readonly #numbers = new Map<number | string, number>();
  readonly #histograms: readonly BucketHistogram[];

  constructor(histograms: readonly BucketHistogram[]) {
    this.#histograms = histograms;
  }

  get(key: number | string): number | undefined {
    return this.#numbers.get(key);
  }

  add(key: number | string, labels: readonly string[]): number {
    if (this.#numbers.size >= ROWS_MAX) return OVERFLOW_ROW;
    let row = OVERFLOW_ROW;
    for (const histogram of this.#histograms) row = histogram.append(labels);
    this.#numbers.set(key, row);
    return row;
  }
}

export class GenAiMetrics {
  readonly #operations: readonly (GenAiOperation | undefined)[];
  /** By index of the endpoint: the first of those with the same labels. */
  readonly #groups: readonly number[];
  #modelNames: readonly string[];
  readonly #duration = new BucketHistogram(
    'gen_ai_server_request_duration_seconds',
    'Time from the arrival of a request about a model to the last byte of its answer; without error_type: successful ones',
    GEN_AI_DURATION_BUCKETS_SECS,
    { names: LABELS_WITH_ERROR, rows: [[OTHER, OTHER, OTHER, OTHER]] },
  );
  readonly #ttft = new BucketHistogram(
    'gen_ai_server_time_to_first_token_seconds',
    'Time from the arrival of a stream request to its first token, of successful ones',
    GEN_AI_TTFT_BUCKETS_SECS,
    { names: LABELS, rows: [[OTHER, OTHER, OTHER]] },
  );
  readonly #tpot = new BucketHistogram(
    'gen_ai_server_time_per_output_token_seconds',
    'Time per output token after the first, of successful streams with two tokens or more',
    GEN_AI_TPOT_BUCKETS_SECS,
    { names: LABELS, rows: [[OTHER, OTHER, OTHER]] },
  );
  readonly #answers = new Rows([this.#duration]);
  readonly #streams = new Rows([this.#ttft, this.#tpot]);

  /**
   * @param operations by index of the endpoint; undefined for those that are not counted
   * @param modelNames by index of the model
   */
  constructor(operations: readonly (GenAiOperation | undefined)[], modelNames: readonly string[]) {
    this.#operations = operations;
    this.#groups = operations.map((own) => operations.findIndex((other) => isSame(own, other)));
    this.#modelNames = modelNames;
  }

  /** @param modelNames by index: those from before, and further ones behind them */
  reconfigure(modelNames: readonly string[]): void {
    this.#modelNames = modelNames;
  }

  /** @param model its index, or anything beyond for one that is not configured @param error one of a few fixed words; empty for a success */
  answered(endpoint: number, model: number, error: string, durationUs: number): void {
    if (this.#operations[endpoint] === undefined) return;
    const place = this.#keyOf(endpoint, model);
    const key = error === '' ? place : `${place} ${error}`;
    const row = this.#answers.get(key) ?? this.#answers.add(key, [...this.#labelsOf(endpoint, model), error]);
    this.#duration.observe(durationUs, row);
  }

  /** A successful stream. @param tpotUs -1 where it had no token after the first */
  streamed(endpoint: number, model: number, ttftUs: number, tpotUs: number): void {
    if (this.#operations[endpoint] === undefined) return;
    const key = this.#keyOf(endpoint, model);
    const row = this.#streams.get(key) ?? this.#streams.add(key, this.#labelsOf(endpoint, model));
    this.#ttft.observe(ttftUs, row);
    if (tpotUs >= 0) this.#tpot.observe(tpotUs, row);
  }

  families(): MetricFamily[] {
    return [this.#duration.family(), this.#ttft.family(), this.#tpot.family()];
  }

  #keyOf(endpoint: number, model: number): number {
    return this.#groups[endpoint] * MODELS_MAX + (model < this.#modelNames.length ? model : MODELS_MAX - 1);
  }

  #labelsOf(endpoint: number, model: number): string[] {
    const { operation, provider } = this.#operations[endpoint] as GenAiOperation;
    return [operation, provider, this.#modelNames[model] ?? OTHER];
  }
}

function isSame(left: GenAiOperation | undefined, right: GenAiOperation | undefined): boolean {
  return left?.operation === right?.operation && left?.provider === right?.provider;
}
