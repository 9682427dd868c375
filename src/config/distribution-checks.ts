/** What a distribution says about its parameters, as findings. */
import type { ParameterProblem } from '../latency/contract.js';
import { type Length, lengthProblems } from '../latency/lengths.js';
import { type DistributionParameters, distributionProblems } from '../latency/registry.js';
import { valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';

/** Expects parameters that passed the schema. */
export function distributionFindings(path: Path, parameters: DistributionParameters): Finding[] {
  return findingsAbout(path, parameters, distributionProblems(parameters));
}

/** Expects a length that passed the schema. */
export function lengthFindings(path: Path, length: Length): Finding[] {
  return findingsAbout(path, length, lengthProblems(length));
}

function findingsAbout(path: Path, parameters: unknown, problems: readonly ParameterProblem[]): Finding[] {
  return problems.map(({ path: below, message, related }) => {
    const value = valueAt(parameters, below);
    return {
      path: [...path, ...below],
      ...(value === undefined ? { part: 'key' } : { part: 'value', value }),
      message,
      ...(related === undefined ? {} : { related: [...path, ...related] }),
    };
  });
}
