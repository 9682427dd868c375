/**
 * What no schema can say about scenarios: what their own checks find, names of models that nobody configured, and activations from the start
 * that the scenario does not take.
 */
import type { DefinitionProblem, ScenarioDefinition } from '../scenarios/contract.js';
import { definitionProblems } from '../scenarios/definition-problems.js';
import { completeParameters, parameterProblems } from '../scenarios/parameters.js';
import { matchedEndpointFindings, matchedModelFindings } from './fault-checks.js';
import { isPlainObject } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { scenarioFaultFindings } from './scenario-faults.js';
import { scenarioHeaderNames } from './scenario-headers.js';
import type { Configuration } from './schema/configuration.js';
import type { Sound } from './soundness.js';
import { suggestChoice } from './suggestions.js';

/** Every request is asked for each of them. */
const HEADER_NAMES_MAX = 64;

/** As crossFindings: what was found wrong may have any shape. */
export function scenarioFindings(configuration: Configuration, sound: Sound): Finding[] {
  const { scenarios } = configuration;
  if (!isPlainObject(scenarios)) return [];
  const own = Object.entries(scenarios).flatMap(([name, definition]) => {
    const path = ['scenarios', name];
    if (!sound(path) || !isPlainObject(definition)) return [];
    const parameters = completeParameters(definition, undefined);
    return [
      ...asFindings(path, definitionProblems(definition)),
      ...matchFindings(path, definition, configuration, sound),
      ...scenarioFaultFindings(path, definition, parameters, configuration, sound),
    ];
  });
  return [...own, ...activationFindings(configuration, sound), ...headerNameFindings(configuration, sound)];
}

function headerNameFindings({ scenarios }: Configuration, sound: Sound): Finding[] {
  if (!sound(['scenarios'])) return [];
  const count = scenarioHeaderNames(scenarios).length;
  if (count <= HEADER_NAMES_MAX) return [];
  const message = `must not depend on more than ${HEADER_NAMES_MAX} different headers (got ${count})`;
  return [{ path: ['scenarios'], part: 'key', message }];
}

/** Problems within what stands at the path. */
export function asFindings(path: Path, problems: readonly DefinitionProblem[]): Finding[] {
  return problems.map(({ path: below, choices = [], related, ...problem }) => ({
    ...problem,
    ...(related === undefined ? {} : { related: [...path, ...related] }),
    path: [...path, ...below],
    suggestion: suggestChoice('value' in problem ? problem.value : below.at(-1), choices),
  }));
}

function matchFindings(
  path: Path,
  { steps }: ScenarioDefinition,
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  return steps.flatMap(({ match }, index) => {
    const place = [...path, 'steps', String(index), 'match'];
    return [
      ...matchedModelFindings([...place, 'model'], match?.model, configuration, sound),
      ...matchedEndpointFindings([...place, 'endpoint'], match?.endpoint),
    ];
  });
}

function activationFindings({ scenarios, simulation }: Configuration, sound: Sound): Finding[] {
  const path = ['simulation', 'active_scenarios'];
  if (!isPlainObject(simulation) || !Array.isArray(simulation.active_scenarios)) return [];
  const active = simulation.active_scenarios;
  return active.flatMap((activation, index): Finding[] => {
    const place = [...path, String(index)];
    if (!sound(place)) return [];
    const { name, parameters } = activation;
    const namePlace: Finding = { path: [...place, 'name'], part: 'value', value: name, message: '' };
    if (!Object.hasOwn(scenarios, name)) {
      const message = 'must name a scenario that is configured';
      return [{ ...namePlace, message, suggestion: suggestChoice(name, Object.keys(scenarios)) }];
    }
    if (active.findIndex((other) => isPlainObject(other) && other.name === name) < index) {
      return [{ ...namePlace, message: 'must not be activated twice' }];
    }
    if (!sound(['scenarios', name])) return [];
    return asFindings([...place, 'parameters'], parameterProblems(scenarios[name]!, parameters));
  });
}
