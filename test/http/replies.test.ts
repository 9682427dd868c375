/** Replies by configuration: what a client gets from a generator, and from a rule that its request fits. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../schemas/published-schema.js';
import {
  chatRequest,
  chunksOf,
  complete,
  contentOf,
  type Json,
  postChat,
  replyText,
  sharedSimulator,
} from './chat-client.js';

const simulation = { time_scale: 0 };
const user = (content: string) => ({ messages: [{ role: 'user', content }] });

describe('the generator', () => {
  const echo = sharedSimulator({ config: { simulation, replies: { generator: 'echo' } } });
  const fixed = sharedSimulator({
    config: { simulation, replies: { generator: 'fixed', text: 'One {{model}}, "two".' } },
  });
  const template = sharedSimulator({
    config: {
      simulation,
      replies: { generator: 'template', text: '{{model}}/{{prompt_tokens}}/{{header.x-tenant}}: {{last_message}}' },
    },
  });

  test('echo repeats the last message of the user, in one piece and as a stream', async () => {
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'second' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'third <b>' },
          { type: 'text', text: 'and fourth' },
        ],
      },
      { role: 'assistant', content: 'fifth' },
    ];
    const body = chatRequest({ messages });
    const expected = 'third <b>\nand fourth';
    const { choices, usage } = await complete(echo(), body);
    assert.equal(choices[0].message.content, expected);
    assert.equal(choices[0].finish_reason, 'stop');
    assert.ok(usage.completion_tokens > 0);
    assert.equal(contentOf(chunksOf(await replyText(echo(), { ...body, stream: true }))), expected);
  });

  test('echo of nothing is an empty reply, and still one', async () => {
    const body = chatRequest({ messages: [{ role: 'system', content: 'Be brief.' }] });
    const reply = await complete(echo(), body);
    assertValid('openai', 'CreateChatCompletionResponse', reply);
    assert.equal(reply.choices[0].message.content, '');
    const chunks = chunksOf(await replyText(echo(), { ...body, stream: true }));
    assert.equal(contentOf(chunks), '');
    assert.equal(chunks.at(-1)?.choices[0].finish_reason, 'stop');
  });

  test('a limit and a stop sequence cut it, and the finish reason says so', async () => {
    const { choices, usage } = await complete(echo(), chatRequest({ ...user('one two three four'), max_tokens: 2 }));
    assert.deepEqual(
      [choices[0].message.content, choices[0].finish_reason, usage.completion_tokens],
      ['one two', 'length', 2],
    );
    const stopped = await complete(echo(), chatRequest({ ...user('one two three four'), stop: [' three'] }));
    assert.deepEqual([stopped.choices[0].message.content, stopped.choices[0].finish_reason], ['one two', 'stop']);
  });

  test('fixed says its text as it stands, in every choice', async () => {
    const { choices } = await complete(fixed(), chatRequest({ n: 2 }));
    assert.deepEqual(
      choices.map(({ message }) => message.content),
      ['One {{model}}, "two".', 'One {{model}}, "two".'],
    );
  });

  test('template fills in the request', async () => {
    const { choices, usage } = await complete(template(), chatRequest(user('<hi> & bye')), { 'x-tenant': 'acme' });
    assert.equal(choices[0].message.content, `gpt-4o/${usage.prompt_tokens}/acme: <hi> & bye`);
  });
});

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });

describe('a reply rule', () => {
  const simulator = sharedSimulator({
    config: {
      providers: Object.fromEntries(
        ['gpt-4o', 'claude-3-opus'].map((model) => [model, { latency: { ttft: constant(0), itl: constant(0) } }]),
      ),
      replies: {
        rules: [
          { match: { model: 'gpt-4-*' }, reply: { text: 'by model' } },
          {
            match: { last_message: 'refund (?<order>\\d+)', headers: { 'X-Tenant': '^acme$' } },
            reply: { text: 'Refund of {{match.order}} for {{header.x-tenant}}.', finish_reason: 'content_filter' },
          },
          {
            match: { last_message: '^SLOW', ignore_case: true },
            reply: { latency: { ttft: constant(40), itl: constant(5) } },
          },
          { match: { last_message: '^long' }, reply: { text: 'Cut short', finish_reason: 'length' } },
          { match: { last_message: '^limit' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 7 } } },
          { match: { last_message: '^auth' }, reply: { fault: { kind: 'authentication' } } },
          { match: { last_message: '^deny' }, reply: { fault: { kind: 'permission' } } },
          { match: { last_message: '^break' }, reply: { fault: { kind: 'server_error', after_ms: 30 } } },
          { match: { last_message: '^busy' }, reply: { fault: { kind: 'overloaded' } } },
          { match: { last_message: '^wait' }, reply: { fault: { kind: 'timeout' } } },
          {
            match: { last_message: 'weather in (\\w+)' },
            reply: { tool_calls: [{ name: 'get_weather', arguments: { city: '{{match.1}}', days: 3 } }] },
          },
          { match: { endpoint: 'azure.*' }, reply: { text: 'by endpoint' } },
        ],
      },
    },
  });

  const say = async (content: string, fields: Json = {}, headers: Readonly<Record<string, string>> = {}) =>
    (await complete(simulator(), chatRequest({ ...user(content), ...fields }), headers)).choices[0];

  test('fits by the model that serves the request', async () => {
    assert.equal((await say('hi', { model: 'gpt-4-turbo' })).message.content, 'by model');
    assert.notEqual((await say('hi')).message.content, 'by model');
  });

  test('fits by message and header together, fills in both, and ends as it says', async () => {
    const content = 'please refund 42 now';
    const choice = await say(content, {}, { 'x-tenant': 'acme' });
    assert.deepEqual([choice.message.content, choice.finish_reason], ['Refund of 42 for acme.', 'content_filter']);
    assert.notEqual((await say(content, {}, { 'x-tenant': 'other' })).finish_reason, 'content_filter');
    assert.notEqual((await say(content)).finish_reason, 'content_filter');
    const body = chatRequest({ ...user(content), stream: true });
    const chunks = chunksOf(await replyText(simulator(), body, { 'x-tenant': 'acme' }));
    assert.equal(contentOf(chunks), 'Refund of 42 for acme.');
    assert.equal(chunks.at(-1)?.choices[0].finish_reason, 'content_filter');
  });

  test('fits by endpoint', async () => {
    const response = await fetch(`${simulator().url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatRequest()),
    });
    const { choices } = (await response.json()) as { choices: { message: Json }[] };
    assert.equal(choices[0].message.content, 'by endpoint');
  });

  test('calls a tool with what it found, streamed or not, whether or not the request offers it', async () => {
    const call = { name: 'get_weather', arguments: '{"city":"Oslo","days":3}' };
    const body = chatRequest(user('How is the weather in Oslo?'));
    const reply = await complete(simulator(), body);
    assertValid('openai', 'CreateChatCompletionResponse', reply);
    const [{ message, finish_reason }] = reply.choices as unknown as { message: Json; finish_reason: string }[];
    assert.deepEqual([message.content, finish_reason], [null, 'tool_calls']);
    const [called] = message.tool_calls as { function: Json }[];
    assert.deepEqual(called.function, call);
    const chunks = chunksOf(await replyText(simulator(), { ...body, stream: true }));
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta as Json));
    const pieces = deltas.flatMap(({ tool_calls }) => (tool_calls as { function: Json }[] | undefined) ?? []);
    assert.equal(pieces[0].function.name, 'get_weather');
    assert.equal(pieces.map((piece) => piece.function.arguments).join(''), call.arguments);
  });

  test('that calls a tool lets the conversation go on behind the result, in every dialect', async () => {
    const tools = [{ name: 'get_weather', input_schema: { type: 'object' } }];
    const question = { role: 'user', content: 'How is the weather in Oslo?' };
    const ask = async (messages: readonly Json[]) => {
      const response = await fetch(`${simulator().url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({ model: 'claude-3-opus', max_tokens: 50, messages, tools }),
      });
      return (await response.json()) as { content: Json[]; stop_reason: string };
    };
    const { content, stop_reason } = await ask([question]);
    assert.deepEqual([content.length, stop_reason], [1, 'tool_use']);
    const [{ type, id, name, input }] = content;
    assert.deepEqual([type, name, input], ['tool_use', 'get_weather', { city: 'Oslo', days: 3 }]);
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'sunny' }] };
    const after = await ask([question, { role: 'assistant', content }, result]);
    assert.equal(after.content[0].type, 'text');
  });

  test('that gives a latency changes when the text comes, and not what it says', async () => {
    const key = { 'x-llm-sim-request-id': 'latency' };
    const response = await postChat(simulator(), chatRequest({ ...user('slow'), max_tokens: 9 }), key);
    assert.equal(response.headers.get('openai-processing-ms'), String(40 + 8 * 5));
    const reply = (await response.json()) as { choices: { message: { content: string } }[] };
    assert.ok(reply.choices[0].message.content.length > 9);
  });

  test('that gives a finish reason gives it to its own text', async () => {
    const { message, finish_reason } = await say('long');
    assert.deepEqual([message.content, finish_reason], ['Cut short', 'length']);
  });

  for (const [content, status, code] of [
    ['limit', 429, 'rate_limit_exceeded'],
    ['auth', 401, 'invalid_api_key'],
    ['deny', 403, null],
    ['break', 500, null],
    ['busy', 503, null],
    ['wait', 504, null],
  ] as const) {
    test(`answers ${status} instead, streamed or not`, async () => {
      for (const stream of [false, true]) {
        const body = chatRequest({ ...user(content), stream });
        const response = await postChat(simulator(), body, { authorization: 'Bearer sk-some-key' });
        assert.equal(response.status, status);
        const reply = (await response.json()) as { error: { code: unknown } };
        assertValid('openai', 'ErrorResponse', reply);
        if (code !== null) assert.equal(reply.error.code, code);
        if (status === 429) assert.equal(response.headers.get('retry-after'), '7');
      }
    });
  }

  for (const [dialect, path, body, statuses] of [
    ['OpenAI', '/v1/responses', (input: string) => ({ model: 'gpt-4o', input }), [429, 401, 503]],
    ['Azure', '/openai/v1/chat/completions', (said: string) => chatRequest(user(said)), [429, 401, 503]],
    [
      'Anthropic',
      '/v1/messages',
      (said: string) => ({ model: 'claude-3-opus', max_tokens: 9, ...user(said) }),
      [429, 401, 529],
    ],
    [
      'Gemini',
      '/v1beta/models/gemini-2.5-flash:generateContent',
      (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
      [429, 400, 503],
    ],
  ] as const) {
    test(`has its text and its faults in the words of ${dialect}`, async () => {
      const ask = (said: string) =>
        fetch(`${simulator().url}${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer key',
            'x-goog-api-key': dialect === 'Gemini' ? 'key' : '',
            'anthropic-version': '2023-06-01',
          },
          body: JSON.stringify(body(said)),
        });
      assert.match(await (await ask('long')).text(), /"Cut short"/);
      const replies = await Promise.all(['limit', 'auth', 'busy'].map(ask));
      assert.deepEqual(
        replies.map(({ status }) => status),
        statuses,
      );
    });
  }

  test('lets the client wait for its fault', async () => {
    const startMs = performance.now();
    await (await postChat(simulator(), chatRequest(user('break')))).text();
    assert.ok(performance.now() - startMs >= 30);
  });

  test('never hides what is wrong with a request', async () => {
    assert.equal((await postChat(simulator(), chatRequest({ ...user('limit'), temperature: 9 }))).status, 400);
  });
});
