/** The JUnit file is XML by the schema that Jenkins holds it to, counts what it holds, and survives any text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { junitReport } from '../../../src/load/report/junit-report.js';
import type { RunResult } from '../../../src/load/result.js';
import { EMPTY_RESULT, exampleResult } from './example-result.js';
import { type Element, elementsOf, markupTree, wholeText } from './markup-tree.js';

/** Attributes and children of each element in junit-10.xsd of the Jenkins xunit plugin, as far as the file uses them. */
const SCHEMA: Readonly<Record<string, { attributes: string[]; required: string[]; children: string[] }>> = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], required: [], children: ['testsuite'] },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'time', 'skipped', 'timestamp', 'hostname', 'id', 'package'],
    required: ['name', 'tests', 'failures', 'errors'],
    children: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { attributes: [], required: [], children: ['property'] },
  property: { attributes: ['name', 'value'], required: ['name', 'value'], children: [] },
  testcase: {
    attributes: ['name', 'time', 'classname', 'group'],
    required: ['name'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  skipped: { attributes: ['type', 'message'], required: [], children: [] },
  error: { attributes: ['type', 'message'], required: [], children: [] },
  failure: { attributes: ['type', 'message'], required: [], children: [] },
  'system-out': { attributes: [], required: [], children: [] },
};

function assertBySchema(element: Element): void {
  const rule = SCHEMA[element.name];
  assert.ok(rule !== undefined, element.name);
  const names = Object.keys(element.attributes);
  for (const name of names) assert.ok(rule.attributes.includes(name), `${element.name} ${name}`);
  for (const name of rule.required) assert.ok(names.includes(name), `${element.name} without ${name}`);
  if (element.attributes.time !== undefined) assert.match(element.attributes.time, /^\d+(\.\d*)?$/);
  for (const child of element.children) {
    assert.ok(rule.children.includes(child.name), `${child.name} in ${element.name}`);
    assertBySchema(child);
  }
}

function read(result: RunResult): Element {
  const text = junitReport(result);
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  assert.ok(text.startsWith(declaration));
  const root = markupTree(text.slice(declaration.length).trim());
  assertBySchema(root);
  const [suite] = elementsOf(root, 'testsuite');
  for (const [attribute, name] of [
    ['tests', 'testcase'],
    ['failures', 'failure'],
    ['errors', 'error'],
    ['skipped', 'skipped'],
  ] as const) {
    assert.equal(Number(suite!.attributes[attribute]), elementsOf(root, name).length, attribute);
  }
  return root;
}

describe('the JUnit file', () => {
  test('has a case for validity and for each assertion, and a failure for what does not hold', () => {
    const root = read(exampleResult());
    assert.deepEqual(
      elementsOf(root, 'testcase').map(({ attributes }) => attributes.name),
      ['the run is valid', 'ttft_p99<900ms', 'error_rate<0.1%'],
    );
    const [failure, ...others] = elementsOf(root, 'failure');
    assert.deepEqual(others, []);
    assert.deepEqual(failure!.attributes, { message: '1.35 % is not below 0.1 %', type: 'error_rate' });
    const [suite] = elementsOf(root, 'testsuite');
    assert.equal(suite!.attributes.timestamp, '2026-01-02T03:04:05');
    assert.match(wholeText(elementsOf(root, 'system-out')[0]!), /FAILED: /);
  });

  test('has an error for a run that is not valid, and its assertions are skipped', () => {
    const reasons = [{ code: 'upstream_saturated', message: 'The simulator was saturated.' }];
    const root = read(exampleResult({ validity: { valid: false, reasons } }));
    assert.equal(elementsOf(root, 'failure').length, 0);
    assert.equal(elementsOf(root, 'skipped').length, 2);
    assert.deepEqual(elementsOf(root, 'error')[0]!.attributes, {
      message: 'The simulator was saturated.',
      type: 'upstream_saturated',
    });
  });

  test('has an error and failures for a run in which the target alone is to blame', () => {
    const reasons = [{ code: 'cut_at_end', message: '12 requests had not ended.' }];
    const root = read(exampleResult({ validity: { valid: false, reasons } }));
    const counts = ['error', 'failure', 'skipped'].map((name) => elementsOf(root, name).length);
    assert.deepEqual(counts, [1, 1, 1]);
  });

  test('has one case where nothing was asserted', () => {
    assert.equal(elementsOf(read(EMPTY_RESULT), 'testcase').length, 1);
  });

  test('stays well-formed for any text', () => {
    const anyText = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (text, other, valid) => {
        const root = read({
          ...EMPTY_RESULT,
          target: text,
          plan: [other],
          validity: { valid, reasons: valid ? [] : [{ code: text, message: other }] },
          assertions: [{ assertion: text, measure: other, actual: null, passed: false, explanation: text }],
        });
        assert.equal(elementsOf(root, 'testcase').length, 2);
      }),
    );
  });
});
