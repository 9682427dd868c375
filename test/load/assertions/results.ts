/** Results of runs that are counted from records, for assertions to be judged by. */
import type { RequestRecord } from '../../../src/load/contract.js';
import { createMeasures, type MeasuredFigures } from '../../../src/load/measures/measures.js';
import { type MeasuredPlan, measuredPlan } from '../measures/records.js';

export function resultOf(
  records: readonly RequestRecord[],
  plan: Partial<MeasuredPlan> = {},
  notSent = 0,
): MeasuredFigures {
  const measures = createMeasures(measuredPlan(plan));
  for (const record of records) measures.record(record);
  measures.tick({ elapsedSecs: 10, started: 0, finished: 0, inFlight: 0, notSent, loopDelayP99Us: 0 });
  return measures.figures();
}
