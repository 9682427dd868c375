/** How near a distribution comes to the percentiles that it is given by. */
import { quantileMs } from './contract.js';
import { type FamilyParameters, familyOf } from './families.js';
import { type PercentileParameters, percentilesOf } from './percentiles.js';

export interface PercentileFit {
  /** The parameter's name. */
  readonly key: string;
  readonly wantedMs: number;
  /** The percentile of the draws, truncation included. */
  readonly drawnMs: number;
}

/** One entry per percentile among the parameters, which passed the schema and distributionProblems(). */
export function percentileFits(parameters: FamilyParameters): PercentileFit[] {
  const given = percentilesOf(parameters as PercentileParameters);
  if (given.length === 0) return [];
  const distribution = familyOf(parameters).create(parameters as never);
  return given.map(({ key, ms, p, q }) => ({ key, wantedMs: ms, drawnMs: quantileMs(distribution, p, q) }));
}
