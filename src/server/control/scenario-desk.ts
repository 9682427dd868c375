/**
 * Scenarios as operators start and stop them. What is active is part of the node's steering; this is where a name and parameters become that,
 * and where it is told in words.
 */
import { formatMistake, formatPath } from '../../config/problems.js';
import { scenarioFaultFindings } from '../../config/scenario-faults.js';
import type { Configuration } from '../../config/schema/configuration.js';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { suggestChoice } from '../../config/suggestions.js';
import { CompiledSteering } from '../../scenarios/compiled-steering.js';
import {
  ACTIVE_SCENARIOS_MAX,
  type ActiveScenario,
  type Definitions,
  type Parameters,
  type ScenarioDefinition,
  type Steering,
} from '../../scenarios/contract.js';
import {
  type MomentDocument,
  momentDocument,
  type ScenarioDocument,
  scenarioDocument,
} from '../../scenarios/description.js';
import { completeParameters, fittingParameters, parameterProblems } from '../../scenarios/parameters.js';
import { NO_STEERING } from '../../scenarios/steering-text.js';
import { defaultDurationSecs } from '../../scenarios/timeline.js';
import type { Logger } from '../../telemetry/logging.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { invalid } from './call-check.js';
import { AdminError } from './operation.js';
import type { SteeringDesk } from './steering-desk.js';

export interface ScenarioDeskOptions {
  readonly steering: SteeringDesk;
  /** The generation of the configuration that holds. */
  readonly snapshot: () => ConfigurationSnapshot;
  readonly logger: Logger;
}

/** What an activation says; what it leaves out is the definition's. */
export interface ActivationRequest {
  readonly duration_seconds?: number | null;
  readonly parameters?: Parameters;
}

export interface ActivationDocument {
  /** RFC 3339. */
  readonly started_at: string;
  /** RFC 3339; null for no end. */
  readonly expires_at: string | null;
  readonly parameters: Parameters;
}

export interface ScenarioStatus extends ScenarioDocument {
  readonly status: 'active' | 'inactive';
  readonly active: (ActivationDocument & MomentDocument) | null;
}

/** What the configuration has active from the start on, in its order. @param fromUs the start, µs since the node's */
export function initialSteering({ configuration }: ConfigurationSnapshot, fromUs = 0): Steering {
  const scenarios = configuration.simulation.active_scenarios.map(({ name, duration_secs: secs, parameters }) =>
    activationOf(name, configuration.scenarios[name]!, { fromUs, secs, given: parameters }),
  );
  return { ...NO_STEERING, scenarios };
}

function activationOf(
  name: string,
  definition: ScenarioDefinition,
  { fromUs, given, secs }: { fromUs: number; secs: number | null | undefined; given: Parameters | undefined },
): ActiveScenario {
  const parameters = completeParameters(definition, given);
  const durationSecs = secs === undefined ? defaultDurationSecs(definition, parameters) : secs;
  return { name, fromUs, untilUs: durationSecs === null ? null : fromUs + Math.round(durationSecs * 1e6), parameters };
}

export class ScenarioDesk implements Reconfigured {
  readonly #options: ScenarioDeskOptions;

  constructor(options: ScenarioDeskOptions) {
    this.#options = options;
  }

  /** What is active goes on as the snapshot has it; what it does not have any more has ended. */
  reconfigure({ configuration }: ConfigurationSnapshot): void {
    const { logger, steering } = this.#options;
    const isKnown = ({ name }: ActiveScenario) => Object.hasOwn(configuration.scenarios, name);
    const gone = steering.current.scenarios.filter((scenario) => !isKnown(scenario));
    if (gone.length === 0) return;
    for (const { name } of gone)
      logger.warn({ scenario: name }, 'scenario ended: the configuration does not have it any more');
    steering
      .change((current) => ({ ...current, scenarios: current.scenarios.filter(isKnown) }))
      .catch((cause: Error) => logger.warn({ cause: cause.message }, 'a process still carries what has ended'));
  }

