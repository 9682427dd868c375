import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SessionFinder } from '../../../src/engine/sessions/session-finder.js';
import { SESSION_KINDS, type SessionKind } from '../../../src/runtime/session-mark.js';

function finderBy(...kinds: SessionKind[]): SessionFinder {
  return new SessionFinder({ enabled: true, identify_by: kinds, header: 'X-Session-Id' });
}

const noHeader = () => undefined;
const header = (value: string) => (name: string) => (name === 'x-session-id' ? value : undefined);

function idOf(finder: SessionFinder, body: unknown, read: (name: string) => string | undefined = noHeader) {
  return finder.find({ header: read, body, owner: '' })?.mark?.id;
}

describe('a request’s session', () => {
  test('is told by what it has first in the order of the configuration', () => {
    const body = { user: 'u', metadata: { user_id: 'm' } };
    assert.equal(idOf(finderBy('header', 'metadata', 'user'), body, header('h')), 'header:h');
    assert.equal(idOf(finderBy('header', 'metadata', 'user'), body), 'metadata:m');
    assert.equal(idOf(finderBy('user', 'metadata', 'header'), body, header('h')), 'user:u');
    assert.equal(idOf(finderBy('header'), body), undefined);
    assert.equal(idOf(finderBy(), body, header('h')), undefined);
  });

  test('is none where sessions are off', () => {
    const finder = new SessionFinder({ enabled: false, identify_by: ['header'], header: 'x-session-id' });
    assert.equal(idOf(finder, {}, header('h')), undefined);
    assert.equal(finder.nameByHeader({ header: header('h') }), undefined);
  });

  test('may stand in any of the fields that clients use', () => {
    assert.equal(idOf(finderBy('user'), { safety_identifier: 's' }), 'user:s');
    assert.equal(idOf(finderBy('metadata'), { metadata: { session_id: 's', user_id: 'u' } }), 'metadata:s');
  });

  test('of a chain of responses is not known before its first one is', () => {
    const found = finderBy('previous_response_id').find({
      header: noHeader,
      body: { previous_response_id: 'r' },
      owner: '',
    });
    assert.deepEqual(found, { mark: undefined, bounded: true });
  });

  test('has a name of bounded length, and others for others', () => {
    const finder = finderBy('user');
    const names = ['a', 'b'].map((last) => idOf(finder, { user: 'x'.repeat(5_000) + last }) ?? '');
    assert.ok(names.every((name) => name.length < 128));
    assert.notEqual(names[0], names[1]);
    assert.ok(names[0].startsWith(`user:${'x'.repeat(64)}…`));
  });

  test('is looked for in any JSON without harm', () => {
    const finder = finderBy(...SESSION_KINDS);
    const odd = fc.record(
      {
        user: fc.jsonValue(),
        safety_identifier: fc.jsonValue(),
        metadata: fc.jsonValue(),
        previous_response_id: fc.jsonValue(),
        messages: fc.jsonValue(),
        contents: fc.jsonValue(),
        input: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(odd, fc.jsonValue()), (body) => {
        const found = finder.find({ header: noHeader, body: JSON.parse(JSON.stringify(body)), owner: '' });
        assert.ok(found === undefined || found.mark === undefined || found.mark.id.length < 200);
      }),
    );
  });
});

describe('a conversation', () => {
  const finder = finderBy('conversation');
  const hashesOf = (body: object, owner = '') => finder.find({ header: noHeader, body, owner })?.mark?.conversation;
  const user = (content: string) => ({ role: 'user', content });
  const assistant = (content: string) => ({ role: 'assistant', content });

  test('goes on where a request begins with all of an earlier one, in every dialect’s words', () => {
    const chat = [user('1'), assistant('a'), user('2'), assistant('b'), user('3')];
    const gemini = ['user', 'model', 'user', 'model', 'user'].map((role, index) => ({
      role,
      parts: [{ text: `${index}` }],
    }));
    const responses = [
      user('1'),
      { type: 'reasoning', summary: [] },
      { type: 'function_call', name: 'f' },
      { type: 'function_call_output', output: '1' },
      { type: 'message', role: 'assistant', content: 'b' },
      user('3'),
    ];
    const cases: [string, readonly object[], readonly number[], object][] = [
      ['messages', chat, [1, 3, 5], {}],
      ['messages', [{ role: 'system', content: 's' }, ...chat], [2, 4, 6], {}],
      ['messages', chat, [1, 3, 5], { system: 'Be brief.' }],
      ['contents', gemini, [1, 3, 5], { systemInstruction: { parts: [] } }],
      ['input', responses, [1, 4, 6], { instructions: 'Be brief.' }],
    ];
    for (const [key, items, ends, opening] of cases) {
      const hashes = ends.map((end) => hashesOf({ ...opening, [key]: items.slice(0, end) }));
      assert.equal(hashes[0]?.before, undefined, key);
      for (let turn = 1; turn < hashes.length; turn++) assert.equal(hashes[turn]?.before, hashes[turn - 1]?.own, key);
      assert.equal(new Set(hashes.map((hash) => hash?.own)).size, ends.length, key);
    }
  });

  test('is the same with words put into the model’s mouth', () => {
    const first = hashesOf({ messages: [user('1'), assistant('It is')] });
    assert.equal(hashesOf({ messages: [user('1'), assistant('It is blue'), user('2')] })?.before, first?.own);
  });

  test('is another one with another opening, another beginning or another owner', () => {
    const messages = [user('1')];
    const given: [object, string][] = [
      [{ messages }, ''],
      [{ messages, system: 'x' }, ''],
      [{ messages: [user('2')] }, ''],
      [{ messages }, 'sk-other'],
    ];
    const hashes = given.map(([body, owner]) => hashesOf(body, owner)?.own);
    assert.equal(new Set(hashes).size, hashes.length);
  });

  test('has no bound on its tokens', () => {
    assert.equal(finder.find({ header: noHeader, body: { messages: [user('1')] }, owner: '' })?.bounded, false);
  });
});
