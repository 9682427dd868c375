/** What a distribution says about its parameters, as findings. */
import { type DistributionParameters, distributionProblems } from '../latency/registry.js';
import { valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';

/** Expects parameters that passed the schema. */
export function distributionFindings(path: Path, parameters: DistributionParameters): Finding[] {
  return distributionProblems(parameters).map(({ key, message }) => {
    const value = valueAt(parameters, [key]);
    const keyPath = [...path, key];
    return value === undefined
      ? { path: keyPath, part: 'key', message }
      : { path: keyPath, part: 'value', value, message };
  });
}
