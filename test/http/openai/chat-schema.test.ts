/** Every reply and every stream event is what OpenAI's published schema says, for whatever valid request. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, chatRequest, chunksOf, type Json, postChat, replyText, sharedSimulator } from '../chat-client.js';

const RUNS = { numRuns: 60, seed: 20_251_123 };

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 20 });
const textPart = fc.record({ type: fc.constant('text'), text });
const imagePart = fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url: fc.webUrl() }) });
const contentOf = (part: fc.Arbitrary<object>) => fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 4 }));
const message = fc.oneof(
  fc.record(
    { role: fc.constantFrom('system', 'developer'), content: contentOf(textPart), name },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record(
    { role: fc.constant('user'), content: contentOf(fc.oneof(textPart, imagePart)), name },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({ role: fc.constant('assistant'), content: contentOf(textPart) }),
);

const tool = fc.oneof(
  fc.record({
    type: fc.constant('function'),
    function: fc.record(
      { name, description: text, parameters: fc.constant({ type: 'object', properties: { a: { type: 'string' } } }) },
      { requiredKeys: ['name'] },
    ),
  }),
  fc.record({ type: fc.constant('custom'), custom: fc.record({ name, description: text }) }),
);

/** What any model takes; lengths are kept short. */
const common = {
  messages: fc.array(message, { minLength: 1, maxLength: 5 }),
  n: fc.option(fc.integer({ min: 1, max: 6 })),
  max_completion_tokens: fc.integer({ min: 1, max: 60 }),
  seed: fc.option(fc.maxSafeInteger()),
  user: text,
  store: fc.constant(true),
  metadata: fc.dictionary(name, text, { maxKeys: 3 }),
  service_tier: fc.constantFrom('auto', 'default', 'flex', 'priority', null),
  tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: (item) => JSON.stringify(item) }),
};

const sampling = {
  stop: fc.option(fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 4 }))),
  temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
  top_p: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  presence_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
  frequency_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
  logit_bias: fc.dictionary(fc.nat(100_000).map(String), fc.integer({ min: -100, max: 100 }), { maxKeys: 3 }),
  logprobs: fc.boolean(),
  prediction: fc.record({ type: fc.constant('content'), content: text }),
};

/** Valid requests over models that sample and models that reason, and every field that has a range. */
const request: fc.Arbitrary<Json> = fc
  .oneof(
    fc.record(
      { model: fc.constantFrom('gpt-4o', 'gpt-4', 'gpt-3.5-turbo', 'gpt-4o-2024-08-06'), ...common, ...sampling },
      { requiredKeys: ['model', 'messages', 'max_completion_tokens', 'store'] },
    ),
    fc.record(
      {
        model: fc.constantFrom('o1', 'o3', 'o4-mini', 'gpt-5', 'gpt-5.1'),
        reasoning_effort: fc.constantFrom('low', 'medium', 'high'),
        ...common,
      },
      { requiredKeys: ['model', 'messages', 'max_completion_tokens', 'store'] },
    ),
  )
  .map(withoutImages);

/** Some models do not see. */
function withoutImages(fields: { readonly model: string; readonly messages: readonly { content: unknown }[] }): Json {
  if (!['gpt-4', 'gpt-3.5-turbo'].includes(fields.model)) return { ...fields };
  return { ...fields, messages: fields.messages.map((item) => ({ ...item, content: 'text' })) };
}

describe('chat completions and the published schema', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('the validator rejects what is not in the schema, so that its silence means something', async () => {
    const reply = JSON.parse(await replyText(simulator(), chatRequest({ max_tokens: 3 })));
    assertValid('openai', 'CreateChatCompletionResponse', reply);
    for (const wrong of [
      { ...reply, object: 'chat.completion.chunk' },
      { ...reply, created: reply.created * 1_000 },
      { ...reply, unheard_of: 1 },
      { ...reply, choices: [{ ...reply.choices[0], finish_reason: null }] },
      { ...reply, usage: { total_tokens: 3 } },
    ]) {
      assert.throws(
        () => assertValid('openai', 'CreateChatCompletionResponse', wrong),
        /not a CreateChatCompletionResponse/,
      );
    }
  });

  test('a whole reply to any valid request is a CreateChatCompletionResponse', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const reply = JSON.parse(await replyText(simulator(), body));
        assertValid('openai', 'CreateChatCompletionResponse', reply);
        assert.equal(reply.choices.length, body.n ?? 1);
        assert.equal(reply.model, `${body.model}-simulated`);
        assert.match(reply.id, /^chatcmpl-sim-[A-Za-z0-9]{29}$/);
      }),
      RUNS,
    );
  });

  test('every event of a stream that answers any valid request is a CreateChatCompletionStreamResponse', async () => {
    const options = fc.option(fc.record({ include_usage: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(request, options, async (body, stream_options) => {
        const chunks = chunksOf(await replyText(simulator(), { ...body, stream: true, stream_options }));
        for (const chunk of chunks) assertValid('openai', 'CreateChatCompletionStreamResponse', chunk);
        assert.equal(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size, 1);
      }),
      RUNS,
    );
  });

  test('the list of models is a ListModelsResponse, and each of its models answers as a Model under its own name', async () => {
    const list = await (await fetch(`${simulator().url}/v1/models`)).json();
    assertValid('openai', 'ListModelsResponse', list);
    const { data } = list as { data: { id: string }[] };
    assert.ok(data.some(({ id }) => id === 'gpt-4o-mini'));
    assert.ok(data.every(({ id }) => !id.startsWith('claude-') && !id.startsWith('gemini-')));
    for (const model of data) {
      const one = await (await fetch(`${simulator().url}/v1/models/${encodeURIComponent(model.id)}`)).json();
      assertValid('openai', 'Model', one);
      assert.deepEqual(one, model);
    }
  });

  test('a rejected request is answered with an ErrorResponse', async () => {
    const response = await postChat(simulator(), chatRequest({ temperature: 3 }));
    assert.equal(response.status, 400);
    assertValid('openai', 'ErrorResponse', await response.json());
  });
});
