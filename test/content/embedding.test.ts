import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type EmbeddingSpace, embed } from '../../src/content/embedding.js';
import { LanguageText } from '../../src/content/language-text.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';
import { SeededRandom } from '../latency/fixtures/seeded-random.js';

const SMALL: EmbeddingSpace = { seed: 42, model: 'text-embedding-3-small', dimensions: 1536 };
const LARGE: EmbeddingSpace = { seed: 42, model: 'text-embedding-3-large', dimensions: 3072 };

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const similarity = (a: string, b: string, dimensions = SMALL.dimensions): number =>
  dot(embed(a, dimensions, SMALL), embed(b, dimensions, SMALL));

/** Mean, and the standard error of the mean. */
function estimate(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** Words that nobody uses, so that two lists of them have nothing in common but by chance. */
function inventedWords(random: SeededRandom, count: number): string[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 8 }, () => 'abcdefghijklmnopqrstuvwxyz'[Math.floor(random.nextUnit() * 26)]).join(''),
  );
}

/** Cosines of `pairs` pairs of texts of 20 words of which they share `shared`. */
function cosines(shared: number, dimensions: number, pairs: number, seed: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: pairs }, () => {
    const common = inventedWords(random, shared);
    const one = [...common, ...inventedWords(random, 20 - shared)].join(' ');
    const other = [...common, ...inventedWords(random, 20 - shared)].join(' ');
    return similarity(one, other, dimensions);
  });
}

