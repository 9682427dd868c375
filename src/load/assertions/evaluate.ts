/**
 * Judges assertions by a document. What was not measured passes no assertion: a run in which nothing came back would keep every limit
 * otherwise.
 */
import type { AssertionResult } from '../result.js';
import type { Assertion, Operator } from './contract.js';
import { formatQuantity } from './units.js';

const HOLDS: { readonly [operator in Operator]: (actual: number, limit: number) => boolean } = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
  '!=': (actual, limit) => actual !== limit,
};

const WORDS: { readonly [operator in Operator]: string } = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '==': 'equal to',
  '!=': 'other than',
};

export function evaluate<Document>(assertions: readonly Assertion<Document>[], document: Document): AssertionResult[] {
  return assertions.map((assertion) => judge(assertion, document));
}

function judge<Document>({ text, measure, operator, limit }: Assertion<Document>, document: Document): AssertionResult {
  const actual = measure.read(document);
  if (actual === undefined) {
    return {
      assertion: text,
      measure: measure.name,
      actual: null,
      passed: false,
      explanation: `${measure.name} was not measured: ${measure.absence}`,
    };
  }
  const passed = HOLDS[operator](actual, limit);
  const [is, against] = [formatQuantity(actual, measure.unit), formatQuantity(limit, measure.unit)];
  return {
    assertion: text,
    measure: measure.name,
    actual,
    passed,
    explanation: `${is} is ${passed ? '' : 'not '}${WORDS[operator]} ${against}`,
  };
}