  /** Every scenario by its name, and those that are active in the order of their activation. */
  list(): { readonly scenarios: readonly ScenarioStatus[]; readonly active: readonly string[] } {
    const scenarios = Object.keys(this.#definitions)
      .sort()
      .map((name) => this.status(name));
    return { scenarios, active: this.activeNames };
  }

  get activeNames(): string[] {
    return this.#options.steering.current.scenarios.map(({ name }) => name);
  }

  get names(): string[] {
    return Object.keys(this.#definitions);
  }

  /** @throws AdminError 404 */
  status(name: string): ScenarioStatus {
    const definition = this.#definitionOf(name);
    const { nowUs, current } = this.#options.steering;
    const active = current.scenarios.find((scenario) => scenario.name === name);
    if (active === undefined) return { ...scenarioDocument(name, definition), status: 'inactive', active: null };
    const { fromUs, untilUs } = active;
    const parameters = fittingParameters(definition, active.parameters);
    const durationSecs = untilUs === null ? null : (untilUs - fromUs) / 1e6;
    const [running] = new CompiledSteering({ ...NO_STEERING, scenarios: [active] }, this.#definitions).scenarios;
    return {
      ...scenarioDocument(name, definition, { parameters, durationSecs }),
      status: 'active',
      active: { ...this.#activationDocument(active), ...momentDocument(running!, nowUs) },
    };
  }

  /**
   * Starts it, anew where it is active already. Resolves when every process has taken it in.
   * @throws AdminError 404, 409 or 422 for what cannot be, 503 where a process does not take it in
   */
  async activate(
    name: string,
    { duration_seconds: secs, parameters: given }: ActivationRequest,
  ): Promise<ActivationDocument> {
    const definition = this.#definitionOf(name);
    this.#checkParameters(definition, given);
    const { logger, steering } = this.#options;
    const activation = activationOf(name, definition, { fromUs: Math.ceil(steering.nowUs), secs, given });
    await steering.change((current) => {
      const others = current.scenarios.filter((scenario) => scenario.name !== name);
      if (others.length >= ACTIVE_SCENARIOS_MAX) {
        throw new AdminError(
          409,
          'too_many_active',
          `${ACTIVE_SCENARIOS_MAX} scenarios are active; deactivate one first.`,
        );
      }
      return { ...current, scenarios: [...others, activation] };
    });
    const document = this.#activationDocument(activation);
    logger.info({ scenario: name, ...document }, 'scenario activated');
    return document;
  }

  /** Ends it, if it is active. Resolves when every process has taken it in. @throws AdminError 404, 503 */
  async deactivate(name: string): Promise<void> {
    this.#definitionOf(name);
    const { logger, steering } = this.#options;
    if (!this.activeNames.includes(name)) return;
    await steering.change((current) => ({
      ...current,
      scenarios: current.scenarios.filter((scenario) => scenario.name !== name),
    }));
    logger.info({ scenario: name }, 'scenario deactivated');
  }

  /** @throws AdminError 422 with all that is wrong */
  #checkParameters(definition: ScenarioDefinition, given: Parameters | undefined): void {
    const problems = parameterProblems(definition, given).map(({ choices = [], message, path }) => {
      const suggestion = suggestChoice(path.at(-1), choices);
      return {
        param: ['parameters', ...path].join('.'),
        message: suggestion === undefined ? message : `${message}; ${suggestion}`,
      };
    });
    if (problems.length > 0) throw invalid('invalid_parameters', 'The body', problems);
    // A parameter of a fault may have to be an integer, which that of a scenario need not be.
    const configuration = this.#options.snapshot().configuration as Configuration;
    const parameters = completeParameters(definition, given);
    const findings = scenarioFaultFindings([], definition, parameters, configuration, () => true);
    if (findings.length === 0) return;
    const wrong = findings.map((finding) => ({ param: formatPath(finding.path), message: formatMistake(finding) }));
    throw invalid('invalid_parameters', 'The scenario with these parameters', wrong);
  }

  #activationDocument({ fromUs, parameters, untilUs }: ActiveScenario): ActivationDocument {
    const { steering } = this.#options;
    return { started_at: steering.wallTime(fromUs) ?? '', expires_at: steering.wallTime(untilUs), parameters };
  }

  #definitionOf(name: string): ScenarioDefinition {
    const definitions = this.#definitions;
    if (Object.hasOwn(definitions, name)) return definitions[name]!;
    const suggestion =
      suggestChoice(name, Object.keys(definitions)) ?? 'GET /admin/scenarios lists those that there are.';
    throw new AdminError(
      404,
      'unknown_scenario',
      `There is no scenario ${JSON.stringify(name.slice(0, 80))}; ${suggestion}`,
    );
  }

  get #definitions(): Definitions {
    return this.#options.snapshot().configuration.scenarios;
  }
}
