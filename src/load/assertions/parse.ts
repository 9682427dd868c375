/**
 * Reads assertions: a measure, a comparison, and a number with its unit, with or without spaces between them.
 *
 *   ttft_p99 < 900ms     error_rate<0.1%     chat.goodput >= 95%     errors.timeout == 0
 */
import { closest } from '../../config/suggestions.js';
import { type Assertion, type AssertionProblem, OPERATORS, type Operator, type Vocabulary } from './contract.js';
import { readLimit } from './units.js';

/** Longer than any that could be meant; it stands in messages and reports. */
const ASSERTION_CHARS_MAX = 200;

export interface ParsedAssertions<Document> {
  readonly assertions: readonly Assertion<Document>[];
  /** All there are; empty when every text was understood. */
  readonly problems: readonly AssertionProblem[];
}

export function parseAssertions<Document>(
  texts: readonly string[],
  vocabulary: Vocabulary<Document>,
): ParsedAssertions<Document> {
  const parsed = texts.map((text) => parseAssertion(text, vocabulary));
  return {
    assertions: parsed.filter((one) => 'measure' in one),
    problems: parsed.filter((one) => 'message' in one),
  };
}

/** @returns the assertion, or the first thing that is wrong with it */
export function parseAssertion<Document>(
  text: string,
  vocabulary: Vocabulary<Document>,
): Assertion<Document> | AssertionProblem {
  const problem = (message: string, suggestion?: string): AssertionProblem => ({
    assertion: text.slice(0, ASSERTION_CHARS_MAX),
    message,
    ...(suggestion !== undefined && { suggestion }),
  });
  if (text.length > ASSERTION_CHARS_MAX) return problem(`is longer than ${ASSERTION_CHARS_MAX} characters`);
  const { name, comparison, number, suffix, rest } = partsOf(text);
  const operator = OPERATORS.find((one) => one === comparison);
  if (comparison === '') {
    return problem(
      `has no comparison: write a measure, one of ${OPERATORS.join(' ')}, and a number, as in "ttft_p99<900ms"`,
    );
  }
  const measure = vocabulary.resolve(name);
  if (measure === undefined) return problem(...unknownMeasure(name, vocabulary.names));
  if (operator === undefined) return problem(...unknownOperator(comparison, text));
  if (number === undefined || rest !== '') {
    return problem(rest === '' ? `has no number behind ${operator}` : `has no number where "${rest}" stands`);
  }
  const limit = readLimit(number, suffix, measure.unit);
  if ('message' in limit) {
    const better = limit.number === undefined ? undefined : `did you mean "${name}${operator}${limit.number}"?`;
    return problem(`${name} ${limit.message}`, better);
  }
  return { text, measure, operator, limit: limit.limit };
}

interface Parts {
  readonly name: string;
  readonly comparison: string;
  readonly number?: string;
  readonly suffix: string;
  /** What stands behind the comparison and is no number with a unit. */
  readonly rest: string;
}

/** A plain decimal: what else JavaScript takes for a number nobody writes into a demand. */
const quantity = /^(-?\d+(?:\.\d+)?)\s*(\S*)$/;

function partsOf(text: string): Parts {
  const at = text.search(/[<>=!]/);
  if (at < 0) return { name: text.trim(), comparison: '', suffix: '', rest: '' };
  const behind = text.slice(at);
  const comparison = (/^[<>=!~]+/.exec(behind) as RegExpExecArray)[0];
  const value = behind.slice(comparison.length).trim();
  const [, number, suffix = ''] = quantity.exec(value) ?? [];
  return { name: text.slice(0, at).trim(), comparison, number, suffix, rest: number === undefined ? value : '' };
}

/** What is often written instead. */
const MEANT: ReadonlyMap<string, Operator> = new Map([
  ['=', '=='],
  ['===', '=='],
  ['=<', '<='],
  ['=>', '>='],
  ['<>', '!='],
  ['!', '!='],
  ['!==', '!='],
]);

function unknownOperator(comparison: string, text: string): [message: string, suggestion?: string] {
  const meant = MEANT.get(comparison);
  const message = `has "${comparison}" where one of ${OPERATORS.join(' ')} belongs`;
  return meant === undefined ? [message] : [message, `did you mean "${text.trim().replace(comparison, meant)}"?`];
}

function unknownMeasure(name: string, names: readonly string[]): [message: string, suggestion?: string] {
  if (name === '') return ['has no measure in front of its comparison'];
  const near = closest(name, names);
  return [`"${name}" is no measure of this run`, near === undefined ? undefined : `did you mean "${near}"?`];
}
