/** Which requests a server takes to belong together, in every dialect, and what follows from it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { startSimulator } from '../../../src/index.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { admin, post } from './admin-client.js';

const words = [{ role: 'user', content: 'Why is the sky blue?' }];
const chat = { model: 'gpt-4o', messages: words, max_tokens: 5 };
const claude = { model: 'claude-3-opus', messages: words, max_tokens: 5 };
const gemini = { contents: [{ role: 'user', parts: [{ text: 'Why?' }] }], generationConfig: { maxOutputTokens: 5 } };
const GENERATE = '/v1beta/models/gemini-2.5-flash:generateContent';
const ANTHROPIC = { 'anthropic-version': '2023-06-01', 'x-api-key': 'k' };

describe('sessions', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const session = (id: string) => admin(simulator().url, `/sessions/${encodeURIComponent(id)}`);

  test('are told by the header in every dialect', async () => {
    const { url } = simulator();
    const named = (name: string) => ({ 'x-session-id': name });
    await post(url, '/v1/chat/completions', chat, named('h-chat'));
    await post(url, '/v1/messages', claude, { ...ANTHROPIC, ...named('h-claude') });
    await post(url, GENERATE, gemini, named('h-gemini'));
    await post(url, '/v1/responses', { model: 'gpt-4o', input: 'hi' }, named('h-responses'));
    for (const [name, provider] of [
      ['h-chat', 'openai'],
      ['h-claude', 'anthropic'],
      ['h-gemini', 'gemini'],
      ['h-responses', 'openai'],
    ]) {
      const { status, document } = await session(`header:${name}`);
      assert.equal(status, 200, name);
      assert.deepEqual([document.identified_by, document.name, document.provider], ['header', name, provider]);
      assert.deepEqual([document.turns, document.errors], [1, 0]);
      assert.ok(document.context_tokens > 5);
    }
  });

  test('are told by user and metadata, and count turns, errors and tokens', async () => {
    const { url } = simulator();
    const first = await post(url, '/v1/chat/completions', { ...chat, user: 'u-1' });
    const second = await post(url, '/v1/chat/completions', { ...chat, user: 'u-1', max_tokens: 7 });
    await post(url, '/v1/chat/completions', { ...chat, user: 'u-1', model: 'none' });
    const { document } = await session('user:u-1');
    const tokens = [first, second].map((reply) => reply.document.usage.total_tokens);
    assert.deepEqual([document.turns, document.errors, document.model], [2, 1, 'gpt-4o']);
    assert.deepEqual([document.context_tokens, document.total_tokens], [tokens[1], tokens[0] + tokens[1]]);
    await post(url, '/v1/messages', { ...claude, metadata: { user_id: 'u-2' } }, ANTHROPIC);
    assert.equal((await session('metadata:u-2')).document.model, 'claude-3-opus');
  });

  test('are told by chains of responses, whose first one counts', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${simulator().url}/v1`, maxRetries: 0 });
    const first = await client.responses.create({ model: 'gpt-4o', input: 'one', max_output_tokens: 16 });
    assert.equal((await session(`previous_response_id:${first.id}`)).status, 404);
    const go = (previous: string) =>
      client.responses.create({
        model: 'gpt-4o',
        input: 'more',
        max_output_tokens: 16,
        previous_response_id: previous,
      });
    const second = await go(first.id);
    const third = await go(second.id);
    const branch = await go(second.id);
    const { document } = await session(`previous_response_id:${first.id}`);
    const total = [first, second, third, branch].reduce((sum, { usage }) => sum + (usage?.total_tokens ?? 0), 0);
    assert.deepEqual([document.turns, document.total_tokens], [4, total]);
    assert.equal(document.context_tokens, branch.usage?.total_tokens);
  });

  test('are not for what asks no model for anything, nor for requests without a mark', async () => {
    const { url } = simulator();
    const before = (await admin(url, '/sessions')).document.created;
    await fetch(`${url}/v1/models`, { headers: { 'x-session-id': 'nobody' } });
    await post(
      url,
      '/v1/messages/count_tokens',
      { model: 'claude-3-opus', messages: words },
      { ...ANTHROPIC, 'x-session-id': 'nobody' },
    );
    await post(url, '/v1/chat/completions', chat);
    await post(url, '/v1/chat/completions', { ...chat, user: '' });
    assert.equal((await admin(url, '/sessions')).document.created, before);
  });

  test('are in the journal by their identifier', async () => {
    const { url } = simulator();
    await post(url, '/v1/chat/completions', chat, { 'x-session-id': 'j-1', 'x-llm-sim-request-id': 'j-request' });
    const { document } = await admin(url, '/journal?session=header%3Aj-1');
    assert.deepEqual(
      document.entries.map(({ request_id }: { request_id: string }) => request_id),
      ['j-request'],
    );
  });

  test('are deleted one by one or all', async () => {
    const { url } = simulator();
    await post(url, '/v1/chat/completions', chat, { 'x-session-id': 'gone' });
    assert.deepEqual(await admin(url, '/sessions/header:gone', 'DELETE'), { status: 200, document: { deleted: 1 } });
    const again = await admin(url, '/sessions/header:gone', 'DELETE');
    assert.deepEqual([again.status, again.document.error.code], [404, 'unknown_session']);
    await post(url, '/v1/chat/completions', chat, { 'x-session-id': 'gone' });
    const { document: cleared } = await admin(url, '/sessions', 'DELETE');
    assert.ok(cleared.deleted >= 1);
    const { document } = await admin(url, '/sessions');
    assert.deepEqual([document.sessions, document.total], [[], 0]);
    assert.equal(document.created, document.evicted + document.expired + document.deleted);
  });

  test('are listed in pages', async () => {
    const { url } = simulator();
    await admin(url, '/sessions', 'DELETE');
    for (let number = 0; number < 5; number++)
      await post(url, '/v1/chat/completions', chat, { 'x-session-id': `p${number}` });
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { document } = await admin(url, `/sessions?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      names.push(...document.sessions.map(({ name }: { name: string }) => name));
      cursor = document.next_cursor;
    }
    assert.deepEqual(names, ['p0', 'p1', 'p2', 'p3', 'p4']);
    assert.equal((await admin(url, '/sessions?id=p3')).document.sessions.length, 1);
    assert.equal((await admin(url, '/sessions?cursor=zzz')).status, 422);
    assert.equal((await admin(url, '/sessions?provider=gemini')).document.sessions.length, 0);
  });
});

describe('a session that a header names', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  async function texts(session: string | undefined, count: number): Promise<string[]> {
    const said: string[] = [];
    for (let request = 0; request < count; request++) {
      const headers: { [name: string]: string } = session === undefined ? {} : { 'x-session-id': session };
      said.push(
        (await post(simulator().url, '/v1/chat/completions', { ...chat, max_tokens: 30 }, headers)).document.choices[0]
          .message.content,
      );
    }
    return said;
  }

  test('is part of its requests: others get other answers, and the n-th of equal ones is the same whatever others do', async () => {
    const alone = await texts('one', 3);
    const interrupted: string[] = [];
    const other = `two-${'x'.repeat(10)}`;
    await texts(undefined, 2);
    interrupted.push(...(await texts(other, 1)));
    await texts('three', 2);
    interrupted.push(...(await texts(other, 2)));
    assert.equal(new Set([...alone, ...interrupted]).size, 6);
    const { stop, url } = await fresh();
    try {
      const again: string[] = [];
      for (let request = 0; request < 3; request++) {
        const reply = await post(url, '/v1/chat/completions', { ...chat, max_tokens: 30 }, { 'x-session-id': other });
        again.push(reply.document.choices[0].message.content);
      }
      assert.deepEqual(again, interrupted);
    } finally {
      await stop();
    }
  });
});

async function fresh(config: object = {}) {
  const simulator = await startSimulator({ config: { ...AT_ONCE, ...config } });
  return { url: simulator.url, stop: () => simulator.stop() };
}

describe('simulation.sessions', () => {
  const bounded = sharedSimulator({
    config: {
      simulation: { time_scale: 0, sessions: { max_context_tokens: 30, header: 'X-Conversation', max_sessions: 2 } },
    },
  });
  const long = [{ role: 'user', content: 'word '.repeat(100) }];

  test('bounds the context of a session in the provider’s own words, and of no other request', async () => {
    const { url } = bounded();
    const named = { 'x-conversation': 'long' };
    const openai = await post(url, '/v1/chat/completions', { ...chat, messages: long }, named);
    assert.deepEqual([openai.status, openai.document.error.code], [400, 'context_length_exceeded']);
    assert.match(
      openai.document.error.message,
      /maximum context length is 30 tokens\. However, your messages resulted in 10\d tokens/,
    );
    const anthropic = await post(url, '/v1/messages', { ...claude, messages: long }, { ...ANTHROPIC, ...named });
    assert.match(anthropic.document.error.message, /^prompt is too long: 10\d tokens > 30 maximum$/);
    const contents = [{ role: 'user', parts: [{ text: 'word '.repeat(100) }] }];
    const google = await post(url, GENERATE, { ...gemini, contents }, named);
    assert.match(google.document.error.message, /exceeds the maximum number of tokens allowed 30\./);
    for (const reply of [
      await post(url, '/v1/chat/completions', { ...chat, messages: long }),
      await post(url, '/v1/chat/completions', { ...chat, messages: long }, { 'x-session-id': 'another header' }),
      await post(url, '/v1/chat/completions', chat, named),
    ])
      assert.equal(reply.status, 200);
    const { document } = await admin(url, '/sessions/header:long');
    assert.deepEqual([document.errors, document.turns], [3, 1]);
  });

  test('bounds their number', async () => {
    const { url } = bounded();
    for (const name of ['a', 'b', 'a', 'c']) await post(url, '/v1/chat/completions', chat, { 'x-conversation': name });
    const { document } = await admin(url, '/sessions');
    assert.deepEqual(
      document.sessions.map(({ name }: { name: string }) => name),
      ['a', 'c'],
    );
    assert.ok(document.evicted >= 2);
  });

  test('is off where it says so', async () => {
    const { stop, url } = await fresh({
      simulation: { time_scale: 0, sessions: { enabled: false, max_context_tokens: 30 } },
    });
    try {
      const reply = await post(url, '/v1/chat/completions', { ...chat, messages: long }, { 'x-session-id': 's' });
      assert.equal(reply.status, 200);
      const { document, status } = await admin(url, '/sessions');
      assert.deepEqual([status, document.error.code], [404, 'sessions_disabled']);
    } finally {
      await stop();
    }
  });
});
