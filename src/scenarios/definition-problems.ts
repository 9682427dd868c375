/**
 * What no schema can say about a scenario: parameters that there are not or that go beyond what their places take, and steps whose lengths
 * make no sense. One that no step names is no mistake: whoever replaces the steps of a lower layer cannot remove its parameters. The faults of its steps are the business of whoever knows their kinds.
 */
import type { DefinitionProblem, ParameterDefinition, ScenarioDefinition, StepDefinition } from './contract.js';
import { isRamp, type ParameterUse, parameterUses } from './quantities.js';

/** Shares that are meant to be the whole may miss it by what decimal fractions lose. */
const SHARES_TOLERANCE = 1e-9;

/** Expects a definition that fits the schema. Paths begin in the definition. */
export function definitionProblems(definition: ScenarioDefinition): DefinitionProblem[] {
  return [
    ...Object.entries(definition.parameters).flatMap(([name, parameter]) => rangeProblems(name, parameter)),
    ...parameterUses(definition).flatMap((use) => useProblems(definition, use)),
    ...definition.steps.flatMap((step, index) => stepProblems(definition, step, index)),
    ...sharesProblems(definition),
    ...repeatProblems(definition),
  ];
}

function rangeProblems(name: string, parameter: ParameterDefinition): DefinitionProblem[] {
  const { default: fallback, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = parameter;
  const path = ['parameters', name];
  if (minimum > maximum) {
    return [{ path: [...path, 'minimum'], part: 'value', value: minimum, message: `must be <= maximum (${maximum})` }];
  }
  if (fallback >= minimum && fallback <= maximum) return [];
  const bound = fallback < minimum ? `>= minimum (${minimum})` : `<= maximum (${maximum})`;
  return [{ path: [...path, 'default'], part: 'value', value: fallback, message: `must be ${bound}` }];
}

/** A parameter has to exist, and whatever it may be has to fit where it stands. */
function useProblems({ parameters }: ScenarioDefinition, { name, path, range }: ParameterUse): DefinitionProblem[] {
  if (!Object.hasOwn(parameters, name)) {
    const choices = Object.keys(parameters);
    const message = `names the parameter "${name}", which the scenario does not have`;
    return [{ path, part: 'value', message, value: name, choices }];
  }
  if (range === undefined) return [];
  const { default: fallback, minimum = fallback, maximum = fallback } = parameters[name];
  if (minimum >= range.minimum && maximum <= range.maximum) return [];
  const message = `takes numbers from ${range.minimum} to ${range.maximum}, but ${name} may be from ${minimum} to ${maximum}`;
  return [{ path, part: 'value', message, related: ['parameters', name] }];
}

function stepProblems(definition: ScenarioDefinition, step: StepDefinition, index: number): DefinitionProblem[] {
  const path = ['steps', String(index)];
  const isLast = index === definition.steps.length - 1;
  const { duration_secs: duration, share } = step;
  if (duration !== undefined && share !== undefined) {
    return [{ path: [...path, 'share'], part: 'key', message: 'has no meaning beside duration_secs' }];
  }
  const isOpen = duration === undefined && share === undefined;
  if (isOpen && !isLast) {
    const message = 'must have duration_secs or share: only the last step may last to the end';
    return [{ path, part: 'key', message }];
  }
  const hasWhole = definition.duration_secs !== null;
  if (share !== undefined && !hasWhole) {
    const message = "needs the scenario's duration_secs, which says of what it is a share";
    return [{ path: [...path, 'share'], part: 'key', message }];
  }
  if (!isOpen || hasWhole || !hasRamp(step)) return [];
  return [{ path, part: 'key', message: "must have an end for its ramp: duration_secs, here or the scenario's" }];
}

function hasRamp(step: StepDefinition): boolean {
  const factors = [step.latency_factor, step.ttft_factor, step.itl_factor, step.limits_factor];
  return [...factors, ...(step.faults ?? []).map(({ probability }) => probability)].some(isRamp);
}

/** Shares that parameters give are cut off at the end. */
function sharesProblems({ steps }: ScenarioDefinition): DefinitionProblem[] {
  const shares = steps.map(({ share }) => (typeof share === 'number' ? share : 0));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum <= 1 + SHARES_TOLERANCE) return [];
  return [{ path: ['steps'], part: 'key', message: `must have shares of at most 1 together (they are ${sum})` }];
}

function repeatProblems({ repeat, steps }: ScenarioDefinition): DefinitionProblem[] {
  const last = steps.at(-1);
  if (!repeat || last === undefined || last.duration_secs !== undefined || last.share !== undefined) return [];
  return [{ path: ['repeat'], part: 'value', value: true, message: 'has no meaning: the last step lasts to the end' }];
}
