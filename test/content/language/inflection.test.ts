import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nounForms, startsWithVowelSound, verbForms } from '../../../src/content/language/inflection.js';
import { TOPICS } from '../../../src/content/language/topics.js';

describe('inflection', () => {
  test('makes plurals', () => {
    const plurals = {
      queue: 'queues',
      branch: 'branches',
      essay: 'essays',
      story: 'stories',
      piano: 'pianos',
      box: 'boxes',
      kiss: 'kisses',
    };
    for (const [singular, plural] of Object.entries(plurals))
      assert.deepEqual(nounForms(singular), { singular, plural });
    assert.deepEqual(nounForms('leaf/leaves'), { singular: 'leaf', plural: 'leaves' });
  });

  test('makes the forms of regular verbs and takes those that are given', () => {
    assert.deepEqual(verbForms('test'), { base: 'test', third: 'tests', past: 'tested', gerund: 'testing' });
    assert.deepEqual(verbForms('bake'), { base: 'bake', third: 'bakes', past: 'baked', gerund: 'baking' });
    assert.deepEqual(verbForms('copy'), { base: 'copy', third: 'copies', past: 'copied', gerund: 'copying' });
    assert.deepEqual(verbForms('play'), { base: 'play', third: 'plays', past: 'played', gerund: 'playing' });
    assert.deepEqual(verbForms('agree'), { base: 'agree', third: 'agrees', past: 'agreed', gerund: 'agreeing' });
    assert.deepEqual(verbForms('echo'), { base: 'echo', third: 'echoes', past: 'echoed', gerund: 'echoing' });
    assert.deepEqual(verbForms('polish'), { base: 'polish', third: 'polishes', past: 'polished', gerund: 'polishing' });
    assert.deepEqual(verbForms('plan/planned/planning'), {
      base: 'plan',
      third: 'plans',
      past: 'planned',
      gerund: 'planning',
    });
  });

  test('spells no doubled consonant wrong: one-syllable verbs in vowel and consonant give their forms', () => {
    for (const { acts, happenings } of TOPICS) {
      for (const entry of `${acts} ${happenings}`.split(' ')) {
        assert.doesNotMatch(entry, /^[^aeiou]+[aeiou][bdgklmnprt]$/, `"${entry}" doubles its last letter`);
      }
    }
  });

  test('knows which words take "an"', () => {
    for (const word of [
      'idle',
      'unusual',
      'unexpected',
      'hour',
      'honest',
      'urgent',
      'elegant',
      'original',
      'overgrown',
    ]) {
      assert.ok(startsWithVowelSound(word), word);
    }
    for (const word of ['useful', 'university', 'one', 'usual', 'European', 'horse', 'young', 'table', 'unit']) {
      assert.ok(!startsWithVowelSound(word), word);
    }
  });
});
