import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import cl100kTokens from 'gpt-tokenizer/bpeRanks/cl100k_base';
import o200kTokens from 'gpt-tokenizer/bpeRanks/o200k_base';
import { BytePairVocabulary, layOutVocabulary } from '../../../src/content/tokenizers/byte-pair-vocabulary.js';
import { loadEncoding, loadTokenizer, tokenizerOf } from '../../../src/content/tokenizers/load-tokenizer.js';

/** Bytes a character each, unless they are a text's that begins with a byte order mark: the lists give those in bytes, too. */
function textOf(token: string | readonly number[] | undefined): string {
  if (typeof token !== 'object') return String(token);
  const isMarked = token[0] === 0xef && token[1] === 0xbb && token[2] === 0xbf;
  return Buffer.from(token).toString(isMarked ? 'utf8' : 'latin1');
}

describe('a vocabulary', () => {
  for (const [name, tokens] of Object.entries({ o200k_base: o200kTokens, cl100k_base: cl100kTokens })) {
    test(`has every token of ${name} under its rank, and its rank under every token`, () => {
      const vocabulary = new BytePairVocabulary(layOutVocabulary(tokens));
      assert.equal(vocabulary.size, tokens.length);
      const wrong = tokens.filter((token, rank) => {
        const found =
          typeof token === 'string'
            ? vocabulary.rankOfText(token)
            : vocabulary.rankOfFragment(String.fromCharCode(...token));
        return found !== rank || textOf(vocabulary.tokenOf(rank)) !== textOf(token);
      });
      assert.deepEqual(wrong, []);
    });
  }

  test('has nothing under what is no token', () => {
    const vocabulary = new BytePairVocabulary(layOutVocabulary(['a', 'ab', [0xe6], 'é', '\ufffd']));
    for (const text of ['', 'b', 'abc', 'é'.repeat(40), 'e\u0301', '\ud800', '\udfff', 'æ']) {
      assert.equal(vocabulary.rankOfText(text), undefined, JSON.stringify(text));
    }
    const marked = new BytePairVocabulary(layOutVocabulary([[0xef, 0xbb, 0xbf]]));
    assert.deepEqual([marked.rankOfText('\ufeff'), marked.rankOfFragment('\xef\xbb\xbf')], [undefined, 0]);
    assert.equal(vocabulary.rankOfText('\ufffd'), 4);
    assert.equal(vocabulary.rankOfText('é'), 3);
    assert.equal(vocabulary.rankOfFragment('\xe6'), 2);
    assert.equal(vocabulary.rankOfFragment('\xe7'), undefined);
    for (const rank of [-1, 5, 0.5, Number.NaN]) assert.equal(vocabulary.tokenOf(rank), undefined);
  });

  test('of no tokens is one, too', () => {
    assert.equal(new BytePairVocabulary(layOutVocabulary([])).rankOfText('a'), undefined);
  });
});

test('what one thread has loaded another can use: nothing of the vocabulary is copied', async () => {
  const encoding = await loadEncoding('o200k_base');
  const received = structuredClone(encoding);
  for (const row of ['bytes', 'starts', 'slots'] as const) {
    assert.ok(received.vocabulary[row].buffer instanceof SharedArrayBuffer);
    assert.equal(received.vocabulary[row].length, encoding.vocabulary[row].length);
  }
  const text = 'Words, Ωμέγα 漢字 and 👩‍👩‍👧; 1234567 \ud800';
  assert.deepEqual(tokenizerOf(received).split(text), (await loadTokenizer('o200k_base')).split(text));
});
