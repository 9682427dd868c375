/**
 * The distributions that are not made of others, in the order in which the reference page lists them. A family takes part in
 * configuration, validation, documentation and the contract test, and can be a mixture's component, from the moment it stands here.
 */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ReadonlyDeep } from '../kernel/readonly-deep.js';
import type { DistributionPlugin } from './contract.js';
import { constant } from './distributions/constant.js';
import { empirical } from './distributions/empirical.js';
import { exponential } from './distributions/exponential.js';
import { gamma } from './distributions/gamma.js';
import { logNormal } from './distributions/log-normal.js';
import { normal } from './distributions/normal.js';
import { pareto } from './distributions/pareto.js';
import { uniform } from './distributions/uniform.js';
import { weibull } from './distributions/weibull.js';

export const families = [constant, uniform, normal, logNormal, exponential, gamma, weibull, pareto, empirical] as const;

type ParametersOf<Plugin> = Plugin extends { readonly schema: infer Schema extends JSONSchema }
  ? ReadonlyDeep<FromSchema<Schema>>
  : never;

/** The parameters of any one family, told apart by `distribution`. */
export type FamilyParameters = ParametersOf<(typeof families)[number]>;

/** The plug-in that the parameters are for. Throws RangeError for an unknown name. */
export function familyOf({ distribution }: FamilyParameters): DistributionPlugin {
  const family = families.find(({ name }) => name === distribution);
  if (family === undefined) throw new RangeError(`no distribution is called "${distribution}"`);
  return family;
}
