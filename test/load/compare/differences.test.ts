/** Headers and fields that a gateway lost, added or changed, and what is none of these. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldDifferences, headerDifferences } from '../../../src/load/compare/differences.js';
import type { Capture } from '../../../src/load/contract.js';

function captured(events: readonly string[], eventNames: readonly string[] = []): Capture {
  return {
    headers: {},
    events,
    eventNames: events.map((_, index) => eventNames[index] ?? ''),
    eventTimesUs: new Uint32Array(events.length),
    texts: events.map(() => ''),
  };
}

const chunk = (content: string, more: object = {}): string =>
  JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta: { content } }], ...more });

const summary = (direct: Capture, gateway: Capture): string[] =>
  fieldDifferences(direct, gateway).map(({ kind, name }) => `${kind} ${name}`);

describe('headers', () => {
  test('that are gone, new or others are told by name, in order', () => {
    const direct = { 'x-request-id': 'a', 'openai-version': '1', server: 's' };
    const gateway = { server: 'g', 'x-gateway': '1', 'openai-version': '1' };
    assert.deepEqual(headerDifferences(direct, gateway), [
      { name: 'server', kind: 'changed', direct: 's', gateway: 'g' },
      { name: 'x-gateway', kind: 'added', gateway: '1' },
      { name: 'x-request-id', kind: 'lost', direct: 'a' },
    ]);
  });

  test('of the connection are no difference, nor is what is left of a limit', () => {
    const direct = { date: 'a', 'transfer-encoding': 'chunked', 'x-ratelimit-remaining-requests': '9' };
    assert.deepEqual(headerDifferences(direct, { 'x-ratelimit-remaining-requests': '8', connection: 'close' }), []);
    assert.equal(headerDifferences(direct, {})[0]?.name, 'x-ratelimit-remaining-requests');
  });
});

describe('fields', () => {
  test('of answers that say the same in other pieces, or in another order of keys, do not differ', () => {
    const direct = captured([chunk('Hel'), chunk('lo'), '[DONE]']);
    assert.deepEqual(summary(direct, captured([chunk('Hello'), '[DONE]'])), []);
    assert.deepEqual(summary(captured(['{"a":1,"b":2}']), captured(['{"b":2,"a":1}'])), []);
  });

  test('are told by their path, with a value of each way', () => {
    const direct = captured([chunk('a', { system_fingerprint: 'fp' }), chunk('b', { usage: { total_tokens: 3 } })]);
    const gateway = captured([chunk('a', { provider: 'x' }), chunk('b', { usage: { total_tokens: 4 } })]);
    assert.deepEqual(fieldDifferences(direct, gateway), [
      { name: 'provider', kind: 'added', gateway: '"x"' },
      { name: 'system_fingerprint', kind: 'lost', direct: '"fp"' },
      { name: 'usage.total_tokens', kind: 'changed', direct: '3', gateway: '4' },
    ]);
  });

  test('count for events too: their names, and what is no JSON', () => {
    const direct = captured(['{}', '[DONE]'], ['message_start']);
    assert.deepEqual(summary(direct, captured(['{}'])), ['lost (data)', 'lost (event)']);
  });

  test('of a hostile answer are bounded, and their values cut', () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1])));
    assert.deepEqual(summary(captured([deep]), captured([deep])), []);
    assert.equal(fieldDifferences(captured([wide]), captured(['{"other":1}'])).length, 2_001);
    const [found] = fieldDifferences(captured([JSON.stringify({ a: 'x'.repeat(9_999) })]), captured(['{}']));
    assert.equal(found?.direct?.length, 121);
    assert.deepEqual(summary(captured(['{"__proto__":1}']), captured(['{"__proto__":2}'])), ['changed __proto__']);
  });
});
