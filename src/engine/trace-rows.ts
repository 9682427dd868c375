/**
 * Which row of a model's trace a request gets: a pure function of the request, so that every thread, process and replica gives it the same
 * one. There is no order of requests to follow the rows in: it differs from replica to replica.
 *
 *   random    any row, each as likely: the lengths and delays of many requests are distributed as the file's, whatever their prompts
 *   nearest   of the rows whose prompt is nearest in tokens to the request's, any: who sends the prompts of the trace gets its replies
 */
import type { RandomSource } from '../kernel/random-source.js';
import { NOT_GIVEN, type TraceField } from '../latency/traces/trace.js';

/** A trace as it stands in a snapshot. */
export interface RecordedRows {
  readonly rows: number;
  readonly columns: { readonly [field in TraceField]?: readonly number[] };
}

/** What the row says; undefined where it does not. */
export interface TraceRow {
  readonly outputTokens: number | undefined;
  readonly ttftMs: number | undefined;
  readonly itlMs: number | undefined;
  readonly e2eMs: number | undefined;
}

export class TraceRows {
  readonly #trace: RecordedRows;
  /** The rows in the order of their prompts, and the tokens of these; undefined where any row will do. */
  readonly #byPrompt: { readonly rows: Uint32Array; readonly tokens: Float64Array } | undefined;

  constructor(trace: RecordedRows, row: 'random' | 'nearest') {
    this.#trace = trace;
    const { inputTokens } = trace.columns;
    if (row === 'random' || inputTokens === undefined) return;
    const rows = Uint32Array.from(inputTokens.keys()).filter((index) => inputTokens[index] !== NOT_GIVEN);
    rows.sort((left, right) => inputTokens[left]! - inputTokens[right]! || left - right);
    this.#byPrompt = { rows, tokens: Float64Array.from(rows, (index) => inputTokens[index]!) };
  }

  /** Takes one number of the request's stream. */
  rowFor(promptTokens: number, random: RandomSource): TraceRow {
    const unit = random.nextUnit();
    const index =
      this.#byPrompt === undefined ? Math.floor(unit * this.#trace.rows) : this.#nearest(promptTokens, unit);
    const { outputTokens, ttftMs, itlMs, e2eMs } = this.#trace.columns;
    return {
      outputTokens: given(outputTokens, index),
      ttftMs: given(ttftMs, index),
      itlMs: given(itlMs, index),
      e2eMs: given(e2eMs, index),
    };
  }

  #nearest(promptTokens: number, unit: number): number {
    const { rows, tokens } = this.#byPrompt!;
    const above = firstFrom(tokens, promptTokens);
    const near = Math.min(
      promptTokens - (tokens[above - 1] ?? Number.NEGATIVE_INFINITY),
      (tokens[above] ?? Number.POSITIVE_INFINITY) - promptTokens,
    );
    // The prompts that are so far below, and those so far above.
    const below = [firstFrom(tokens, promptTokens - near), firstFrom(tokens, promptTokens - near + 1)] as const;
    const beyond = [firstFrom(tokens, promptTokens + near), firstFrom(tokens, promptTokens + near + 1)] as const;
    const countBelow = near === 0 ? 0 : below[1] - below[0];
    const place = Math.floor(unit * (countBelow + beyond[1] - beyond[0]));
    return rows[place < countBelow ? below[0] + place : beyond[0] + place - countBelow]!;
  }
}

/** The place of the first value that is not below the bound, in values that rise. */
function firstFrom(values: Float64Array, bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function given(column: readonly number[] | undefined, index: number): number | undefined {
  const value = column?.[index];
  return value === NOT_GIVEN ? undefined : value;
}
