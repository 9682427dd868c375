/** The official OpenAI SDK as users of Azure use it, its newest and its previous major: AzureOpenAI, and OpenAI on the undated path. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AzureOpenAI, OpenAI } from 'openai';
import { type Simulator, startSimulator } from '../../src/index.js';
import { describeOpenAi } from './openai-majors.js';

const API_VERSION = '2024-10-21';
const MESSAGES = [{ role: 'user' as const, content: 'What is a ring buffer?' }];
const CHAT = { model: 'gpt-4o', messages: MESSAGES, max_tokens: 12 };

describeOpenAi(({ sdk }) => {
  let simulator: Simulator;
  let azure: AzureOpenAI;
  /** The same service without a version, as its documentation recommends. */
  let undated: OpenAI;

  before(async () => {
    simulator = await startSimulator({
      config: {
        simulation: { time_scale: 0 },
        server: { api_keys: ['azure-key'] },
        replies: {
          rules: [
            { match: { last_message: '^slow down' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 3 } } },
            { match: { last_message: '^forbidden' }, reply: { text: '', finish_reason: 'content_filter' } },
            { match: { last_message: '^blocked' }, reply: { text: 'No.', finish_reason: 'content_filter' } },
          ],
        },
      },
    });
    azure = client({});
    undated = new sdk.OpenAI({ baseURL: `${simulator.url}/openai/v1/`, apiKey: 'azure-key', maxRetries: 0 });
  });

  after(() => simulator.stop());

  function client(options: object): AzureOpenAI {
    const common = { endpoint: simulator.url, apiVersion: API_VERSION, maxRetries: 0 };
    return new sdk.AzureOpenAI({
      ...common,
      ...('azureADTokenProvider' in options ? {} : { apiKey: 'azure-key' }),
      ...options,
    });
  }

  test('completes a chat for the deployment that the model names', async () => {
    const { data, response } = await azure.chat.completions.create(CHAT).withResponse();
    assert.equal(data.model, 'gpt-4o-simulated');
    assert.equal(data.usage?.completion_tokens, 12);
    assert.equal(new URL(response.url).pathname, '/openai/deployments/gpt-4o/chat/completions');
    assert.ok('content_filter_results' in data.choices[0] && 'prompt_filter_results' in data);
  });

  test('completes a chat for the deployment that the client was made for, whatever the model', async () => {
    const reply = await client({ deployment: 'gpt-4.1' }).chat.completions.create({ ...CHAT, model: 'ignored' });
    assert.equal(reply.model, 'gpt-4.1-simulated');
  });

  test('signs in with a token of Microsoft Entra', async () => {
    const reply = await client({ azureADTokenProvider: async () => 'azure-key' }).chat.completions.create(CHAT);
    assert.equal(reply.choices[0].finish_reason, 'length');
  });

  test('streams a chat behind a chunk about the prompt', async () => {
    const stream = await azure.chat.completions.create({ ...CHAT, stream: true });
    let text = '';
    const ids: string[] = [];
    for await (const chunk of stream) {
      ids.push(chunk.id);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    assert.deepEqual([ids[0], new Set(ids).size], ['', 2]);
    assert.ok(text.length > 12);
  });

  test("streams through the SDK's helper", async () => {
    const completion = await azure.chat.completions.stream(CHAT).finalChatCompletion();
    assert.ok((completion.choices[0].message.content ?? '').length > 12);
    assert.equal(completion.choices[0].finish_reason, 'length');
  });

  test('says what the filter found in a reply that it ended', async () => {
    const request = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'blocked' }] };
    const found = { filtered: true, severity: 'medium' };
    const { choices } = await azure.chat.completions.create(request);
    assert.equal(choices[0].finish_reason, 'content_filter');
    assert.deepEqual(violenceIn(choices[0]), found);
    const ends: unknown[] = [];
    for await (const chunk of await azure.chat.completions.create({ ...request, stream: true })) {
      if (chunk.choices[0]?.finish_reason) ends.push([chunk.choices[0].finish_reason, violenceIn(chunk.choices[0])]);
    }
    assert.deepEqual(ends, [['content_filter', found]]);
  });

  test('goes on with a text, in one piece and as a stream', async () => {
    const request = { model: 'gpt-35-turbo-instruct', prompt: ['The sky is', 'Grass is'], max_tokens: 4 };
    const reply = await azure.completions.create(request);
    const { prompt_filter_results: prompts } = reply as unknown as { prompt_filter_results: object[] };
    assert.deepEqual([reply.choices.length, prompts.length], [2, 2]);
    const texts = ['', ''];
    for await (const chunk of await azure.completions.create({ ...request, stream: true })) {
      for (const { index, text } of chunk.choices) texts[index] += text;
    }
    assert.ok(texts.every((text) => text.length > 4));
  });

  test('embeds, as base64 below and as numbers above', async () => {
    const request = { model: 'text-embedding-3-small', input: ['a ring', 'a buffer'], dimensions: 8 };
    const { data, usage } = await azure.embeddings.create(request);
    assert.deepEqual(
      data.map(({ embedding }) => embedding.length),
      [8, 8],
    );
    assert.ok(usage.prompt_tokens > 0);
    const [first] = (await undated.embeddings.create({ ...request, encoding_format: 'float' })).data;
    assert.deepEqual(first.embedding.map(Math.fround), data[0].embedding.map(Math.fround));
  });

  test('answers with the Responses API, streams it, and finds a response again', async () => {
    const preview = client({ apiVersion: '2025-04-01-preview' });
    const request = { model: 'gpt-4o', input: 'What is a ring buffer?', max_output_tokens: 20 };
    for (const openai of [preview, undated]) {
      const response = await openai.responses.create(request);
      assert.ok(response.output_text.length > 12);
      assert.equal((await openai.responses.retrieve(response.id)).output_text, response.output_text);
      const followed = await openai.responses.create({ ...request, previous_response_id: response.id });
      assert.equal(followed.previous_response_id, response.id);
      const streamed = await openai.responses.stream(request).finalResponse();
      assert.ok(streamed.output_text.length > 12);
    }
  });

  test('has no Responses API in the versions before it', async () => {
    await assert.rejects(azure.responses.create({ model: 'gpt-4o', input: 'Hi' }), (error) => {
      assert.ok(error instanceof sdk.BadRequestError);
      assert.match(error.message, /Responses API is enabled only for api-version 2025-03-01-preview and later/);
      return true;
    });
  });

  test('lists models', async () => {
    const ids: string[] = [];
    for await (const { id } of await azure.models.list()) ids.push(id);
    assert.ok(ids.includes('gpt-4o') && ids.includes('text-embedding-3-small'));
    assert.equal((await undated.models.retrieve('gpt-4o')).id, 'gpt-4o');
  });

  describe('throws', () => {
    test('NotFoundError for a deployment that does not exist', async () => {
      await assert.rejects(azure.chat.completions.create({ ...CHAT, model: 'nobody' }), (error) => {
        assert.ok(error instanceof sdk.NotFoundError);
        assert.equal(error.code, 'DeploymentNotFound');
        return true;
      });
    });

    test('NotFoundError for a version that does not exist', async () => {
      const preview = client({ apiVersion: 'preview' });
      await assert.rejects(preview.chat.completions.create(CHAT), (error) => {
        assert.ok(error instanceof sdk.NotFoundError);
        assert.match(error.message, /Resource not found/);
        return true;
      });
    });

    test('AuthenticationError for another key', async () => {
      const stranger = client({ apiKey: 'wrong' });
      await assert.rejects(stranger.chat.completions.create(CHAT), (error) => {
        assert.ok(error instanceof sdk.AuthenticationError);
        assert.match(error.message, /^401 Access denied due to invalid subscription key/);
        assert.match(error.headers.get('apim-request-id') ?? '', /^[0-9a-f-]{36}$/);
        return true;
      });
    });

    test('RateLimitError with the time to wait', async () => {
      const request = { ...CHAT, messages: [{ role: 'user' as const, content: 'slow down' }] };
      await assert.rejects(azure.chat.completions.create(request), (error) => {
        assert.ok(error instanceof sdk.RateLimitError);
        assert.equal(error.code, 'RateLimitReached');
        assert.match(error.message, /Please retry after 3 seconds/);
        assert.equal(error.headers.get('retry-after'), '3');
        return true;
      });
    });

    test('BadRequestError with what the filter found in a prompt that it blocks', async () => {
      const messages = [{ role: 'user' as const, content: 'forbidden' }];
      for (const ask of [
        () => azure.chat.completions.create({ ...CHAT, messages }),
        () => azure.chat.completions.create({ ...CHAT, messages, stream: true }),
        () => undated.responses.create({ model: 'gpt-4o', input: 'forbidden' }),
      ]) {
        await assert.rejects(ask, (error) => {
          assert.ok(error instanceof sdk.BadRequestError);
          assert.deepEqual([error.code, error.param], ['content_filter', 'prompt']);
          const { innererror } = error.error as { innererror: { code: string; content_filter_result: object } };
          assert.equal(innererror.code, 'ResponsibleAIPolicyViolation');
          assert.deepEqual(violenceIn({ content_filter_results: innererror.content_filter_result }), {
            filtered: true,
            severity: 'medium',
          });
          return true;
        });
      }
    });

    test("BadRequestError in OpenAI's words for a wrong field", async () => {
      await assert.rejects(azure.chat.completions.create({ ...CHAT, temperature: 5 }), (error) => {
        assert.ok(error instanceof sdk.BadRequestError);
        assert.equal(error.param, 'temperature');
        return true;
      });
    });
  });

  test('reaches the undated path as OpenAI', async () => {
    const { choices } = await undated.chat.completions.create(CHAT);
    assert.equal(choices[0].finish_reason, 'length');
  });
});

function violenceIn(choice: object): unknown {
  const { content_filter_results: results } = choice as { content_filter_results: { violence?: unknown } };
  return results.violence;
}
