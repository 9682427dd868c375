/** How prompts are cut into blocks: what two of them share is what they begin with alike, in whole blocks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { BlockMeter, TokenMeter } from '../../src/providers/prompt-meter.js';

const tokenizer = await loadTokenizer('o200k_base');
const BLOCK_TOKENS = 16;
const SIZE = { blockTokens: BLOCK_TOKENS, blocksMax: 1_000 };

const meterOf = (scope = '') => new BlockMeter(tokenizer, SIZE, scope);

function blocksOf(texts: readonly string[], scope = ''): readonly number[] {
  const meter = meterOf(scope);
  for (const text of texts) meter.text(text);
  return meter.layout().blocks;
}

function sharedBlocks(one: readonly number[], other: readonly number[]): number {
  const different = one.findIndex((block, index) => block !== other[index]);
  return different === -1 ? one.length : different;
}

/** The pieces that a tokenizer cuts the texts into, each text ended by a mark of no tokens. */
function piecesOf(texts: readonly string[]): [piece: string, tokens: number][] {
  return texts.flatMap((text) => {
    const pieces: [string, number][] = [];
    tokenizer.countPieces(text, (piece, tokens) => pieces.push([piece, tokens]));
    return [...pieces, ['\u0000 end', 0] as [string, number]];
  });
}

const word = fc.constantFrom(
  'alpha ',
  'beta ',
  'gamma, ',
  'delta\n',
  'ε ',
  '日本語',
  '12345 ',
  'antidisestablishment',
  '👩‍👩‍👧 ',
);
const text = fc.oneof(
  { weight: 3, arbitrary: fc.array(word, { maxLength: 120 }).map((words) => words.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);
const texts = fc.array(text, { maxLength: 6 });

describe('a prompt that is laid out in blocks', () => {
  test('has as many tokens as one that is only counted', () => {
    fc.assert(
      fc.property(texts, (prompt) => {
        const [counted, laidOut] = [new TokenMeter(tokenizer), meterOf()];
        for (const one of prompt) assert.equal(laidOut.text(one), counted.text(one));
        assert.equal(
          laidOut.layout().tokens,
          prompt.reduce((sum, one) => sum + tokenizer.count(one), 0),
        );
      }),
      { seed: 2 },
    );
  });

  test('shares with an edited one exactly the whole blocks before the edit', () => {
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(30), insert: fc.string({ maxLength: 30 }) });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), fc.nat(), edit, (prompt, which, change) => {
        const index = which % prompt.length;
        const original = prompt[index];
        const at = change.at % (original.length + 1);
        const changed = original.slice(0, at) + change.insert + original.slice(at + change.remove);
        const edited = prompt.with(index, changed);
        const [before, after] = [piecesOf(prompt), piecesOf(edited)];
        let tokens = 0;
        for (let place = 0; place < before.length && before[place][0] === after[place]?.[0]; place++) {
          tokens += before[place][1];
        }
        const shared = sharedBlocks(blocksOf(prompt), blocksOf(edited));
        assert.equal(shared, Math.floor(tokens / BLOCK_TOKENS));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('is another one where the same letters are cut otherwise, or where it belongs to somebody else', () => {
    const words =
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen';
    assert.equal(sharedBlocks(blocksOf([words]), blocksOf([words])), 1);
    assert.equal(sharedBlocks(blocksOf([words]), blocksOf([words.slice(0, 3), words.slice(3)])), 0);
    assert.equal(sharedBlocks(blocksOf([words], 'a'), blocksOf([words], 'b')), 0);
  });

  test('counts an image by its content', () => {
    const withImage = (content: string) => {
      const meter = meterOf();
      assert.equal(meter.other(content, 85), 85);
      return meter.layout().blocks;
    };
    assert.equal(withImage('data:1').length, 5);
    assert.deepEqual(withImage('data:1'), withImage('data:1'));
    assert.equal(sharedBlocks(withImage('data:1'), withImage('data:2')), 0);
  });

  test('has the tokens of a frame after its texts', () => {
    const meter = meterOf();
    assert.equal(
      meter.part(() => 4 + meter.text('hello world')),
      6,
    );
    assert.equal(meter.layout().tokens, 6);
    assert.equal(
      new TokenMeter(tokenizer).part(() => 6),
      6,
    );
  });

  test('goes on from where another was left', () => {
    fc.assert(
      fc.property(texts, texts, (first, rest) => {
        const [whole, begun, resumed] = [meterOf(), meterOf(), meterOf('whatever')];
        for (const one of [...first, ...rest]) whole.text(one);
        for (const one of first) begun.text(one);
        resumed.text('something else');
        resumed.resume(JSON.parse(JSON.stringify(begun.layout())));
        for (const one of rest) resumed.text(one);
        assert.deepEqual(resumed.layout(), whole.layout());
      }),
      { seed: 4 },
    );
  });

  test('ends with the last block that is looked at', () => {
    const meter = new BlockMeter(tokenizer, { blockTokens: BLOCK_TOKENS, blocksMax: 3 });
    meter.other('long', 10_000);
    assert.equal(meter.layout().blocks.length, 3);
  });
});
