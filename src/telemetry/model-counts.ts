/**
 * What requests come to, by model: answers by status, and tokens. Counted once per request in a row of numbers, without a label object or a
 * look-up by label; made into metrics when somebody scrapes.
 *
 *   row of a model  [ success | error | aborted | input tokens | output tokens | cached tokens ]
 *
 * Invariant: the last row is that of requests about no model of the configuration. What was never counted has no series.
 */
import type { MetricFamily } from './metric-family.js';

export const ANSWER_STATUSES = ['success', 'error', 'aborted'] as const;
export type AnswerStatus = (typeof ANSWER_STATUSES)[number];

const INPUT = ANSWER_STATUSES.length;
const OUTPUT = INPUT + 1;
const CACHED = INPUT + 2;
const COLUMNS = INPUT + 3;

/** A metric's samples of one model: the label's value besides the model, and the column. */
type Samples = readonly (readonly [value: string | undefined, column: number])[];

const STATUS_SAMPLES: Samples = ANSWER_STATUSES.map((status, column) => [status, column]);
const TOKEN_SAMPLES: Samples = [
  ['input', INPUT],
  ['output', OUTPUT],
];
const CACHED_SAMPLES: Samples = [[undefined, CACHED]];

export class ModelCounts {
  #labels: readonly string[];
  #counts: Float64Array;

  /** @param labels of the rows, the last one's included */
  constructor(labels: readonly string[]) {
    this.#labels = labels;
    this.#counts = new Float64Array(labels.length * COLUMNS);
  }

  /** Puts further rows before the last, which keeps what it has counted. @param labels the earlier ones in their places but for the last */
  grow(labels: readonly string[]): void {
    const last = (this.#labels.length - 1) * COLUMNS;
    const counts = new Float64Array(labels.length * COLUMNS);
    counts.set(this.#counts.subarray(0, last));
    counts.set(this.#counts.subarray(last), (labels.length - 1) * COLUMNS);
    this.#labels = labels;
    this.#counts = counts;
  }

  /** @param model a row; one beyond the last counts there */
  answered(model: number, status: AnswerStatus): void {
    this.#counts[this.#at(model) + ANSWER_STATUSES.indexOf(status)]++;
  }

  tokens(model: number, input: number, output: number): void {
    const at = this.#at(model);
    this.#counts[at + INPUT] += input;
    this.#counts[at + OUTPUT] += output;
  }

  /** Those of the input tokens that needed no prefill. */
  cachedTokens(model: number, tokens: number): void {
    this.#counts[this.#at(model) + CACHED] += tokens;
  }

  families(): MetricFamily[] {
    return [
      this.#family(
        'llm_simulator_requests_total',
        'Requests answered, by model and by status (success, error, aborted)',
        'status',
        STATUS_SAMPLES,
      ),
      this.#family(
        'llm_simulator_tokens_total',
        'Tokens of successful requests, by model and direction (input, output)',
        'direction',
        TOKEN_SAMPLES,
      ),
      this.#family(
        'llm_simulator_cached_tokens_total',
        'Input tokens of successful requests that a prompt cache had, by model',
        undefined,
        CACHED_SAMPLES,
      ),
    ];
  }

  #at(model: number): number {
    return Math.min(model, this.#labels.length - 1) * COLUMNS;
  }

  #family(name: string, help: string, label: string | undefined, samples: Samples): MetricFamily {
    const rows: (readonly string[])[] = [];
    const numbers: number[] = [];
    for (const [index, model] of this.#labels.entries()) {
      for (const [value, column] of samples) {
        const count = this.#counts[index * COLUMNS + column];
        if (count === 0) continue;
        rows.push(value === undefined ? [model] : [model, value]);
        numbers.push(count);
      }
    }
    const labels = label === undefined ? ['model'] : ['model', label];
    return { name, help, type: 'counter', merge: 'sum', labels, rows, numbers: Float64Array.from(numbers) };
  }
}
