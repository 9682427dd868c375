/**
 * The parameters of a scenario: what values each may have, and the values of an activation, complete. A range that the definition leaves
 * open is that of the places where the parameter stands, so no value that is let through can spoil a step.
 */
import type { DefinitionProblem, Parameters, ScenarioDefinition } from './contract.js';
import { type ParameterUse, parameterUses, type Range } from './quantities.js';

/** For a parameter that stands inside faults only, whose kinds have ranges of their own. */
const OPEN_RANGE: Range = { minimum: 0, maximum: 1e9 };

/** The range of every parameter by its name. Expects a definition that passed its checks. */
export function parameterRanges(definition: ScenarioDefinition): ReadonlyMap<string, Range> {
  const uses = parameterUses(definition);
  return new Map(Object.keys(definition.parameters).map((name) => [name, rangeOf(definition, name, uses)]));
}

function rangeOf(definition: ScenarioDefinition, name: string, uses: readonly ParameterUse[]): Range {
  const places = uses.flatMap((use) => (use.name === name && use.range !== undefined ? [use.range] : []));
  const { minimum, maximum } = definition.parameters[name];
  const all = places.length === 0 ? [OPEN_RANGE] : places;
  return {
    minimum: minimum ?? Math.max(...all.map((range) => range.minimum)),
    maximum: maximum ?? Math.min(...all.map((range) => range.maximum)),
  };
}

/** What is wrong with parameters that somebody gives, which may be anything: paths begin with the parameter's name. */
export function parameterProblems(definition: ScenarioDefinition, given: unknown): DefinitionProblem[] {
  if (given === undefined || given === null) return [];
  if (typeof given !== 'object' || Array.isArray(given)) {
    return [{ path: [], part: 'value', value: given, message: 'must be a mapping of names to numbers' }];
  }
  const ranges = parameterRanges(definition);
  return Object.entries(given).flatMap(([name, value]): DefinitionProblem[] => {
    const range = ranges.get(name);
    if (range === undefined) {
      const names = [...ranges.keys()];
      const message =
        names.length === 0
          ? 'is not known: the scenario has no parameters'
          : `is not a parameter of the scenario: it has ${names.join(', ')}`;
      return [{ path: [name], part: 'key', message, choices: names }];
    }
    if (typeof value === 'number' && value >= range.minimum && value <= range.maximum) return [];
    const message = `must be a number from ${range.minimum} to ${range.maximum}`;
    return [{ path: [name], part: 'value', value, message }];
  });
}

/**
 * The value of every parameter for values that were given for another form of the definition, as before a reload: a value that the present
 * one does not take makes way for the default.
 */
export function fittingParameters(definition: ScenarioDefinition, given: Parameters): Parameters {
  const ranges = parameterRanges(definition);
  const fitting = Object.entries(given).filter(([name, value]) => {
    const range = ranges.get(name);
    return range !== undefined && value >= range.minimum && value <= range.maximum;
  });
  return completeParameters(definition, Object.fromEntries(fitting));
}

/** The value of every parameter. @param given what passed parameterProblems() */
export function completeParameters({ parameters }: ScenarioDefinition, given: unknown): Parameters {
  const own = (given ?? {}) as Parameters;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { default: fallback }]) => [
      name,
      Object.hasOwn(own, name) ? own[name] : fallback,
    ]),
  );
}
