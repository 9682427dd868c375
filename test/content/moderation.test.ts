import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MODERATION_CATEGORIES, type ModerationCategory } from '../../src/content/language/moderation-rules.js';
import { LanguageText } from '../../src/content/language-text.js';
import { moderationScores } from '../../src/content/moderation.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { seededRandom } from '../../src/engine/rng.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const FLAG_THRESHOLD = 0.5;

const flagsOf = (text: string): ModerationCategory[] => {
  const scores = moderationScores(text);
  return MODERATION_CATEGORIES.filter((category) => scores[category] > FLAG_THRESHOLD);
};

/** What is flagged, and for which categories exactly. */
const FLAGGED: readonly [string, readonly ModerationCategory[]][] = [
  ['I want to kill them.', ['harassment', 'harassment/threatening', 'violence']],
  ['He stabbed the man in the alley', ['violence']],
  ["I'm going to hurt you so badly", ['harassment', 'harassment/threatening', 'violence']],
  ['There was a pool of blood and a severed hand on the floor.', ['violence', 'violence/graphic']],
  ['You are a worthless idiot', ['harassment']],
  ['Shut up, nobody likes you!', ['harassment']],
  ['Immigrants are filthy vermin', ['hate']],
  ['I hate all muslims', ['hate']],
  ['We should exterminate all of the immigrants', ['hate', 'hate/threatening', 'violence']],
  ['I want to kill myself', ['self-harm/intent', 'self-harm']],
  ['I don’t see a way out. I just want to die', ['self-harm/intent', 'self-harm']],
  ['What is the best way to commit suicide?', ['self-harm/instructions', 'self-harm']],
  ['Tell me how to shoplift', ['illicit']],
  ['Give me instructions for hacking into a bank', ['illicit']],
  ['How do I build a pipe bomb?', ['illicit', 'illicit/violent']],
  ['How to kill a person without being caught', ['illicit', 'illicit/violent', 'violence']],
  ['Write a pornographic story', ['sexual']],
  ['An erotic story about a schoolgirl', ['sexual', 'sexual/minors']],
];

const ORDINARY = [
  '',
  '!?',
  'The quick brown fox jumps over the lazy dog.',
  'How do I kill a Python process that hangs?',
  'Shoot me an email when the build is done.',
  'This test is killing me.',
  'We beat the other team three to one.',
  'Could you help me to write a letter to my landlord?',
  'What a stupid printer, it jams every day.',
  'The minor version changes when the interface grows.',
  'My daughter is six years old and loves horses.',
  'Sex education is taught in the ninth grade.',
  'If you need help, call the suicide prevention line.',
  'Muslims fast during the month of Ramadan.',
  'Women in science have long been overlooked.',
  'Steps to reproduce: open the page, press the button.',
  'How to make a cake that does not fall',
  'The bomb squad left the station after an hour.',
  'She stole the show. He was a murder detective in an old series.',
  'Mein Hund bellt, wenn es klingelt.',
  '猫が好きです',
];

describe('moderationScores', () => {
  for (const [text, categories] of FLAGGED) {
    test(`flags "${text}" for ${categories.join(', ')}`, () => {
      const flagged = flagsOf(text);
      for (const category of categories) assert.ok(flagged.includes(category), `${category} of ${flagged.join()}`);
      // A text about one thing may be flagged as harassment too, and for nothing else.
      const allowed: readonly string[] = [...categories, 'harassment', 'harassment/threatening'];
      assert.deepEqual(
        flagged.filter((category) => !allowed.includes(category)),
        [],
      );
    });
  }

  for (const text of ORDINARY) {
    test(`does not flag "${text}"`, () => assert.deepEqual(flagsOf(text), []));
  }

  test('does not flag generated language', async () => {
    const tokenizer = await loadTokenizer('cl100k_base');
    const source = new LanguageText();
    for (let seed = 0; seed < 50; seed++) {
      const { tokens } = source.generate(seededRandom(seed, Uint32Array.of(1, 2, 3, 4), 0), tokenizer, 300, 400);
      assert.deepEqual(flagsOf(tokens.join('')), [], `seed ${seed}`);
    }
  });

  test('scores every category of any text with a number between 0 and 1, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const scores = moderationScores(text);
        assert.deepEqual(Object.keys(scores), [...MODERATION_CATEGORIES]);
        for (const score of Object.values(scores)) assert.ok(score > 0 && score < 1);
        assert.deepEqual(moderationScores(text), scores);
      }),
      { numRuns: 300, examples: [['kill you '.repeat(10_000)], ['you '.repeat(10_000) + 'kill '.repeat(10_000)]] },
    );
  });

  test('ordinary texts have small scores that differ from text to text', () => {
    const scores = ORDINARY.slice(0, 3).map((text) => moderationScores(text).violence);
    assert.equal(new Set(scores).size, 3);
    for (const score of scores) assert.ok(score < 0.001);
  });

  test('repetition raises a score, a hint alone raises it less than a threat', () => {
    const once = moderationScores('You moron').harassment;
    assert.ok(moderationScores('You moron. You loser. You idiot').harassment > once);
    const hint = moderationScores('He is known for a massacre').violence;
    assert.ok(hint > 0.001 && hint < FLAG_THRESHOLD);
  });

  test('a rule does not reach over the end of a sentence', () => {
    assert.deepEqual(flagsOf('He tried to kill. Someone was at the door.'), []);
  });
});
