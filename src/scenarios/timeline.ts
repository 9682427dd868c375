/**
 * A scenario as it runs: its steps one after another on the time since the activation, with every number known.
 *
 *   0 ── step 0 ──▶ end 0 ── step 1 ──▶ end 1 …      a step holds from its start to just before its end
 *                                                    `repeat`: from the last end on it all begins anew; else nothing is in effect
 *
 * A share is one of the activation's length; a last step without a length lasts to the activation's end. What the activation's length cuts
 * off does not happen. Ends are whole microseconds.
 */
import type { Match, Parameters, ScenarioDefinition, StepDefinition, StepFault } from './contract.js';
import { quantityOf, type Ramp, rampAt, rampOf, withParameters } from './quantities.js';

export interface TimelineFault {
  /** With the parameters' values in their places. */
  readonly fault: unknown;
  readonly match: { readonly [key: string]: unknown };
  readonly probability: Ramp;
}

export interface TimelineStep {
  /** Position in the definition. */
  readonly index: number;
  readonly name: string | undefined;
  readonly startUs: number;
  /** Infinity where it has no end. */
  readonly endUs: number;
  readonly match: Match;
  readonly latencyFactor: Ramp | undefined;
  readonly ttftFactor: Ramp | undefined;
  readonly itlFactor: Ramp | undefined;
  readonly limitsFactor: Ramp | undefined;
  readonly faults: readonly TimelineFault[];
}

export interface Timeline {
  readonly steps: readonly TimelineStep[];
  /** Of all steps together. */
  readonly lengthUs: number;
  readonly repeat: boolean;
}

/** The step at hand, and how far it has got: 0 at its start, towards 1 at its end, 0 all the time where it has none. */
export interface Place {
  readonly step: TimelineStep;
  readonly progress: number;
}

/** How long an activation lasts that does not say so itself, seconds; null for no end. */
export function defaultDurationSecs(definition: ScenarioDefinition, parameters: Parameters): number | null {
  if (definition.duration_secs !== null) return definition.duration_secs;
  const { lengthUs } = timelineOf(definition, parameters, null);
  return definition.repeat || !Number.isFinite(lengthUs) ? null : lengthUs / 1e6;
}

/**
 * Expects a definition that passed its checks, and the value of each of its parameters.
 * @param wholeUs how long the activation lasts; null for no end
 */
export function timelineOf(definition: ScenarioDefinition, parameters: Parameters, wholeUs: number | null): Timeline {
  const endUs = wholeUs ?? Number.POSITIVE_INFINITY;
  let at = 0;
  const steps = definition.steps.map((step, index): TimelineStep => {
    const startUs = Math.round(at);
    at += lengthUsOf(step, parameters, endUs, at);
    return { index, startUs, endUs: Math.round(at), ...effectsOf(step, parameters) };
  });
  return { steps, lengthUs: Math.round(at), repeat: definition.repeat };
}

function lengthUsOf(step: StepDefinition, parameters: Parameters, wholeUs: number, atUs: number): number {
  if (step.duration_secs !== undefined) return quantityOf(step.duration_secs, parameters) * 1e6;
  if (step.share === undefined) return Math.max(0, wholeUs - atUs);
  const share = quantityOf(step.share, parameters);
  return share === 0 ? 0 : share * wholeUs;
}

function effectsOf(step: StepDefinition, parameters: Parameters): Omit<TimelineStep, 'index' | 'startUs' | 'endUs'> {
  const ramp = (course: StepDefinition['latency_factor']) =>
    course === undefined ? undefined : rampOf(course, parameters);
  return {
    name: step.name,
    match: step.match ?? {},
    latencyFactor: ramp(step.latency_factor),
    ttftFactor: ramp(step.ttft_factor),
    itlFactor: ramp(step.itl_factor),
    limitsFactor: ramp(step.limits_factor),
    faults: (step.faults ?? []).map((fault) => faultOf(fault, step.match ?? {}, parameters)),
  };
}

function faultOf(
  { fault, match = {}, probability = 1 }: StepFault,
  around: Match,
  parameters: Parameters,
): TimelineFault {
  return {
    fault: withParameters(fault, parameters),
    match: { ...around, ...(withParameters(match, parameters) as object) },
    probability: rampOf(probability, parameters),
  };
}

/** Where the timeline is so long after its start; undefined where no step is. */
export function placeAt({ steps, lengthUs, repeat }: Timeline, sinceUs: number): Place | undefined {
  if (sinceUs < 0 || (sinceUs >= lengthUs && (!repeat || lengthUs === 0))) return undefined;
  const atUs = repeat && Number.isFinite(lengthUs) ? sinceUs % lengthUs : sinceUs;
  const step = steps.find(({ startUs, endUs }) => atUs >= startUs && atUs < endUs);
  if (step === undefined) return undefined;
  return { step, progress: (atUs - step.startUs) / (step.endUs - step.startUs) };
}

/** The value at the place; 1 for a factor that the step does not have. */
export function factorAt(ramp: Ramp | undefined, { progress }: Place): number {
  return ramp === undefined ? 1 : rampAt(ramp, progress);
}
