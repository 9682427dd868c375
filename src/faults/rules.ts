/**
 * Rules that inject faults, compiled: each has a fault, a match and a chance, and the first that fires decides. A rule's chance depends on the
 * seed, its name and the request alone, so that rules which do not fire, or are not there, change nothing for the others.
 */
import { RuleDraws } from './draws.js';
import { type FaultSetting, faultOf, type InjectedFault } from './fault.js';
import { compileMatch, type FaultMatch, type MatchSubject } from './match.js';
import type { FaultMoment, Pattern } from './patterns/contract.js';
import { createPattern, type PatternParameters } from './patterns/registry.js';

/** A rule as it is written down, in a configuration or at run time. */
export interface FaultRule {
  /** Unique among the rules that are asked together. */
  readonly name: string;
  /** True unless given. */
  readonly enabled?: boolean | undefined;
  readonly fault: FaultSetting;
  /** Share of the requests that fit, from 0 to 1, which may depend on when a request arrived; all unless given. */
  readonly probability?: number | ((atUs: number) => number) | undefined;
  /** What the probability is multiplied by, request by request. */
  readonly pattern?: PatternParameters | undefined;
  readonly match?: FaultMatch | undefined;
}

/** The request that rules are asked about. */
export interface FaultSubject extends MatchSubject, FaultMoment {
  /** Four words that tell which request it is. */
  readonly identity: Uint32Array;
  /** Whether it is answered token by token: otherwise there is no content that a fault could change. */
  readonly generates: boolean;
}

export interface FaultRules {
  /** Whether any rule looks at the requests' numbers. */
  readonly count: boolean;
  /**
   * The fault of the first rule that fires.
   * @param without names of rules that are passed over
   */
  first(subject: FaultSubject, without?: ReadonlySet<string>): InjectedFault | undefined;
}

/** Expects rules that have been found sound. @param seed integer in [0, 2^53) */
export function compileFaultRules(rules: readonly FaultRule[], seed: number): FaultRules {
  const compiled = rules.filter(({ enabled = true }) => enabled).map((rule) => new CompiledRule(rule, seed));
  return {
    count: rules.some(({ enabled = true, pattern }) => enabled && pattern !== undefined),
    first(subject, without) {
      for (const rule of compiled) {
        if (without?.has(rule.name) !== true && rule.fires(subject)) return rule.fault;
      }
      return undefined;
    },
  };
}

/** The request headers that the rules look at: lower-case names, each once. */
export function faultHeaderNames(rules: readonly Pick<FaultRule, 'match'>[]): string[] {
  return [
    ...new Set(rules.flatMap(({ match }) => Object.keys(match?.headers ?? {})).map((name) => name.toLowerCase())),
  ];
}

class CompiledRule {
  readonly name: string;
  readonly fault: InjectedFault;
  readonly #fits: ((subject: MatchSubject) => boolean) | undefined;
  readonly #probability: number | ((atUs: number) => number);
  readonly #pattern: Pattern | undefined;
  readonly #draws: RuleDraws;
  readonly #needsContent: boolean;

  constructor({ name, fault, probability = 1, pattern, match = {} }: FaultRule, seed: number) {
    this.name = name;
    this.fault = { ...faultOf(fault), rule: name };
    this.#fits = Object.keys(match).length === 0 ? undefined : compileMatch(match);
    this.#probability = probability;
    this.#draws = new RuleDraws(seed, name);
    this.#pattern = pattern === undefined ? undefined : createPattern(pattern, this.#draws);
    this.#needsContent = this.fault.kind.stage === 'content';
  }

  fires(subject: FaultSubject): boolean {
    if (this.#needsContent && !subject.generates) return false;
    if (this.#fits?.(subject) === false) return false;
    let share = typeof this.#probability === 'number' ? this.#probability : this.#probability(subject.atUs);
    if (share > 0 && this.#pattern !== undefined) share *= this.#pattern.shareAt(subject);
    if (share <= 0 || share >= 1) return share > 0;
    return this.#draws.ofRequest(subject.identity) < share;
  }
}
