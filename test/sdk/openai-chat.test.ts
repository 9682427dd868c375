/** The official OpenAI SDK, its newest and its previous major, used as its users use it, against the simulator. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OpenAI } from 'openai';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { type Simulator, startSimulator } from '../../src/index.js';
import { parseExposition } from '../http/prometheus.js';
import { waitUntil } from '../http/transport/raw-client.js';
import { describeOpenAi } from './openai-majors.js';

const REQUEST: Pick<ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'> = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is a ring buffer?' },
  ],
};
const KEY = { headers: { 'x-llm-sim-request-id': '1' } };
/** No answer, or no end of one, within the time of any test. */
const NEVER = { distribution: 'constant', value_ms: 600_000 };
const AT_ONCE = { distribution: 'constant', value_ms: 0 };

describeOpenAi(({ sdk }) => {
  let simulator: Simulator;
  let openai: OpenAI;

  before(async () => {
    simulator = await startSimulator({
      config: {
        providers: {
          'gpt-4o-mini': { latency: { ttft: AT_ONCE, itl: AT_ONCE } },
          'never-starts': { latency: { ttft: NEVER } },
          'never-ends': { latency: { ttft: AT_ONCE, itl: NEVER } },
        },
      },
    });
    openai = new sdk.OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  });

  after(() => simulator.stop());

  const ended = async (outcome: string) =>
    parseExposition(await simulator.metrics()).sum('llm_simulator_requests_ended_total', { outcome });

  describe('completes a chat', () => {
    test('in one piece', async () => {
      const completion = await openai.chat.completions.create(REQUEST);
      const [choice] = completion.choices;
      assert.equal(completion.object, 'chat.completion');
      assert.match(completion.id, /^chatcmpl-sim-/);
      assert.equal(completion.model, 'gpt-4o-mini-simulated');
      assert.equal(choice.message.role, 'assistant');
      assert.ok(choice.message.content !== null && choice.message.content.length > 20);
      assert.equal(choice.finish_reason, 'stop');
      const { usage } = completion;
      assert.equal(usage?.total_tokens, usage!.prompt_tokens + usage!.completion_tokens);
    });

    test('in several choices', async () => {
      const { choices } = await openai.chat.completions.create({ ...REQUEST, n: 3 });
      assert.deepEqual(
        choices.map(({ index }) => index),
        [0, 1, 2],
      );
      assert.equal(new Set(choices.map(({ message }) => message.content)).size, 3);
    });

    for (const limit of ['max_tokens', 'max_completion_tokens']) {
      test(`up to ${limit}`, async () => {
        const { choices, usage } = await openai.chat.completions.create({ ...REQUEST, [limit]: 9 });
        assert.equal(choices[0].finish_reason, 'length');
        assert.equal(usage?.completion_tokens, 9);
      });
    }

    test('up to a stop sequence', async () => {
      const { choices } = await openai.chat.completions.create({ ...REQUEST, stop: ['.', '?'] });
      assert.equal(choices[0].finish_reason, 'stop');
      assert.doesNotMatch(choices[0].message.content ?? '.', /[.?]/);
    });

    test('with headers that name the request', async () => {
      const { response, request_id } = await openai.chat.completions.create(REQUEST).withResponse();
      assert.match(request_id ?? '', /^req_[0-9a-f]{32}$/);
      assert.equal(response.headers.get('x-request-id'), request_id);
      assert.ok(response.headers.has('openai-processing-ms') && response.headers.has('openai-version'));
    });
  });

  describe('streams a chat', () => {
    test('chunk by chunk, to the content of the whole reply', async () => {
      const whole = await openai.chat.completions.create(REQUEST, KEY);
      let content = '';
      let finish: string | null = null;
      for await (const chunk of await openai.chat.completions.create({ ...REQUEST, stream: true }, KEY)) {
        assert.equal(chunk.object, 'chat.completion.chunk');
        assert.equal(chunk.id, whole.id);
        content += chunk.choices[0].delta.content ?? '';
        finish = chunk.choices[0].finish_reason;
      }
      assert.equal(content, whole.choices[0].message.content);
      assert.equal(finish, 'stop');
    });

    test('with usage when asked', async () => {
      const stream = await openai.chat.completions.create({
        ...REQUEST,
        stream: true,
        max_tokens: 5,
        stream_options: { include_usage: true },
      });
      const usages = [];
      for await (const { usage } of stream) usages.push(usage);
      assert.equal(usages.pop()?.completion_tokens, 5);
      assert.ok(usages.every((usage) => usage === null));
    });

    test('by the helper, whose events and final values fit the whole reply', async () => {
      const whole = await openai.chat.completions.create({ ...REQUEST, n: 2 }, KEY);
      const stream = openai.chat.completions.stream({ ...REQUEST, n: 2, stream_options: { include_usage: true } }, KEY);
      const seen = new Map<string, number>();
      const count = (event: string) => () => seen.set(event, (seen.get(event) ?? 0) + 1);
      for (const event of [
        'connect',
        'chunk',
        'content',
        'content.delta',
        'content.done',
        'finalMessage',
        'end',
      ] as const)
        stream.on(event, count(event));
      const completion = await stream.finalChatCompletion();
      await stream.done();
      assert.deepEqual(
        completion.choices.map(({ message }) => message.content),
        whole.choices.map(({ message }) => message.content),
      );
      assert.equal((await stream.finalMessage()).role, 'assistant');
      assert.equal(await stream.finalContent(), whole.choices[0].message.content);
      assert.equal((await stream.totalUsage()).total_tokens, whole.usage?.total_tokens);
      const events = Object.fromEntries(seen);
      assert.deepEqual([events.connect, events.finalMessage, events.end, events['content.done']], [1, 1, 1, 2]);
      assert.equal(events['content.delta'], whole.usage?.completion_tokens);
    });
  });

  describe('lists models', () => {
    test('all of OpenAI’s', async () => {
      const names: string[] = [];
      for await (const model of openai.models.list()) {
        assert.equal(model.object, 'model');
        names.push(model.id);
      }
      assert.ok(names.includes('gpt-4o-mini') && names.includes('text-embedding-3-small'));
    });

    test('one by name, also by a dated one', async () => {
      const model = await openai.models.retrieve('gpt-4o');
      assert.equal(model.id, 'gpt-4o');
      assert.ok(model.created > 1e9);
      assert.equal((await openai.models.retrieve('gpt-4o-2024-08-06')).id, 'gpt-4o-2024-08-06');
      await assert.rejects(openai.models.retrieve('gpt/99'), { status: 404, code: 'model_not_found' });
    });
  });

  describe('understands errors', () => {
    test('an unknown model is NotFoundError', async () => {
      await assert.rejects(openai.chat.completions.create({ ...REQUEST, model: 'gpt-99' }), (error) => {
        assert.ok(error instanceof sdk.NotFoundError);
        assert.equal(error.code, 'model_not_found');
        assert.equal(error.type, 'invalid_request_error');
        assert.match(error.message, /^404 The model `gpt-99` does not exist/);
        return true;
      });
    });

    test('an invalid field is BadRequestError that names it, streaming or not', async () => {
      for (const stream of [false, true]) {
        await assert.rejects(openai.chat.completions.create({ ...REQUEST, stream, temperature: 3 }), (error) => {
          assert.ok(error instanceof sdk.BadRequestError);
          assert.equal(error.code, 'decimal_above_max_value');
          assert.equal(error.param, 'temperature');
          return true;
        });
      }
    });

    test('an endpoint that does not exist is NotFoundError', async () => {
      await assert.rejects(openai.get('/nowhere'), (error) => {
        assert.ok(error instanceof sdk.NotFoundError);
        assert.match(error.message, /Invalid URL \(GET \/v1\/nowhere\)/);
        return true;
      });
    });
  });

  describe('may leave', () => {
    test('by aborting a stream that has begun, which is booked as aborted', async () => {
      const before = await ended('aborted');
      const stream = await openai.chat.completions.create({ ...REQUEST, model: 'never-ends', stream: true });
      let chunks = 0;
      for await (const _ of stream) {
        chunks++;
        stream.controller.abort();
      }
      assert.ok(chunks >= 1);
      await until(async () => (await ended('aborted')) === before + 1);
    });

    test('by a signal before the first token', async () => {
      const before = await ended('aborted');
      const controller = new AbortController();
      const reply = openai.chat.completions.create(
        { ...REQUEST, model: 'never-starts' },
        { signal: controller.signal },
      );
      await until(async () => parseExposition(await simulator.metrics()).sum('llm_simulator_active_requests') === 1);
      controller.abort();
      await assert.rejects(reply, sdk.APIUserAbortError);
      await until(async () => (await ended('aborted')) === before + 1);
    });

    test('by its own timeout', async () => {
      const before = await ended('aborted');
      const reply = openai.chat.completions.create({ ...REQUEST, model: 'never-starts' }, { timeout: 100 });
      await assert.rejects(reply, sdk.APIConnectionTimeoutError);
      await until(async () => (await ended('aborted')) === before + 1);
    });
  });
});

/** Waits for a condition that takes a promise to find out. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  let holds = false;
  const polling = setInterval(async () => {
    holds ||= await condition();
  }, 5);
  try {
    await waitUntil(() => holds, 'the condition');
  } finally {
    clearInterval(polling);
  }
}
