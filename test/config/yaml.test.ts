/** What the loader makes of YAML that is broken, ambiguous or hostile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure, formatProblems } from '../../src/config/problems.js';

function load(content: string) {
  return loadConfiguration({ text: { name: 'user.yaml', content }, environment: {} });
}

function report(content: string): string {
  try {
    load(content);
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return formatProblems(error.problems);
  }
  assert.fail('accepted');
}

test('a syntax error is reported with its line, together with the problems of other layers', () => {
  const request = {
    text: { name: 'user.yaml', content: 'server:\n  port: [1\nadmin: {}' },
    environment: { LLM_SIM__SERVER__PORT: 'x' },
  };
  assert.throws(
    () => loadConfiguration(request),
    (error) =>
      error instanceof ConfigurationFailure &&
      /^user\.yaml:3:\d+ {2}is not valid YAML: /m.test(error.message) &&
      /^LLM_SIM__SERVER__PORT {2}server\.port: /m.test(error.message),
  );
});

test('what a syntax error quotes is shown in its beginning', () => {
  const text = report(`   server:\n  host: "${'x'.repeat(5_000)}"\n`);
  assert.match(text, /is not valid YAML: .*xxx…$/m);
  assert.ok(text.length < 2_000, `${text.length} characters`);
});

test('a key given twice is an error that names it, and the rest is still checked', () => {
  const text = report('server:\n  port: 1\n  port: 2\n  prt: 3\n');
  assert.match(text, /^user\.yaml:3:3 {2}key "port" is given more than once/m);
  assert.match(text, /^user\.yaml:4:3 {2}server\.prt: is not a known key/m);
});

test('a second document, an unknown tag and an unknown alias are errors', () => {
  assert.match(report('server: {}\n---\nadmin: {}\n'), /user\.yaml:2:1 {2}must hold one document/);
  assert.match(report('server: {host: !secret x}'), /Unresolved tag: !secret/);
  assert.match(report('server: *nothing'), /Unresolved alias/);
});

test('a document that is no mapping is an error', () => {
  for (const content of ['just text', '- a\n- b', '5'])
    assert.match(report(content), /user\.yaml:1:1 {2}must be a mapping/);
});

test('keys that could reach a prototype are inert and refused', () => {
  assert.match(report('__proto__: {polluted: true}'), /__proto__: is not a known key/);
  assert.match(report('providers: {__proto__: {enabled: true}}'), /__proto__: is not a known key/);
  assert.match(report('constructor: {prototype: {polluted: true}}'), /constructor: is not a known key/);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('nesting without end is refused before it exhausts the stack', () => {
  for (const opening of ['[', '{a: ', '- ', '? ']) {
    assert.match(
      report(opening.repeat(Math.floor(900_000 / opening.length))),
      /is nested more than 32 levels deep|not valid YAML/,
    );
  }
});

test('aliases that multiply or refer to themselves are refused', () => {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++)
    rows.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.match(report(rows.join('\n')), /alias/);
  assert.match(report('providers: &p {x: *p}'), /nested more than 32 levels deep/);
});

test('a text larger than the bound is refused unread', () => {
  assert.match(report(`#${' '.repeat(1_048_576)}`), /longer than 1048576/);
});

test('numbers that are none are refused', () => {
  for (const value of ['.inf', '-.inf', '.nan', '1e999', '9007199254740993', '1.5', '"5"']) {
    assert.match(report(`simulation: {seed: ${value}}`), /simulation\.seed: must be an integer from 0 to/, value);
  }
});

test('no text makes the loader fail in any way but its own', () => {
  const fragment = fc.constantFrom(
    'server',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '!!',
    '"',
    "'",
    '|',
    '>',
    '#',
    '\t',
    '? ',
    '<<',
    'port',
    '1',
    '~',
    ',',
    '%',
    '---\n',
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
      try {
        load(fragments.join(''));
      } catch (error) {
        assert.ok(error instanceof ConfigurationFailure, `${error}`);
      }
    }),
    { numRuns: 150 },
  );
});
