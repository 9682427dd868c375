/**
 * The regular expressions of one schema, each compiled when first used, and the steps that all of them together may take while one
 * document is written. What cannot be told within the steps counts as a match: a document is not held against an expression that
 * nobody can check.
 */
import type { Draws } from '../draws.js';
import type { StepAllowance } from './matcher.js';
import { Pattern } from './pattern.js';

/** Steps per document, and per single match. */
const STEPS_MAX = 2_000_000;
const MATCH_STEPS_MAX = 200_000;
/** What a match costs apart from its steps, in steps. */
const MATCH_COST = 20;

export class PatternBook {
  readonly #patterns = new Map<string, Pattern>();
  #steps = STEPS_MAX;

  /** Gives the full allowance back: at the beginning of each document. */
  reset(): void {
    this.#steps = STEPS_MAX;
  }

  matches(source: string, text: string): boolean {
    if (this.#steps <= 0) return true;
    return this.#within((allowance) => this.#pattern(source).test(text, allowance)) ?? true;
  }

  sample(
    source: string,
    draws: Draws,
    shortest: number,
    longest: number,
    others: readonly string[],
  ): string | undefined {
    return this.#within((allowance) =>
      this.#pattern(source).sample(draws, shortest, longest, allowance, (text) =>
        others.every((other) => this.#pattern(other).test(text, allowance) !== false),
      ),
    );
  }

  #within<T>(use: (allowance: StepAllowance) => T): T {
    this.#steps -= MATCH_COST;
    const granted = Math.min(this.#steps, MATCH_STEPS_MAX);
    const allowance = { steps: granted };
    try {
      return use(allowance);
    } finally {
      this.#steps -= granted - Math.max(0, allowance.steps);
    }
  }

  #pattern(source: string): Pattern {
    let pattern = this.#patterns.get(source);
    if (pattern === undefined) {
      pattern = new Pattern(source);
      this.#patterns.set(source, pattern);
    }
    return pattern;
  }
}
