/**
 * Assertions about a document: which measures it has, and what somebody demanded of them. `load` and `compare` have documents and measures of
 * their own; how assertions are written, read and judged is the same.
 */

/** What a measure's numbers are, in its document: milliseconds, shares in [0, 1], per second, or counts. */
export type MeasureUnit = 'ms' | 'share' | 'per_second' | 'count';

export interface Measure<Document> {
  /** As it stands in assertions. */
  readonly name: string;
  readonly unit: MeasureUnit;
  /** Which way is better; a run with more requests is neither. */
  readonly better: 'lower' | 'higher' | 'neither';
  /** A phrase for people: `99th percentile of the time to the first token`. */
  readonly description: string;
  /** Undefined where the document has no such number: nothing of the kind was measured. */
  readonly read: (document: Document) => number | undefined;
  /** Why there may be none: `no stream was complete`. */
  readonly absence: string;
}

/** The measures of one kind of document. */
export interface Vocabulary<Document> {
  /** For suggestions: all names, but for those that are made of free words. */
  readonly names: readonly string[];
  /** Names may stand for more than the listed ones. */
  readonly resolve: (name: string) => Measure<Document> | undefined;
}

export const OPERATORS = ['<=', '>=', '==', '!=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Assertion<Document> {
  /** As it was written. */
  readonly text: string;
  readonly measure: Measure<Document>;
  readonly operator: Operator;
  /** In the measure's unit. */
  readonly limit: number;
}

/** What is wrong with what somebody wrote, and what may have been meant. */
export interface AssertionProblem {
  readonly assertion: string;
  readonly message: string;
  readonly suggestion?: string;
}
