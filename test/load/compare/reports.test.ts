/** A comparison for people: the table and the page say the same, whatever a gateway put into its answers, and the documentation names all measures. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../../src/kernel/package-root.js';
import { evaluate } from '../../../src/load/assertions/evaluate.js';
import { parseAssertions } from '../../../src/load/assertions/parse.js';
import { groundPairs } from '../../../src/load/compare/basis.js';
import { compareMeasures, compareVocabulary } from '../../../src/load/compare/compare-vocabulary.js';
import type { PairFacts } from '../../../src/load/compare/contract.js';
import { groundSummary } from '../../../src/load/compare/ground-summary.js';
import { compareHtml } from '../../../src/load/compare/html.js';
import { judge, pathResult } from '../../../src/load/compare/judgement.js';
import { ANOMALIES, type CompareResult } from '../../../src/load/compare/result.js';
import { compareTable } from '../../../src/load/compare/table.js';
import { type UpstreamView, upstreamView } from '../../../src/load/compare/upstream-view.js';
import { answer, directEntry, entry, pair } from './judged-pairs.js';

const HOSTILE = '<script>alert(1)</script>"\'&\u0000\u001b[31m';

function resultOf(facts: readonly PairFacts[], view?: UpstreamView): CompareResult {
  const pairs = groundPairs(facts, view);
  return {
    kind: 'compare',
    version: '0.0.0',
    started_at: '2026-11-26T10:00:00.000Z',
    elapsed_secs: 12.5,
    seed: 1,
    plan: ['main: openai.chat'],
    pairs: facts.length,
    concurrency: 8,
    confidence: 0.95,
    direct: pathResult(
      'http://direct',
      ['openai.chat'],
      facts.map(({ direct }) => direct),
    ),
    gateway: pathResult(
      'http://gateway',
      ['openai.chat'],
      facts.map(({ gateway }) => gateway),
    ),
    ground: groundSummary(pairs, undefined, 'it was not asked for'),
    ...judge(pairs),
    upstream: null,
    validity: { valid: true, reasons: [] },
    warnings: [],
    assertions: [],
  };
}

/** As many pairs, with times that differ a little, and the last one as it is given. */
function pairsWith(last: Partial<PairFacts>): readonly PairFacts[] {
  const plain = Array.from({ length: 40 }, (_, index) =>
    pair(`k${index}`, { gateway: answer({ firstContentMs: 105 + index / 100 }) }),
  );
  return [...plain, pair('the-last', last)];
}

describe('table and page', () => {
  const result = resultOf(
    pairsWith({
      content: { verdict: 'lost', at: 7, directLength: 3, gatewayLength: 0 },
      headers: [{ name: 'x-a', kind: 'lost', direct: HOSTILE }],
      fields: [{ name: 'choices[].x', kind: 'changed', direct: '1', gateway: HOSTILE }],
    }),
  );

  test('say what is added, with intervals, and what is to be looked at', () => {
    const table = compareTable(result);
    for (const text of [table, compareHtml(result)]) {
      assert.match(text, /until the first token/);
      assert.match(text, /5\.19/);
      assert.match(text, /3 characters are missing at character 7/);
      assert.match(text, /the-last/);
      assert.match(text, /journal of the upstream is not used/);
    }
    assert.match(table, /lost x-a {2}1 pairs/);
  });

  test('let nothing of an answer become markup or an order to the terminal', () => {
    const page = compareHtml(result);
    assert.equal(page.includes('<script'), false);
    assert.match(page, /&lt;script&gt;alert/);
    const table = compareTable(result);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    assert.doesNotMatch(table, /[\u0000\u001b]/);
  });

  test('of nothing that can be compared say so', () => {
    const nothing = resultOf([pair('a', { gateway: answer({ outcome: 'timeout' }) })]);
    for (const text of [compareTable(nothing), compareHtml(nothing)]) assert.doesNotMatch(text, /NaN|undefined|null/);
    assert.match(compareHtml(nothing), /No pair is comparable in time/);
  });
});

describe('measures', () => {
  const result = resultOf(pairsWith({ content: { verdict: 'lost', at: 7, directLength: 3, gatewayLength: 0 } }));
  const judged = (text: string) => evaluate(parseAssertions([text], compareVocabulary).assertions, result)[0];

  test('are judged by figures and by the ends of their intervals', () => {
    assert.equal(judged('added_ttft_p50<5.3ms')?.passed, true);
    assert.equal(judged('added_ttft_p50_high<5.21ms')?.passed, false);
    assert.equal(judged('added_ttft_p50_low>5ms')?.passed, true);
    assert.equal(judged('anomalies==1')?.passed, true);
    assert.equal(judged('anomalies.content_lost==0')?.passed, false);
    assert.equal(judged('anomalies.hung==0')?.passed, true);
  });

  test('that are not there pass no assertion', () => {
    const few = resultOf([pair('a')]);
    const [found] = evaluate(parseAssertions(['added_ttft_p50_high<9s'], compareVocabulary).assertions, few);
    assert.equal(found?.passed, false);
    assert.match(found?.explanation ?? '', /too few/);
  });

  test('of anomalies are not there where their part was judged of no pair', () => {
    const changed = { content: { verdict: 'changed', at: 0, directLength: 3, gatewayLength: 3 } } as const;
    const unknown = resultOf([pair('a', changed), pair('b', changed)]);
    for (const text of [
      'anomalies==0',
      'anomalies.content_lost==0',
      'anomalies.usage_changed==0',
      'anomalies.hung==0',
    ]) {
      for (const nothing of [unknown, resultOf([])]) {
        const [found] = evaluate(parseAssertions([text], compareVocabulary).assertions, nothing);
        assert.deepEqual([found?.passed, found?.actual], [false, null], text);
      }
    }
    for (const text of [compareTable(unknown), compareHtml(unknown)]) {
      assert.match(text, /not one pair could be judged by its endings, contents, totals/);
    }
  });

  test('of answers without a text, as embeddings, are there', () => {
    const { content: _, ...textless } = pair('a');
    const entries = [directEntry({ requestId: 'a' }), entry({ requestId: 'a' })];
    const embeddings = resultOf([textless], upstreamView(['a'], entries));
    const { assertions } = parseAssertions(['anomalies==0', 'anomalies.usage_changed==0'], compareVocabulary);
    for (const { passed } of evaluate(assertions, embeddings)) assert.equal(passed, true);
  });

  test('are all in the documentation, and so are the anomalies', () => {
    const page = readFileSync(join(packageRoot, 'docs/compare.md'), 'utf8');
    for (const kind of ANOMALIES) assert.ok(page.includes(`| \`${kind}\` |`), kind);
    const families = compareMeasures.map(({ name }) =>
      name.replace(/^added_[a-z0-9]+_p\d\d/, 'added_ttft_p50').replace(/^anomalies\..*/, 'anomalies'),
    );
    for (const name of new Set(families)) assert.ok(page.includes(`\`${name}\``), name);
  });
});
