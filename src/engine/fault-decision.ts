/**
 * Which fault a request gets, if any. The first that fires wins, in this order:
 *
 *   the request's own header ─▶ its reply rule ─▶ operators' rules ─▶ active scenarios ─▶ faults.rules ─▶ its model's errors
 *
 * Every chance is a function of the request and the rule's name alone, so what does not fire changes nothing. Where nothing is configured the
 * decision is one comparison.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Fault, InjectedFault } from '../faults/fault.js';
import { NO_FAULT } from '../faults/fault-header.js';
import { compileFaultRules, type FaultRules, type FaultSubject } from '../faults/rules.js';
import { ModelErrors } from './model-errors.js';
import type { SteeredFaults } from './steered-faults.js';

export class FaultDecision {
  readonly #rules: FaultRules | undefined;
  readonly #errors: ModelErrors | undefined;

  constructor({ configuration, models, seed }: ConfigurationSnapshot) {
    const { enabled, rules } = configuration.faults;
    this.#rules = enabled && rules.length > 0 ? compileFaultRules(rules, seed) : undefined;
    const errors = new ModelErrors(models, seed);
    this.#errors = errors.areNone ? undefined : errors;
  }

  /** Whether nothing is configured that could fire. */
  get isIdle(): boolean {
    return this.#rules === undefined && this.#errors === undefined;
  }

  /** Whether any rule looks at the requests' numbers. */
  get counts(): boolean {
    return this.#rules?.count === true;
  }

  /**
   * @param asked by the request's header
   * @param ruled by its reply rule
   * @param steered what operators changed at run time; undefined for nothing
   */
  of(
    subject: FaultSubject,
    asked: Fault | typeof NO_FAULT | undefined,
    ruled: InjectedFault | undefined,
    steered: SteeredFaults | undefined,
  ): InjectedFault | undefined {
    if (asked === NO_FAULT) return undefined;
    if (asked !== undefined) return applies(asked, subject) ? { ...asked, rule: undefined } : undefined;
    if (ruled !== undefined) return ruled;
    return (
      steered?.first(subject) ??
      this.#rules?.first(subject, steered?.replacedAt(subject.atUs)) ??
      this.#errors?.of(subject.model, subject.identity)
    );
  }
}

function applies({ kind }: Fault, { generates }: FaultSubject): boolean {
  return generates || kind.stage !== 'content';
}
