/** The patterns of faults, in the order in which the reference page lists them. What stands here can be configured. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RuleDraws } from '../draws.js';
import { burst } from './burst.js';
import type { Pattern, PatternPlugin, PatternProblem, PatternUnit } from './contract.js';
import { everyNth } from './every-nth.js';
import { first } from './first.js';
import { ramp } from './ramp.js';
import { window } from './window.js';

export const patterns = [burst, everyNth, first, window, ramp] as const;

/** The parameters of any one pattern, told apart by `kind`. */
export type PatternParameters = FromSchema<
  (typeof patterns)[number]['schema'],
  { keepDefaultedPropertiesOptional: true }
>;

/** Accepts the parameters of exactly one of the patterns. */
export const patternSchema = {
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: patterns.map(({ schema }) => schema),
} as const satisfies JsonSchema;

function pluginOf({ kind }: PatternParameters): PatternPlugin {
  const plugin = patterns.find(({ name }) => name === kind);
  if (plugin === undefined) throw new RangeError(`unknown pattern ${kind}`);
  return plugin;
}

/** What a pattern of parameters that passed the schema counts. */
export function patternUnit(parameters: PatternParameters): PatternUnit {
  return pluginOf(parameters).unitOf(parameters as never);
}

/** What the schema cannot say about parameters that passed it; empty when all is well. */
export function patternProblems(parameters: PatternParameters): PatternProblem[] {
  return pluginOf(parameters).problems(parameters as never);
}

/** The pattern of parameters that passed the schema and patternProblems(). Throws RangeError for an unknown kind. */
export function createPattern(parameters: PatternParameters, draws: RuleDraws): Pattern {
  return pluginOf(parameters).create(parameters as never, draws);
}
