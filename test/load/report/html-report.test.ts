/** The page is one file that loads nothing and runs nothing, shows what the result says, and takes any text for text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { htmlReport } from '../../../src/load/report/html-report.js';
import type { RunResult } from '../../../src/load/result.js';
import { EMPTY_RESULT, exampleResult } from './example-result.js';
import { type Element, elementsOf, markupTree, wholeText } from './markup-tree.js';

function read(result: RunResult): Element {
  const text = htmlReport(result);
  assert.ok(text.startsWith('<!doctype html>\n'));
  return markupTree(text.trim());
}

/** Of every element and its attributes. */
function eachAttribute(root: Element, visit: (name: string, value: string) => void): void {
  for (const [name, value] of Object.entries(root.attributes)) visit(name, value);
  for (const child of root.children) eachAttribute(child, visit);
}

const headingsOf = (root: Element): string[] => elementsOf(root, 'h2').map(wholeText);

describe('the page', () => {
  test('has its verdict, tables and pictures', () => {
    const root = read(exampleResult());
    assert.deepEqual(headingsOf(root), [
      'Assertions',
      'Summary',
      'Delays',
      'By entry of the mix',
      'Errors',
      'Distributions',
      'Over time',
      'Plan',
    ]);
    const banner = elementsOf(root, 'div').find(({ attributes }) => attributes.role === 'status')!;
    assert.equal(banner.attributes.class, 'banner bad');
    assert.equal(wholeText(elementsOf(banner, 'strong')[0]!), 'failed');
    assert.match(wholeText(banner), /1 of 2/);
    assert.deepEqual(
      elementsOf(root, 'figure').map((figure) => wholeText(elementsOf(figure, 'title')[0]!)),
      [
        'Percentiles of TTFT and E2E',
        'Percentiles of ITL and TPOT',
        'Distribution of TTFT',
        'Distribution of ITL',
        'Distribution of E2E',
        'Requests over time',
        'Errors over time',
        'Requests in flight',
        'Time to first token over time',
        'Inter-token latency over time',
        'End-to-end time over time',
        'Output tokens over time',
        'Lateness of the generator',
      ],
    );
    const delays = elementsOf(root, 'table').find((table) => wholeText(table).startsWith('mscount'))!;
    const rows = elementsOf(delays, 'tr').map((row) => row.children.map(wholeText));
    assert.equal(rows.length, 6);
    assert.ok(rows.every((row) => row.length === rows[0]!.length));
  });

  test('loads nothing and runs nothing, and its policy says so', () => {
    const root = read(exampleResult());
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'image', 'use', 'a', 'base', 'form']) {
      assert.equal(elementsOf(root, name).length, 0, name);
    }
    eachAttribute(root, (name, value) => {
      assert.doesNotMatch(name, /^(on|src|href|xlink|style|action|data)/);
      if (name !== 'xmlns') assert.doesNotMatch(value, /https?:|url\(|javascript:/);
    });
    for (const style of elementsOf(root, 'style')) assert.doesNotMatch(style.text, /url\(|@import|https?:/);
    const policy = elementsOf(root, 'meta').find((meta) => meta.attributes['http-equiv'] === 'Content-Security-Policy');
    assert.match(policy!.attributes.content!, /^default-src 'none';/);
  });

  test('has the style of charts once', () => {
    assert.equal(elementsOf(read(exampleResult()), 'style').length, 1);
  });

  test('says first why a run is not valid', () => {
    const reasons = [{ code: 'not_sent', message: '12 arrivals were not sent.' }];
    const root = read(exampleResult({ validity: { valid: false, reasons } }));
    assert.equal(headingsOf(root)[0], 'Why the figures may not be trusted');
    assert.ok(elementsOf(root, 'li').some((item) => wholeText(item) === '12 arrivals were not sent.'));
  });

  test('of a run in which nothing ended has no table of delays, no picture and no nonsense', () => {
    const root = read(EMPTY_RESULT);
    assert.deepEqual(headingsOf(root), ['Summary']);
    assert.doesNotMatch(wholeText(elementsOf(root, 'main')[0]!), /NaN|undefined|Infinity/);
  });

  test('takes any text from elsewhere for text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('</title><script>x</script>')), (text) => {
        const root = read({
          ...EMPTY_RESULT,
          target: text,
          plan: [text],
          total: { ...EMPTY_RESULT.total, errors_by_kind: { [text]: 2 } },
          by_mix: { [text]: EMPTY_RESULT.total, other: EMPTY_RESULT.total },
          validity: { valid: false, reasons: [{ code: text, message: text }] },
          assertions: [{ assertion: text, measure: text, actual: null, passed: false, explanation: text }],
        });
        assert.equal(elementsOf(root, 'script').length, 0);
        assert.equal(elementsOf(root, 'main').length, 1);
      }),
      { numRuns: 50 },
    );
  });

  test('is the same bytes for the same result, and small', () => {
    const text = htmlReport(exampleResult());
    assert.equal(htmlReport(exampleResult()), text);
    assert.ok(text.length < 300_000, `${text.length}`);
  });
});
