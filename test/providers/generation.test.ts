import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  e2eUsOf,
  type GeneratedChoice,
  type GeneratedPart,
  type Generation,
  type Step,
  textAt,
  walkSteps,
} from '../../src/providers/generation.js';

const tokens = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const choiceOf = (...parts: GeneratedPart[]): GeneratedChoice => ({ parts, finish: 'stop', stopSequence: undefined });
const text = (count: number): GeneratedPart => ({ kind: 'text', tokens: tokens('t', count) });
const reasoning = (count: number): GeneratedPart => ({ kind: 'reasoning', tokens: tokens('r', count) });

function generationOf(choices: readonly GeneratedChoice[], gapUs = 10): Generation {
  const lengths = choices.map(({ parts }) => parts.reduce((sum, part) => sum + part.tokens.length, 0));
  const steps = Math.max(...lengths);
  return {
    choices,
    completionTokens: lengths.reduce((sum, length) => sum + length, 0),
    reasoningTokens: 0,
    ttftUs: 100,
    itlUs: new Float64Array(Math.max(0, steps - 1)).fill(gapUs),
  };
}

function walk(generation: Generation, shows: (part: GeneratedPart) => boolean = () => true): Step[] {
  const steps: Step[] = [];
  walkSteps(generation, shows, (step) => steps.push({ ...step }));
  return steps;
}

const brief = ({ choice, part, token, delayUs, last }: Step) =>
  `${choice}.${part}.${token}@${delayUs}${last ? '!' : ''}`;

describe('walkSteps', () => {
  test('visits one token per gap, the first after TTFT', () => {
    assert.deepEqual(walk(generationOf([choiceOf(text(3))])).map(brief), ['0.0.0@100', '0.0.1@10', '0.0.2@10!']);
  });

  test('interleaves choices of unequal length without a gap between tokens of one step', () => {
    const steps = walk(generationOf([choiceOf(text(3)), choiceOf(text(1))]));
    assert.deepEqual(steps.map(brief), ['0.0.0@100', '1.0.0@0!', '0.0.1@10', '0.0.2@10!']);
  });

  test('lets hidden parts take their time', () => {
    const steps = walk(generationOf([choiceOf(reasoning(4), text(2))]), ({ kind }) => kind === 'text');
    assert.deepEqual(steps.map(brief), ['0.1.0@140', '0.1.1@10!']);
  });

  test('visits a choice that shows nothing once, when its last step is due', () => {
    const hidden = ({ kind }: GeneratedPart) => kind === 'text';
    assert.deepEqual(walk(generationOf([choiceOf(text(0))])).map(brief), ['0.0.-1@100!']);
    assert.deepEqual(walk(generationOf([choiceOf(reasoning(3), text(0))]), hidden).map(brief), ['0.1.-1@120!']);
  });

  test('visits every shown token once and in order, ends every choice once, and adds up to the whole time at most', () => {
    const part = fc.record({
      kind: fc.constantFrom('reasoning' as const, 'text' as const),
      tokens: fc.array(fc.constant('x'), { maxLength: 6 }),
    });
    const choice = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => choiceOf(...parts));
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 4 }), fc.boolean(), (choices, hides) => {
        const generation = generationOf(choices);
        const shows = (shown: GeneratedPart) => !hides || shown.kind === 'text';
        const steps = walk(generation, shows);
        choices.forEach(({ parts }, index) => {
          const own = steps.filter((step) => step.choice === index);
          const shown = parts.flatMap((one, at) => (shows(one) ? one.tokens.map((_, token) => `${at}.${token}`) : []));
          const seen = own.filter(({ token }) => token >= 0).map((step) => `${step.part}.${step.token}`);
          assert.deepEqual(seen, shown);
          assert.equal(own.filter(({ last }) => last).length, 1);
          assert.ok(own.at(-1)?.last);
        });
        const wholeUs = steps.reduce((sum, { delayUs }) => sum + delayUs, 0);
        assert.ok(wholeUs <= e2eUsOf(generation));
      }),
      { seed: 1 },
    );
  });

  test('gives as many tokens as the step has, never of two parts, and the choices as far as they go', () => {
    const generation = {
      ...generationOf([choiceOf(reasoning(3), text(5)), choiceOf(text(2))]),
      stepTokens: Uint32Array.of(2, 2, 3, 3),
    };
    const chunk = ({ choice, part, token, count, delayUs, last }: Step) =>
      `${choice}.${part}.${token}+${count}@${delayUs}${last ? '!' : ''}`;
    assert.deepEqual(walk(generation).map(chunk), [
      '0.0.0+2@100',
      '1.0.0+2@0!',
      '0.0.2+1@10',
      '0.1.0+3@10',
      '0.1.3+2@10!',
    ]);
    const hidden = walk({ ...generation, choices: generation.choices.slice(0, 1) }, ({ kind }) => kind === 'text');
    assert.deepEqual(hidden.map(chunk), ['0.1.0+3@120', '0.1.3+2@10!']);
  });

  test('joins the chunks to the text of every part, for any sizes of steps', () => {
    const part = fc.record({
      kind: fc.constantFrom('reasoning' as const, 'text' as const),
      tokens: fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 }),
    });
    const choice = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => choiceOf(...parts));
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 3 }), sizes, (choices, stepTokens) => {
        const said = choices.map(({ parts }) => parts.map(() => ''));
        let at = 0;
        const steps = walk({ ...generationOf(choices), stepTokens: Uint32Array.from(stepTokens) });
        for (const step of steps) {
          assert.ok(step.at >= at);
          at = step.at;
          if (step.count === 0) continue;
          const { tokens } = choices[step.choice].parts[step.part];
          said[step.choice][step.part] += textAt(tokens, step.token, step.count);
        }
        assert.deepEqual(
          said,
          choices.map(({ parts }) => parts.map((one) => one.tokens.join(''))),
        );
        choices.forEach((_, index) => {
          assert.equal(steps.filter((step) => step.choice === index && step.last).length, 1);
        });
      }),
      { seed: 1 },
    );
  });
});
