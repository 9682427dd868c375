/**
 * A family of distributions as a plug-in: its own parameters or percentiles, truncated to min_ms and max_ms. What is the same for every
 * family stands here, so that a family's file holds its formulas.
 */
import type { Distribution, DistributionPlugin, ParameterProblem } from './contract.js';
import {
  choiceProblems,
  orderProblems,
  type PercentileParameters,
  type Probability,
  type Reach,
  reachProblems,
} from './percentiles.js';
import { TruncatedDistribution, type TruncationParameters, truncationProblems } from './truncation.js';

export interface Family<Parameters> {
  /** The names of its own parameters. */
  readonly own: readonly string[];
  /** Whether the median alone determines a member. */
  readonly medianSuffices?: boolean;
  /** How many times the median another percentile can be; absent where any is possible. */
  reach?(at: Probability): Reach;
  /** The member, before truncation. Expects parameters without problems. */
  member(parameters: Parameters): Distribution;
}

/** The methods of a plug-in, to be spread into it. */
export function familyPlugin<Parameters extends PercentileParameters & TruncationParameters>(
  name: string,
  { own, medianSuffices = false, reach, member }: Family<Parameters>,
): Pick<DistributionPlugin<Parameters>, 'problems' | 'create'> {
  const problems = (parameters: Parameters): ParameterProblem[] => {
    const found = [...choiceProblems(parameters, own, medianSuffices), ...orderProblems(parameters)];
    if (found.length === 0 && reach !== undefined) found.push(...reachProblems(name, parameters, reach));
    return found.length > 0 ? found : truncationProblems(member(parameters), parameters);
  };
  return { problems, create: (parameters) => new TruncatedDistribution(member(parameters), parameters) };
}
