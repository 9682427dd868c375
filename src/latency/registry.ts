/**
 * The latency distributions: the families, then what is made of them, in the order in which the reference page lists them. What stands
 * here can be configured wherever a distribution can.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { DelayDistribution, DistributionPlugin, ParameterProblem } from './contract.js';
import { type MixtureParameters, mixture } from './distributions/mixture.js';
import { type FamilyParameters, families, familyOf } from './families.js';

export const distributions = [...families, mixture] as const;

/** The parameters of any one distribution, told apart by `distribution`. */
export type DistributionParameters = FamilyParameters | MixtureParameters;

/** What TypeScript needs to know of distributionSchema to put DistributionParameters in its place. */
export interface DistributionSchemaMark {
  readonly discriminator: { readonly propertyName: 'distribution' };
}

const schema: JsonSchema & DistributionSchemaMark = {
  type: 'object',
  required: ['distribution'],
  discriminator: { propertyName: 'distribution' },
  oneOf: distributions.map((plugin) => plugin.schema),
};

/** Accepts the parameters of exactly one of the distributions. */
export const distributionSchema: DistributionSchemaMark = schema;

function pluginOf(parameters: DistributionParameters): DistributionPlugin {
  return parameters.distribution === mixture.name ? mixture : familyOf(parameters);
}

/** What the schema cannot say about parameters that passed it; empty when all is well. */
export function distributionProblems(parameters: DistributionParameters): ParameterProblem[] {
  return pluginOf(parameters).problems(parameters as never);
}

/** The distribution of parameters that passed the schema and distributionProblems(). Throws RangeError for an unknown name. */
export function createSampler(parameters: DistributionParameters): DelayDistribution {
  return pluginOf(parameters).create(parameters as never);
}
