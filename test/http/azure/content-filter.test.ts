/** What Azure adds to OpenAI's replies: the findings of its content filter, and its headers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, eventsOf, type Json, sharedSimulator } from '../chat-client.js';
import { CHAT_PATH, MESSAGES, post, postJson } from './azure-client.js';

const CATEGORIES = ['hate', 'self_harm', 'sexual', 'violence'];

interface AnnotatedChoice extends Json {
  readonly index: number;
  readonly content_filter_results: { readonly [category: string]: Json };
}

/** A chunk without what Azure adds. */
function bare(chunk: Json): Json {
  const choices = (chunk.choices as AnnotatedChoice[]).map(({ content_filter_results, ...choice }) => choice);
  return { ...chunk, choices };
}

describe("Azure's content filter", () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  const chunksOf = async (fields: Json): Promise<Json[]> => {
    const response = await post(simulator(), CHAT_PATH, { messages: MESSAGES, max_tokens: 6, stream: true, ...fields });
    const events = eventsOf(await response.text());
    assert.equal(events.pop(), '[DONE]');
    return events.map((event) => JSON.parse(event));
  };

  test("reports on the prompt and on every choice of a whole reply, which is OpenAI's besides", async () => {
    const reply = await postJson(simulator(), CHAT_PATH, { messages: MESSAGES, max_tokens: 6, n: 2 });
    const { prompt_filter_results, ...rest } = reply;
    assertValid('openai', 'CreateChatCompletionResponse', bare(rest));
    const [prompt] = prompt_filter_results as Json[];
    assert.equal(prompt.prompt_index, 0);
    assert.deepEqual(Object.keys(prompt.content_filter_results as Json), [
      'hate',
      'jailbreak',
      'self_harm',
      'sexual',
      'violence',
    ]);
    for (const { content_filter_results: results } of reply.choices as AnnotatedChoice[]) {
      for (const category of CATEGORIES) assert.deepEqual(results[category], { filtered: false, severity: 'safe' });
    }
  });

  for (const fields of [{}, { n: 3 }, { stream_options: { include_usage: true } }]) {
    test(`opens a stream with the prompt and reports on every piece: ${JSON.stringify(fields)}`, async () => {
      const [prompt, ...chunks] = await chunksOf(fields);
      assert.deepEqual(Object.keys(prompt), ['choices', 'created', 'id', 'model', 'object', 'prompt_filter_results']);
      assert.deepEqual([prompt.choices, prompt.created, prompt.id], [[], 0, '']);
      for (const chunk of chunks) {
        assertValid('openai', 'CreateChatCompletionStreamResponse', bare(chunk));
        for (const choice of chunk.choices as AnnotatedChoice[]) {
          const { role, content } = choice.delta as Json;
          const isText = role === undefined && content !== undefined;
          assert.deepEqual(Object.keys(choice.content_filter_results), isText ? CATEGORIES : []);
        }
      }
    });
  }

  test('reports on calls of tools, of which it finds nothing, in as many choices as there may be', async () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
    const fields = { n: 128, tools, tool_choice: 'required', parallel_tool_calls: true, max_tokens: 20 };
    const [, ...chunks] = await chunksOf(fields);
    const choices = chunks.flatMap((chunk) => chunk.choices as AnnotatedChoice[]);
    assert.equal(new Set(choices.map(({ index }) => index)).size, 128);
    for (const { content_filter_results: results } of choices) assert.deepEqual(results, {});
  });

  test('reports on a plain completion as on a chat', async () => {
    const path = CHAT_PATH.replace('gpt-4o/chat', 'gpt-3.5-turbo-instruct');
    const body = { prompt: 'The sky is', max_tokens: 3 };
    const { prompt_filter_results, ...reply } = await postJson(simulator(), path, body);
    assertValid('openai', 'CreateCompletionResponse', bare(reply));
    assert.equal((prompt_filter_results as Json[]).length, 1);
    const response = await post(simulator(), path, { ...body, stream: true });
    const [prompt, ...chunks] = eventsOf(await response.text())
      .slice(0, -1)
      .map((event) => JSON.parse(event) as Json);
    assert.deepEqual([prompt.choices, prompt.id], [[], '']);
    for (const chunk of chunks) {
      assertValid('openai', 'CreateCompletionResponse', bare(chunk));
      for (const { text, content_filter_results: results } of chunk.choices as AnnotatedChoice[]) {
        assert.deepEqual(Object.keys(results), text === '' ? [] : CATEGORIES);
      }
    }
  });

  test('says nothing in the versions that came before it', async () => {
    const path = CHAT_PATH.replace(/api-version=.*/, 'api-version=2023-05-15');
    const reply = await postJson(simulator(), path, { messages: MESSAGES, max_tokens: 6 });
    assertValid('openai', 'CreateChatCompletionResponse', reply);
  });
});

describe("Azure's headers", () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

  test('name the request, the region, the deployment and what is left of its limits', async () => {
    for (const stream of [false, true]) {
      const body = { messages: MESSAGES, max_tokens: 2, stream };
      const { headers } = await post(simulator(), CHAT_PATH, body, { 'x-ms-client-request-id': 'mine-1' });
      assert.match(headers.get('apim-request-id') ?? '', UUID);
      assert.match(headers.get('x-request-id') ?? '', UUID);
      assert.equal(headers.get('x-ms-client-request-id'), 'mine-1');
      assert.equal(headers.get('x-ms-deployment-name'), 'gpt-4o');
      assert.ok(headers.get('x-ms-region') && headers.get('azureml-model-session'));
      assert.match(headers.get('x-ratelimit-remaining-tokens') ?? '', /^\d+$/);
      assert.match(headers.get('x-ratelimit-remaining-requests') ?? '', /^\d+$/);
      assert.equal(headers.get('openai-organization'), null);
    }
  });

  test('name the request in an error as well', async () => {
    const { status, headers } = await post(simulator(), CHAT_PATH, {});
    assert.equal(status, 400);
    assert.match(headers.get('apim-request-id') ?? '', UUID);
    assert.match(headers.get('x-request-id') ?? '', UUID);
  });
});
