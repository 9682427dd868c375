/**
 * What a recorded trace says to a load generator: when requests arrived, and how long their prompts and answers were, in the order of their
 * arrival. Rows without an arrival time are left out; lengths that a row does not give stay NOT_GIVEN and are drawn.
 */
import { NOT_GIVEN, type Trace } from '../../latency/traces/trace.js';

export interface RecordedArrivals {
  /** Ascending, the first at 0. */
  readonly arrivalsMs: readonly number[];
  /** By arrival; absent where the trace has no such column. */
  readonly inputTokens?: readonly number[];
  readonly outputTokens?: readonly number[];
}

/** The trace's rows by their arrival; without any where the trace has no arrival times. Equal times keep the file's order. */
export function recordedArrivals({ rows, columns }: Trace): RecordedArrivals {
  const { arrivalMs = [], inputTokens, outputTokens } = columns;
  const order = Array.from({ length: rows }, (_, row) => row).filter((row) => isGiven(arrivalMs[row]));
  order.sort((left, right) => arrivalMs[left]! - arrivalMs[right]!);
  const first = order.length === 0 ? 0 : arrivalMs[order[0]!]!;
  return {
    arrivalsMs: order.map((row) => arrivalMs[row]! - first),
    ...(inputTokens === undefined ? {} : { inputTokens: order.map((row) => inputTokens[row]!) }),
    ...(outputTokens === undefined ? {} : { outputTokens: order.map((row) => outputTokens[row]!) }),
  };
}

function isGiven(value: number | undefined): boolean {
  return value !== undefined && value !== NOT_GIVEN;
}
