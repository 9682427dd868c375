/**
 * The faults of a steering, compiled: operators' rules first, then those of the active scenarios in the order of activation. A scenario's
 * rules are compiled step by step, and asked only while their step holds; their chances depend on the scenario's name and the places of step
 * and fault in it, so that whatever else is active changes nothing.
 */
import type { InjectedFault } from '../faults/fault.js';
import { compileFaultRules, type FaultRule, type FaultRules, type FaultSubject } from '../faults/rules.js';
import { placeOf, type RunningScenario } from '../scenarios/compiled-steering.js';
import type { FaultOverride } from '../scenarios/contract.js';
import { rampAt } from '../scenarios/quantities.js';
import type { TimelineFault } from '../scenarios/timeline.js';

interface SteeredScenario {
  readonly scenario: RunningScenario;
  /** By the step's position; undefined for one without faults. */
  readonly rules: readonly (FaultRules | undefined)[];
}

export class SteeredFaults {
  readonly #overrides: readonly FaultOverride[];
  readonly #overridden: FaultRules | undefined;
  readonly #scenarios: readonly SteeredScenario[];

  /** Expects rules and definitions that have been found sound. */
  constructor(overrides: readonly FaultOverride[], scenarios: readonly RunningScenario[], seed: number) {
    this.#overrides = overrides;
    this.#overridden = overrides.length === 0 ? undefined : compileFaultRules(overrides.map(ruleOf), seed);
    this.#scenarios = scenarios
      .filter(({ timeline }) => timeline.steps.some(({ faults }) => faults.length > 0))
      .map((scenario) => ({ scenario, rules: rulesOf(scenario, seed) }));
  }

  /** Whether there is nothing that could fire or stand in the place of a configured rule. */
  get isNone(): boolean {
    return this.#overridden === undefined && this.#scenarios.length === 0;
  }

  first(subject: FaultSubject): InjectedFault | undefined {
    const fault = this.#overridden?.first(subject);
    if (fault !== undefined) return fault;
    for (const { rules, scenario } of this.#scenarios) {
      const place = placeOf(scenario, subject.atUs);
      const fired = place === undefined ? undefined : rules[place.step.index]?.first(subject);
      if (fired !== undefined) return fired;
    }
    return undefined;
  }

  /** The names of the configured rules in whose place operators' own stand at the time; undefined where there are none. */
  replacedAt(atUs: number): ReadonlySet<string> | undefined {
    if (this.#overridden === undefined) return undefined;
    return new Set(this.#overrides.flatMap(({ name, untilUs }) => (untilUs === null || atUs < untilUs ? [name] : [])));
  }
}

/** An operator's rule, which never fires once its time is over. */
function ruleOf({ name, rule, untilUs }: FaultOverride): FaultRule {
  const given = rule as Omit<FaultRule, 'name'>;
  if (untilUs === null) return { ...given, name };
  const { probability = 1 } = given;
  const share = typeof probability === 'number' ? () => probability : probability;
  return { ...given, name, probability: (atUs) => (atUs < untilUs ? share(atUs) : 0) };
}

function rulesOf(scenario: RunningScenario, seed: number): (FaultRules | undefined)[] {
  return scenario.timeline.steps.map(({ faults, index }) => {
    if (faults.length === 0) return undefined;
    const named = faults.map((fault, position) => stepRule(scenario, fault, `${index}.${position}`));
    return compileFaultRules(named, seed);
  });
}

/** @param place of the fault in the scenario: its step and its position there */
function stepRule(scenario: RunningScenario, { fault, match, probability }: TimelineFault, place: string): FaultRule {
  const { from, to } = probability;
  return {
    name: `${scenario.name} ${place}`,
    fault: fault as FaultRule['fault'],
    match: match as FaultRule['match'],
    probability: from === to ? from : (atUs) => rampAt(probability, placeOf(scenario, atUs)?.progress ?? 0),
  };
}
