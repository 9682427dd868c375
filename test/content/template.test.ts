import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyVariables, variableCharsMax } from '../../src/content/reply-variables.js';
import { Template, TemplateError } from '../../src/content/template.js';

test('the variables of a text, each once, also those of sections', () => {
  const { variables } = new Template('{{a}} {{ b.c }} {{#d}}{{a}}{{^e}}{{{f}}}{{&g}}{{/e}}{{/d}} {{! h }}');
  assert.deepEqual(variables, ['a', 'b.c', 'd', 'e', 'f', 'g']);
});

test('every kind of tag reads the variable as it is', () => {
  const read = (variable: string) => `<${variable}&>`;
  assert.equal(
    new Template('{{a}} {{{b}}} {{&c.d}} {{#e}}{{toString}}{{/e}}').fill(read),
    '<a&> <b&> <c.d&> <toString&>',
  );
});

test('a text that is no template says why', () => {
  const reasons: readonly (readonly [string, RegExp])[] = [
    ['{{a', /^must be a template: unclosed tag at 3$/],
    ['{{#a}}', /^must be a template: unclosed section "a" at 6$/],
    ['{{/a}}', /^must be a template: unopened section "a" at 0$/],
    ['{{> a}}', /^must not include another template \("a"\)$/],
    [`${'{{#a}}'.repeat(17)}${'{{/a}}'.repeat(17)}`, /^must not nest sections more than 16 deep$/],
  ];
  for (const [text, message] of reasons) {
    assert.throws(
      () => new Template(text),
      (error) => error instanceof TemplateError && message.test(error.message),
      text,
    );
  }
});

test('a reply holds a bounded amount of the request, however often it is named', () => {
  const facts = {
    model: 'm',
    endpoint: 'e',
    lastMessage: 'x'.repeat(1_000_000),
    promptTokens: 1,
    header: () => undefined,
  };
  const variables = new ReplyVariables(facts);
  const filled = new Template('{{last_message}}'.repeat(50)).fill((variable) => variables.read(variable));
  assert.equal(filled.length, variableCharsMax);
});
