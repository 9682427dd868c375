import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import cl100kReference from 'gpt-tokenizer/encoding/cl100k_base';
import o200kReference from 'gpt-tokenizer/encoding/o200k_base';
import { WINDOW_CHARS } from '../../../src/content/tokenizers/byte-pair-tokenizer.js';
import { type EncodingName, loadTokenizer } from '../../../src/content/tokenizers/load-tokenizer.js';

const SPECIAL_TOKENS_ARE_TEXT = { disallowedSpecial: new Set<string>() };
const REFERENCES = { o200k_base: o200kReference, cl100k_base: cl100kReference };
const referenceCount = (encoding: EncodingName, text: string): number =>
  REFERENCES[encoding].countTokens(text, SPECIAL_TOKENS_ARE_TEXT);

/** Counts in o200k_base and cl100k_base; all but the first three are those of OpenAI's cookbook on counting with tiktoken. */
const KNOWN_COUNTS: [string, number, number][] = [
  ['', 0, 0],
  ['hello world', 2, 2],
  ['Hello, world!', 4, 4],
  ['tiktoken is great!', 6, 6],
  ['antidisestablishmentarianism', 6, 6],
  ['2 + 2 = 4', 7, 7],
  ['お誕生日おめでとう', 8, 9],
];

/** Text of all kinds: words, code, scripts, digits, breaks, contractions, special-token strings, lone surrogates. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        ...[
          'the',
          ' quick',
          'Brown',
          ' FOX',
          "don't",
          " we'LL",
          ' ',
          '   ',
          '\n',
          '\r\n',
          '\t',
          '.\n\n',
          '1234567',
          '://',
          '漢字',
        ],
        ...[
          '😀',
          '👩‍👩‍👧',
          'é',
          'e\u0301',
          '<|endoftext|>',
          '<|im_start|>',
          '\ud800',
          '\udc00',
          ' \u3000',
          'ß',
          'Ωμέγα',
          '{"a":',
        ],
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
  describe(`the ${encoding} tokenizer`, async () => {
    const tokenizer = await loadTokenizer(encoding);

    test('is loaded once and says its name', async () => {
      assert.equal(await loadTokenizer(encoding), tokenizer);
      assert.equal(tokenizer.name, encoding);
    });

    test('gives known counts', () => {
      for (const [text, o200k, cl100k] of KNOWN_COUNTS) {
        assert.equal(tokenizer.count(text), encoding === 'o200k_base' ? o200k : cl100k, text);
      }
    });

    test('counts as the reference encoder does', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          assert.equal(tokenizer.count(text), referenceCount(encoding, text));
        }),
        { numRuns: 2_000 },
      );
    });

    test('counts special-token strings as ordinary text', () => {
      for (const text of ['<|endoftext|>', 'a<|im_start|>system<|im_sep|>', '<|endofprompt|>'.repeat(3)]) {
        assert.ok(tokenizer.count(text) > 3);
        assert.equal(tokenizer.split(text).join(''), text);
      }
    });

    test('splits into pieces that join to the text, never inside a character, at most one per token', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const tokens = tokenizer.split(text);
          assert.equal(tokens.join(''), text);
          assert.ok(tokens.length <= tokenizer.count(text));
          assert.ok(tokens.every((token) => token !== ''));
          let at = 0;
          for (const token of tokens) {
            assert.ok(!isInsidePair(text, at), `cut inside a character at ${at} of ${JSON.stringify(text)}`);
            at += token.length;
          }
        }),
        { numRuns: 1_000 },
      );
    });

    test('splits ASCII text into exactly its tokens', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
          assert.equal(tokenizer.split(text).length, tokenizer.count(text));
        }),
      );
    });

    test('counts a lone surrogate as U+FFFD and gives it back unchanged', () => {
      for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800', '漢\ud800']) {
        assert.equal(tokenizer.count(text), tokenizer.count(text.replace(/\p{Cs}/gu, '\ufffd')));
        assert.equal(tokenizer.split(text).join(''), text);
      }
    });

    test('decodes what the reference encoder encodes, cut anywhere', () => {
      const reference = REFERENCES[encoding];
      fc.assert(
        fc.property(anyText, fc.nat(10), (text, cut) => {
          const ids = reference.encode(text, SPECIAL_TOKENS_ARE_TEXT);
          assert.equal(tokenizer.decode(ids), text.replace(/\p{Cs}/gu, '\ufffd'));
          assert.equal(tokenizer.decode(ids.slice(cut)), reference.decode(ids.slice(cut)));
        }),
        { numRuns: 1_000 },
      );
    });

    test('decodes every id, and says which number is none', () => {
      const all = Array.from({ length: tokenizer.idCount }, (_, id) => id);
      for (const id of all) assert.notEqual(tokenizer.decode([id]), '');
      for (const wrong of [-1, 0.5, tokenizer.idCount, Number.NaN, 2 ** 40])
        assert.throws(() => tokenizer.decode([0, wrong]), RangeError);
    });

    test('windows do not change the count of text with spaces in it', () => {
      fc.assert(
        fc.property(fc.array(anyText, { minLength: 3, maxLength: 6 }), fc.nat(500), (parts, shift) => {
          const unit = ` ${parts.join(' x')} word`;
          const text = 'y'.repeat(shift) + unit.repeat(Math.ceil((2.5 * WINDOW_CHARS) / unit.length));
          assert.equal(tokenizer.count(text), referenceCount(encoding, text));
        }),
        { numRuns: 40 },
      );
    });

    test('counts plain words whatever stands beside them, seen before or not', () => {
      const word = fc.constantFrom(
        'the',
        'The',
        ' gateway',
        ' Gateway',
        'zyxwvutsrqponm',
        ' supercalifragilisticexpialidocious',
      );
      const beside = fc.constantFrom(
        '',
        ' ',
        '.',
        '. ',
        ', ',
        ',',
        "'s",
        "'",
        'X',
        '1',
        '-',
        '\n',
        'é',
        '\u0301',
        '“',
        '😀',
        '\ud800',
        '_',
      );
      fc.assert(
        fc.property(fc.array(fc.tuple(beside, word, beside), { maxLength: 12 }), (parts) => {
          const text = parts.flat().join('');
          const expected = referenceCount(encoding, text);
          assert.equal(tokenizer.count(text), expected);
          let sum = 0;
          let joined = '';
          tokenizer.countPieces(text, (piece, tokens) => {
            sum += tokens;
            joined += piece;
          });
          assert.deepEqual([sum, joined], [expected, text]);
        }),
        { numRuns: 1_000 },
      );
    });

    test('counts more different words than it remembers', () => {
      const words = Array.from({ length: 40_000 }, (_, index) => lettersOf(index * 7_919));
      for (let round = 0; round < 2; round++) {
        for (let from = 0; from < words.length; from += 5_000) {
          const text = words.slice(from, from + 5_000).join(' ');
          assert.equal(tokenizer.count(text), referenceCount(encoding, text));
        }
      }
    });

    test('takes any length without a space, exact up to a few tokens at each window boundary', () => {
      const windows = 30;
      for (const unit of ['a', ' ', '\n', '😀', '漢字', '!?', ' \n', 'A1', '\ud800']) {
        const perUnit =
          (referenceCount(encoding, unit.repeat(1_536)) - referenceCount(encoding, unit.repeat(512))) / 1_024;
        const units = Math.floor((windows * WINDOW_CHARS) / unit.length);
        const text = unit.repeat(units);
        const difference = tokenizer.count(text) - perUnit * units;
        assert.ok(
          Math.abs(difference) <= 3 * windows,
          `${JSON.stringify(unit)}: ${difference} off in ${windows} windows`,
        );
        assert.equal(tokenizer.split(text).join(''), text);
      }
    });
  });
}

/** The number in small letters. */
function lettersOf(number: number): string {
  return number.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)]);
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && at < text.length && text.codePointAt(at - 1)! > 0xffff;
}
