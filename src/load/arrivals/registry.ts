/**
 * The patterns of arrivals, in the order in which the reference page lists them. What stands here can be a stage of a plan, is validated,
 * described and documented.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { ParameterProblem } from '../../latency/contract.js';
import type { ArrivalStage } from '../contract.js';
import type { ArrivalPattern, Course } from './contract.js';
import { burst } from './patterns/burst.js';
import { constant } from './patterns/constant.js';
import { poisson } from './patterns/poisson.js';
import { ramp } from './patterns/ramp.js';
import { sine } from './patterns/sine.js';
import { spike } from './patterns/spike.js';
import { step } from './patterns/step.js';
import { trace } from './patterns/trace.js';

export const arrivalPatterns = [constant, poisson, ramp, step, spike, sine, burst, trace] as const;

/** Accepts one stage, whatever its pattern. */
export const arrivalStageSchema: JsonSchema = {
  type: 'object',
  required: ['pattern'],
  discriminator: { propertyName: 'pattern' },
  oneOf: arrivalPatterns.map(({ schema }) => schema),
};

function patternOf({ pattern }: ArrivalStage): ArrivalPattern {
  const found = arrivalPatterns.find(({ name }) => name === pattern);
  if (found === undefined) throw new RangeError(`no pattern of arrivals is called "${pattern}"`);
  return found;
}

/** What the schema cannot say about a stage that passed it; empty when all is well. Throws RangeError for an unknown pattern. */
export function arrivalStageProblems(stage: ArrivalStage): ParameterProblem[] {
  return patternOf(stage).problems(stage as never);
}

/** The course of a stage that passed the schema and arrivalStageProblems(). Throws RangeError for an unknown pattern. */
export function courseOf(stage: ArrivalStage): Course {
  return patternOf(stage).create(stage as never);
}

/** A stage for a person, without its length: `poisson 50/s`. */
export function describeStage(stage: ArrivalStage): string {
  return `${stage.pattern} ${patternOf(stage).describe(stage as never)}`;
}
