/**
 * What scenarios and operators' overrides are, as plain data: the definitions that a configuration holds, and the steering that the node
 * hands to every request. A steering names what is in effect from when until when; whether it still is follows from the time of the
 * request, never from a message, so everything here is a pure function of (configuration, steering, time).
 *
 *   definition + parameters ──▶ Timeline ──time since the activation──▶ step, factors, probabilities of faults
 */

/** Beyond this an activation is a configuration: 30 days. */
export const DURATION_SECS_MAX = 2_592_000;
/** A factor of a thousand turns half a second into the longest delay but a few. */
export const FACTOR_MAX = 1_000;
/** Limits that admit nothing have no time after which to try again. */
export const LIMITS_FACTOR_MIN = 0.001;
export const SCENARIOS_MAX = 100;
export const PARAMETERS_MAX = 32;
/** A request looks for its step from the first on. */
export const STEPS_MAX = 64;
export const STEP_FAULTS_MAX = 16;
/** Every request is held against each that is active. */
export const ACTIVE_SCENARIOS_MAX = 16;
export const FAULT_OVERRIDES_MAX = 64;
export const LATENCY_OVERRIDES_MAX = 32;

/** The name of scenarios, parameters and overrides. */
export const NAME_PATTERN = '^[A-Za-z][A-Za-z0-9_-]{0,63}$';
export const NAME_TITLE = 'a name: at most 64 letters, digits, "_" or "-", the first a letter';

/** A number, or `${name}` for the value of a parameter. */
export type Quantity = number | string;

/** A quantity, or one that goes evenly from one value to another while the step lasts. */
export type Course = Quantity | { readonly from: Quantity; readonly to: Quantity };

/** Which requests something is for; every key that is given has to fit. */
export interface Match {
  /** Glob of the configured model that serves the request. */
  readonly model?: string | undefined;
  /** `openai`, `azure`, `anthropic` or `gemini`. */
  readonly provider?: string | undefined;
  /** Glob of the endpoint's name. */
  readonly endpoint?: string | undefined;
}

export interface ParameterDefinition {
  readonly default: number;
  /** Where absent, what the places take that it stands in. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly unit?: string;
  readonly description?: string;
}

/** A fault of a step: as a rule of `faults.rules`, with a probability that may go from one value to another. */
export interface StepFault {
  /** As in a rule: the name of a kind, or an object with its parameters. */
  readonly fault: unknown;
  readonly probability?: Course;
  /** As in a rule. Its keys replace those of the step's. */
  readonly match?: { readonly [key: string]: unknown };
}

export interface StepDefinition {
  readonly name?: string;
  readonly duration_secs?: Quantity;
  /** Of the whole, from 0 to 1. */
  readonly share?: Quantity;
  readonly match?: Match;
  readonly latency_factor?: Course;
  readonly ttft_factor?: Course;
  readonly itl_factor?: Course;
  readonly limits_factor?: Course;
  readonly faults?: readonly StepFault[];
}

export interface ScenarioDefinition {
  readonly description: string;
  readonly parameters: { readonly [name: string]: ParameterDefinition };
  /** Unless the activation says: null is the length of the steps, or no end where these have none. */
  readonly duration_secs: number | null;
  /** Whether the steps begin anew when they are over. */
  readonly repeat: boolean;
  readonly steps: readonly StepDefinition[];
}

export interface Definitions {
  readonly [name: string]: ScenarioDefinition;
}

/** The value of every parameter. */
export interface Parameters {
  readonly [name: string]: number;
}

/** Times are those of RenderRequest.atUs. */
export interface ActiveScenario {
  readonly name: string;
  readonly fromUs: number;
  /** It has no effect from then on; null for no end. */
  readonly untilUs: number | null;
  /** Those that the definition has, each with its value. */
  readonly parameters: Parameters;
}

/** A rule of an operator's; one with the name of a configured rule stands in its place. */
export interface FaultOverride {
  readonly name: string;
  /** As a rule of `faults.rules`, checked. */
  readonly rule: { readonly [key: string]: unknown };
  readonly untilUs: number | null;
}

export interface LatencyOverride {
  readonly name: string;
  readonly match: Match;
  /** On the time to first token and the gaps. */
  readonly factor?: number;
  /** In place of the time that would be drawn, before factors and simulation.time_scale. */
  readonly ttftMs?: number;
  readonly itlMs?: number;
  readonly untilUs: number | null;
}

/** What is in effect besides the configuration; lists are in the order in which things were activated. */
export interface Steering {
  readonly scenarios: readonly ActiveScenario[];
  readonly faults: readonly FaultOverride[];
  readonly latency: readonly LatencyOverride[];
}

/** The request that steering is asked about. */
export interface SteeredRequest {
  readonly atUs: number;
  /** The configured name. */
  readonly model: string;
  readonly provider: string;
  /** The endpoint's name. */
  readonly endpoint: string;
}

/** Where in a definition something is wrong, and one sentence about it, to be read after the path. */
export interface DefinitionProblem {
  readonly path: readonly string[];
  readonly part: 'key' | 'value';
  readonly value?: unknown;
  readonly message: string;
  /** Another place that the problem depends on. */
  readonly related?: readonly string[];
  /** What was meant may be one of these. */
  readonly choices?: readonly string[];
}
