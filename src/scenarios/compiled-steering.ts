/**
 * A steering ready to be asked what it means for a request's times and limits. Several scenarios and overrides at once are composed: factors
 * multiply, and of two overrides that give a time the later one counts. Faults are made of the same scenarios elsewhere, since they need to
 * know the kinds that there are.
 *
 * Invariant: nothing outside [from, until) of a scenario or override has any effect, so what is over leaves no trace.
 */
import { matchesGlob } from '../kernel/text-pattern.js';
import type { Definitions, LatencyOverride, Match, SteeredRequest, Steering } from './contract.js';
import { fittingParameters } from './parameters.js';
import { factorAt, type Place, placeAt, type Timeline, timelineOf } from './timeline.js';

/** How a reply's times differ from the configured ones. */
export interface SteeredLatency {
  readonly ttftFactor: number;
  readonly itlFactor: number;
  /** In place of what would be drawn. */
  readonly ttftMs: number | undefined;
  readonly itlMs: number | undefined;
}

export interface RunningScenario {
  readonly name: string;
  readonly fromUs: number;
  /** Infinity for no end. */
  readonly untilUs: number;
  readonly timeline: Timeline;
}

const UNCHANGED: SteeredLatency = { ttftFactor: 1, itlFactor: 1, ttftMs: undefined, itlMs: undefined };

export class CompiledSteering {
  /** In the order of activation. */
  readonly scenarios: readonly RunningScenario[];
  readonly #overrides: readonly LatencyOverride[];

  /** A scenario that the definitions do not have, as after a reload that took it away, has no effect. */
  constructor(steering: Steering, definitions: Definitions) {
    this.scenarios = steering.scenarios.flatMap(({ name, fromUs, untilUs, parameters }) => {
      if (!Object.hasOwn(definitions, name)) return [];
      const fitting = fittingParameters(definitions[name], parameters);
      const timeline = timelineOf(definitions[name], fitting, untilUs === null ? null : untilUs - fromUs);
      return [{ name, fromUs, untilUs: untilUs ?? Number.POSITIVE_INFINITY, timeline }];
    });
    this.#overrides = steering.latency;
  }

  latencyAt(request: SteeredRequest): SteeredLatency {
    let { ttftFactor, itlFactor, ttftMs, itlMs } = UNCHANGED;
    for (const place of this.#placesOf(request)) {
      const factor = factorAt(place.step.latencyFactor, place);
      ttftFactor *= factor * factorAt(place.step.ttftFactor, place);
      itlFactor *= factor * factorAt(place.step.itlFactor, place);
    }
    for (const override of this.#overrides) {
      if (!lasts(override.untilUs, request.atUs) || !isFor(override.match, request)) continue;
      ttftFactor *= override.factor ?? 1;
      itlFactor *= override.factor ?? 1;
      ttftMs = override.ttftMs ?? ttftMs;
      itlMs = override.itlMs ?? itlMs;
    }
    return { ttftFactor, itlFactor, ttftMs, itlMs };
  }

  /** What the configured rate limits of the request are multiplied by. */
  limitsFactorAt(request: SteeredRequest): number {
    let factor = 1;
    for (const place of this.#placesOf(request)) factor *= factorAt(place.step.limitsFactor, place);
    return factor;
  }

  /** The steps that hold at the time and are for the request. */
  #placesOf(request: SteeredRequest): Place[] {
    return this.scenarios.flatMap((scenario) => {
      const place = placeOf(scenario, request.atUs);
      return place !== undefined && isFor(place.step.match, request) ? [place] : [];
    });
  }
}

/** Where the scenario is; undefined before it begins, when it is over, and where its steps leave a gap. */
export function placeOf({ fromUs, untilUs, timeline }: RunningScenario, atUs: number): Place | undefined {
  return atUs >= fromUs && atUs < untilUs ? placeAt(timeline, atUs - fromUs) : undefined;
}

function lasts(untilUs: number | null, atUs: number): boolean {
  return untilUs === null || atUs < untilUs;
}

function isFor({ model, provider, endpoint }: Match, request: SteeredRequest): boolean {
  return (
    (model === undefined || matchesGlob(model, request.model)) &&
    (provider === undefined || provider === request.provider) &&
    (endpoint === undefined || matchesGlob(endpoint, request.endpoint))
  );
}
