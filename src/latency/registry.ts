/**
 * The latency distributions, in the order in which the reference page lists them. A distribution takes part in configuration,
 * validation, documentation and the contract test from the moment it stands in this list.
 */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../kernel/json-schema.js';
import type { DistributionPlugin, ParameterProblem, Sampler } from './contract.js';
import { constant } from './distributions/constant.js';
import { logNormal } from './distributions/log-normal.js';
import { normal } from './distributions/normal.js';

export const distributions = [constant, normal, logNormal] as const;

type ParametersOf<Plugin> = Plugin extends { readonly schema: infer Schema extends JSONSchema }
  ? FromSchema<Schema>
  : never;

/** The parameters of any one distribution, told apart by `distribution`. */
export type DistributionParameters = ParametersOf<(typeof distributions)[number]>;

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
  const plugin = distributions.find((candidate) => candidate.name === parameters.distribution);
  if (plugin === undefined) throw new RangeError(`no distribution is called "${parameters.distribution}"`);
  return plugin;
}

/** What the schema cannot say about parameters that passed it; empty when all is well. */
export function distributionProblems(parameters: DistributionParameters): ParameterProblem[] {
  return pluginOf(parameters).problems(parameters as never);
}

/** A sampler for parameters that passed the schema and distributionProblems(). Throws RangeError for an unknown name. */
export function createSampler(parameters: DistributionParameters): Sampler {
  return pluginOf(parameters).createSampler(parameters as never);
}
