/**
 * What requests come to, by model: answers by status, and tokens. Counted once per request in a row of numbers, without a label object or a
 * look-up by label; made into metrics when somebody scrapes.
 *
 *   row of a model  [ success | error | aborted | input tokens | output tokens | cached tokens ]
 *
 * Invariant: the last row is that of requests about no model of the configuration. What was never counted has no series.
 */
import { Counter, type Registry } from 'prom-client';

export const ANSWER_STATUSES = ['success', 'error', 'aborted'] as const;
export type AnswerStatus = (typeof ANSWER_STATUSES)[number];

const INPUT = ANSWER_STATUSES.length;
const OUTPUT = INPUT + 1;
const CACHED = INPUT + 2;
const COLUMNS = INPUT + 3;

export class ModelCounts {
  #labels: readonly string[];
  #counts: Float64Array;

  /** @param labels of the rows, the last one's included */
  constructor(labels: readonly string[], registers: Registry[]) {
    this.#labels = labels;
    this.#counts = new Float64Array(labels.length * COLUMNS);
    this.#createMetrics(registers);
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

  #at(model: number): number {
    return Math.min(model, this.#labels.length - 1) * COLUMNS;
  }

  #createMetrics(registers: Registry[]): void {
    const each = (count: (model: string, row: Float64Array) => void): void => this.#each(count);
    new Counter({
      name: 'llm_simulator_requests_total',
      help: 'Requests answered, by model and by status (success, error, aborted)',
      labelNames: ['model', 'status'],
      registers,
      collect() {
        this.reset();
        each((model, row) => {
          for (const [column, status] of ANSWER_STATUSES.entries())
            if (row[column] > 0) this.inc({ model, status }, row[column]);
        });
      },
    });
    new Counter({
      name: 'llm_simulator_tokens_total',
      help: 'Tokens of successful requests, by model and direction (input, output)',
      labelNames: ['model', 'direction'],
      registers,
      collect() {
        this.reset();
        each((model, row) => {
          if (row[INPUT] + row[OUTPUT] === 0) return;
          this.inc({ model, direction: 'input' }, row[INPUT]);
          this.inc({ model, direction: 'output' }, row[OUTPUT]);
        });
      },
    });
    new Counter({
      name: 'llm_simulator_cached_tokens_total',
      help: 'Input tokens of successful requests that a prompt cache had, by model',
      labelNames: ['model'],
      registers,
      collect() {
        this.reset();
        each((model, row) => {
          if (row[CACHED] > 0) this.inc({ model }, row[CACHED]);
        });
      },
    });
  }

  #each(count: (model: string, row: Float64Array) => void): void {
    for (const [index, model] of this.#labels.entries())
      count(model, this.#counts.subarray(index * COLUMNS, (index + 1) * COLUMNS));
  }
}
