/** Scenarios in the words of their documents: for the admin API and the command line. Keys are those of the configuration; times in seconds. */
import { placeOf, type RunningScenario } from './compiled-steering.js';
import type { Definitions, Parameters, ScenarioDefinition } from './contract.js';
import { completeParameters, parameterRanges } from './parameters.js';
import { type Ramp, rampAt } from './quantities.js';
import { defaultDurationSecs, type TimelineStep, timelineOf } from './timeline.js';

export interface ParameterDocument {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string | null;
  readonly description: string;
}

/** A number, or how it changes while the step lasts. */
type Shown = number | { readonly from: number; readonly to: number };

export interface EffectsDocument {
  readonly match?: object;
  readonly latency_factor?: Shown;
  readonly ttft_factor?: Shown;
  readonly itl_factor?: Shown;
  readonly limits_factor?: Shown;
  readonly faults?: readonly { readonly fault: unknown; readonly probability: Shown; readonly match?: object }[];
}

export interface StepDocument extends EffectsDocument {
  readonly name: string | null;
  /** Since the activation. */
  readonly from_seconds: number;
  /** null for no end. */
  readonly until_seconds: number | null;
}

export interface ScenarioDocument {
  readonly name: string;
  readonly description: string;
  /** Of an activation that does not say; null for no end. */
  readonly duration_seconds: number | null;
  readonly repeat: boolean;
  readonly parameters: { readonly [name: string]: ParameterDocument };
  /** With these values and of this length; those of the definition unless others are given. */
  readonly timeline: readonly StepDocument[];
}

/** Expects a definition that passed its checks. @param activation what differs from the definition's own values */
export function scenarioDocument(
  name: string,
  definition: ScenarioDefinition,
  activation: { readonly parameters?: Parameters; readonly durationSecs?: number | null } = {},
): ScenarioDocument {
  const parameters = activation.parameters ?? completeParameters(definition, undefined);
  const defaultSecs = defaultDurationSecs(definition, parameters);
  const secs = activation.durationSecs === undefined ? defaultSecs : activation.durationSecs;
  const timeline = timelineOf(definition, parameters, secs === null ? null : secs * 1e6);
  const ranges = [...parameterRanges(definition)].map(([parameter, range]): [string, ParameterDocument] => {
    const { default: fallback, description = '', unit = null } = definition.parameters[parameter]!;
    return [parameter, { default: fallback, ...range, unit, description }];
  });
  return {
    name,
    description: definition.description,
    duration_seconds: defaultSecs,
    repeat: definition.repeat,
    parameters: Object.fromEntries(ranges),
    timeline: timeline.steps.map(stepDocument),
  };
}

function stepDocument(step: TimelineStep): StepDocument {
  return {
    name: step.name ?? null,
    from_seconds: step.startUs / 1e6,
    until_seconds: Number.isFinite(step.endUs) ? step.endUs / 1e6 : null,
    ...effectsDocument(step, shownRamp),
  };
}

function shownRamp({ from, to }: Ramp): Shown {
  return from === to ? from : { from, to };
}

function effectsDocument(step: TimelineStep, shown: (ramp: Ramp) => Shown): EffectsDocument {
  const factors = {
    latency_factor: step.latencyFactor,
    ttft_factor: step.ttftFactor,
    itl_factor: step.itlFactor,
    limits_factor: step.limitsFactor,
  };
  const given = Object.entries(factors).flatMap(([key, ramp]) => (ramp === undefined ? [] : [[key, shown(ramp)]]));
  return {
    ...(Object.keys(step.match).length === 0 ? {} : { match: step.match }),
    ...Object.fromEntries(given),
    ...(step.faults.length === 0
      ? {}
      : {
          faults: step.faults.map(({ fault, match, probability }) => ({
            fault,
            probability: shown(probability),
            ...(Object.keys(match).length === 0 ? {} : { match: withoutSecrets(match) }),
          })),
        }),
  };
}

/** API keys are shown nowhere. */
export function withoutSecrets(match: { readonly [key: string]: unknown }): object {
  return Object.hasOwn(match, 'api_key') ? { ...match, api_key: '(hidden)' } : match;
}

export interface MomentDocument {
  /** Position in the timeline, from 0; null where no step holds. */
  readonly step: number | null;
  readonly step_name: string | null;
  /** What is in effect now. */
  readonly effects: EffectsDocument;
}

/** What the scenario does at the time. */
export function momentDocument(scenario: RunningScenario, atUs: number): MomentDocument {
  const place = placeOf(scenario, atUs);
  if (place === undefined) return { step: null, step_name: null, effects: {} };
  const effects = effectsDocument(place.step, (ramp) => rampAt(ramp, place.progress));
  return { step: place.step.index, step_name: place.step.name ?? null, effects };
}

/** Every scenario, by the order of its name. */
export function scenarioDocuments(definitions: Definitions): ScenarioDocument[] {
  return Object.keys(definitions)
    .sort()
    .map((name) => scenarioDocument(name, definitions[name]!));
}
