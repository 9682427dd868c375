/**
 * A result as JUnit's XML, valid by the schema of Jenkins (junit-10.xsd of its xunit plugin), which is stricter than what GitLab and the
 * readers for GitHub take: one suite, a test case for the run's validity and one for each assertion. An assertion that does not hold is a
 * failure; a run that is not valid is an error, and its assertions are skipped, since figures that are not to be trusted do not pass. Nor
 * do they fail, but by what the target did.
 */
import type { AssertionResult, RunResult } from '../result.js';
import { escaped } from './markup.js';
import { tableReport } from './table-report.js';
import { verdictOf } from './verdict.js';

/** What of a result the file is made of; a comparison has the same. */
export interface Judged {
  readonly kind: string;
  readonly started_at: string;
  readonly elapsed_secs: number;
  readonly validity: RunResult['validity'];
  readonly assertions: readonly AssertionResult[];
}

/** The document of a load run, with its table as the suite's output. */
export function junitReport(result: RunResult): string {
  const properties: [string, string][] = [
    ['target', result.target],
    ['seed', String(result.seed)],
    ['version', result.version],
    ...result.plan.map((line, index): [string, string] => [`plan.${index + 1}`, line]),
  ];
  return junitDocument(result, properties, tableReport(result));
}

/**
 * @param properties name and value, for a person
 * @param output what the command printed
 */
export function junitDocument(
  judged: Judged,
  properties: readonly (readonly [name: string, value: string])[],
  output: string,
): string {
  const { kind, started_at, elapsed_secs, validity, assertions } = judged;
  const suite = `llm-simulator ${kind}`;
  const failed = verdictOf(judged).word === 'failed' ? assertions.filter(({ passed }) => !passed) : [];
  const skipped = validity.valid ? [] : assertions.filter((each) => !failed.includes(each));
  const cases = [
    validityCase(suite, validity),
    ...assertions.map((each) => assertionCase(suite, each, skipped.includes(each))),
  ];
  const counts = {
    name: suite,
    tests: cases.length,
    failures: failed.length,
    errors: validity.valid ? 0 : 1,
    time: elapsed_secs.toFixed(3),
  };
  // The form has no place for a zone: the time is UTC.
  const timestamp = started_at.replace(/(\.\d+)?Z$/, '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counts)}>`,
    `<testsuite${attributes({ ...counts, skipped: skipped.length, timestamp })}>`,
    '<properties>',
    ...properties.map(([name, value]) => `<property${attributes({ name, value })}/>`),
    '</properties>',
    ...cases,
    `<system-out>${escaped(output)}</system-out>`,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function validityCase(suite: string, { valid, reasons }: RunResult['validity']): string {
  const head = attributes({ classname: suite, name: 'the run is valid', time: 0 });
  if (valid) return `<testcase${head}/>`;
  const message = reasons.map((reason) => reason.message).join(' ');
  const text = reasons.map((reason) => `${reason.code}: ${reason.message}`).join('\n');
  return `<testcase${head}><error${attributes({ message, type: reasons[0]?.code ?? 'invalid' })}>${escaped(text)}</error></testcase>`;
}

function assertionCase(
  suite: string,
  { assertion, measure, passed, explanation }: AssertionResult,
  isSkipped: boolean,
): string {
  const head = attributes({ classname: suite, name: assertion, time: 0 });
  if (isSkipped) return `<testcase${head}><skipped${attributes({ message: 'The run is not valid.' })}/></testcase>`;
  if (passed) return `<testcase${head}/>`;
  return `<testcase${head}><failure${attributes({ message: explanation, type: measure })}>${escaped(explanation)}</failure></testcase>`;
}

function attributes(values: { readonly [name: string]: string | number }): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}