describe('embed', () => {
  test('gives a vector of unit length for any text and any number of dimensions', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 1536 }),
        (text, dimensions) => {
          const vector = embed(text, dimensions, SMALL);
          assert.equal(vector.length, dimensions);
          assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
        },
      ),
      {
        numRuns: 500,
        examples: [
          ['', 1536],
          ['   \n', 8],
          ['?!…', 64],
          ['\ud800', 1],
          ['a'.repeat(100_000), 256],
          ['='.repeat(500_000), 64],
        ],
      },
    );
  });

  test('is a function of text, dimensions, model and seed, and of each of them', () => {
    const vector = embed('The tide comes in twice a day.', 1536, SMALL);
    assert.deepEqual(embed('The tide comes in twice a day.', 1536, { ...SMALL }), vector);
    embed('something in between', 3072, LARGE);
    assert.deepEqual(embed('The tide comes in twice a day.', 1536, SMALL), vector);
    for (const space of [
      { ...SMALL, seed: 43 },
      { ...SMALL, seed: 42 + 2 ** 32 },
      { ...SMALL, model: 'another' },
    ]) {
      assert.ok(Math.abs(dot(embed('The tide comes in twice a day.', 1536, space), vector)) < 0.2);
    }
  });

  test('different texts have different vectors, even of the same words and of no words', () => {
    const texts = ['dog bites man', 'man bites dog', 'Dog bites man.', '', ' ', '!', '!!', '?', 'dog bites man dog'];
    const vectors = texts.map((text) => embed(text, 1536, SMALL).join());
    assert.equal(new Set(vectors).size, texts.length);
  });

  test('leaves no dimension empty', () => {
    assert.ok(embed('word', 3072, LARGE).every((value) => value !== 0));
  });

  test('fewer dimensions are the first ones, renormalised', () => {
    const texts = ['', 'one', 'Fewer dimensions are the first ones of the whole vector.'];
    for (const space of [SMALL, LARGE, { ...SMALL, dimensions: 1000 }, { ...SMALL, dimensions: 40 }]) {
      for (const text of texts) {
        const whole = embed(text, space.dimensions, space);
        for (const dimensions of [1, 7, 64, 65, 256, 700, 1024].filter((count) => count < space.dimensions)) {
          const first = whole.subarray(0, dimensions);
          const length = Math.sqrt(dot(first, first));
          const part = embed(text, dimensions, space);
          assert.ok(part.every((value, i) => Math.abs(value - first[i] / length) < 1e-5));
        }
      }
    }
  });

  test('unrelated texts have a small positive cosine, as with real models', () => {
    for (const dimensions of [1536, 256, 64]) {
      const { mean, error } = estimate(cosines(0, dimensions, 1_000, dimensions));
      // Six standard errors: a right implementation fails at one seed in 500 million.
      assert.ok(Math.abs(mean - 0.1) < 0.02 + 6 * error, `${dimensions}: ${mean} ± ${error}`);
    }
  });

  test('the cosine grows with the share of common words, in every number of dimensions', () => {
    for (const dimensions of [1536, 512, 64]) {
      const estimates = [0, 5, 10, 15, 20].map((shared) => estimate(cosines(shared, dimensions, 300, shared)));
      for (let i = 1; i < estimates.length; i++) {
        const gain = estimates[i].mean - estimates[i - 1].mean;
        // Ten standard errors of a difference: no chance of a false alarm, and none that equal means pass.
        assert.ok(gain > 10 * Math.hypot(estimates[i].error, estimates[i - 1].error), `${dimensions}, ${i}: ${gain}`);
      }
    }
  });

  test('half the words in common tells nearly every pair from an unrelated one, down to 64 dimensions', () => {
    for (const [dimensions, confusedMax] of [
      [1536, 0],
      [256, 0],
      [64, 0.01],
    ]) {
      const unrelated = cosines(0, dimensions, 300, 1);
      const related = cosines(10, dimensions, 300, 2);
      const confused = related.flatMap((cosine) => unrelated.filter((other) => other >= cosine)).length / 90_000;
      assert.ok(confused <= confusedMax, `${dimensions}: ${confused}`);
    }
  });

  test('paraphrases are nearer than texts about something else', () => {
    const paraphrases: [string, string, string][] = [
      [
        'How do I reset my password?',
        'I forgot my password, how can I reset it?',
        'What is the weather in Paris today?',
      ],
      ['Paris is the capital of France', 'The capital city of France is Paris', 'Yeast makes the dough rise'],
      ['The cat sat on the mat.', 'A cat was sitting on a mat', 'Quarterly revenue rose by ten percent.'],
      ['Machine learning models need data', 'A model that learns needs much data', 'The river was frozen all winter'],
      ['Der Zug nach Berlin fährt um neun', 'Um neun fährt der Zug nach Berlin ab', 'Äpfel wachsen auf Bäumen'],
      ['猫が好きです', '猫が大好きです', '今日は天気がいい'],
    ];
    for (const [text, near, far] of paraphrases) {
      const nearness = similarity(text, near);
      assert.ok(nearness > 0.4, `${text} | ${near}: ${nearness}`);
      assert.ok(similarity(text, far) < 0.25, `${text} | ${far}`);
      assert.ok(similarity(text, near, 64) > similarity(text, far, 64) + 0.2);
    }
  });

  test('inflected and misspelt words are near, case and punctuation hardly matter', () => {
    for (const [one, other, least] of [
      ['dog', 'dogs', 0.6],
      ['bake', 'baking', 0.6],
      ['accommodation', 'acommodation', 0.25],
      ['The quick brown fox!', 'the quick, brown fox', 0.94],
    ] as const) {
      assert.ok(similarity(one, other) > least, `${one} | ${other}: ${similarity(one, other)}`);
    }
  });

  test('passages of one generated text are nearer to each other than to those of other texts', async () => {
    const tokenizer = await loadTokenizer('cl100k_base');
    const source = new LanguageText();
    const texts = Array.from({ length: 60 }, (_, seed) =>
      source.generate(seededRandom(seed, Uint32Array.of(1, 2, 3, 4), 0), tokenizer, 40, 80).tokens.join(''),
    );
    const edited = texts.map((text) =>
      text
        .split(' ')
        .filter((_, i) => i % 4 !== 3)
        .join(' '),
    );
    const own = texts.map((text, i) => similarity(text, edited[i]));
    const others = texts.map((text, i) => similarity(text, edited[(i + 1) % edited.length]));
    assert.ok(Math.min(...own) > Math.max(...others), `${Math.min(...own)} ${Math.max(...others)}`);
  });
});
