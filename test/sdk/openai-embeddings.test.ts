/** Embeddings, moderations and models with the official OpenAI SDK, its newest and its previous major. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, sharedSimulator } from '../http/chat-client.js';
import { describeOpenAi } from './openai-majors.js';

const MODEL = 'text-embedding-3-small';

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

describeOpenAi(({ sdk }) => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const client = () => new sdk.OpenAI({ baseURL: `${simulator().url}/v1`, apiKey: 'sk-any', maxRetries: 0 });

  describe('embeds', () => {
    test('a text, as numbers whichever format it asks for', async () => {
      const input = 'What is a ring buffer?';
      const byDefault = await client().embeddings.create({ model: MODEL, input });
      const [{ embedding, index, object }] = byDefault.data;
      assert.equal(byDefault.object, 'list');
      assert.equal(byDefault.model, `${MODEL}-simulated`);
      assert.equal(object, 'embedding');
      assert.equal(index, 0);
      assert.equal(embedding.length, 1_536);
      assert.ok(Math.abs(cosine(embedding, embedding) - 1) < 1e-5);
      assert.ok(byDefault.usage.prompt_tokens > 3 && byDefault.usage.total_tokens === byDefault.usage.prompt_tokens);

      const asFloat = await client().embeddings.create({ model: MODEL, input, encoding_format: 'float' });
      assert.deepEqual(asFloat.data[0].embedding.map(Math.fround), Array.from(embedding));
    });

    test('a text as base64, which it hands on when asked to', async () => {
      const request = { model: MODEL, input: 'a', encoding_format: 'base64' as const, dimensions: 8 };
      const { data } = await client().embeddings.create(request);
      const embedding = data[0].embedding as unknown as string;
      assert.equal(Buffer.from(embedding, 'base64').length, 32);
    });

    test('batches, in their order', async () => {
      const input = ['How do I reset my password?', 'I forgot my password, how can I reset it?', 'Bread needs flour.'];
      const { data } = await client().embeddings.create({ model: 'text-embedding-3-large', input, dimensions: 256 });
      const [question, paraphrase, other] = data.map(({ embedding }) => embedding);
      assert.deepEqual(
        data.map(({ index, embedding }) => [index, embedding.length]),
        [
          [0, 256],
          [1, 256],
          [2, 256],
        ],
      );
      assert.ok(cosine(question, paraphrase) > cosine(question, other) + 0.3);
    });

    test('tokens', async () => {
      const { data, usage } = await client().embeddings.create({ model: MODEL, input: [[9906, 1917], [0]] });
      const [{ embedding }] = (await client().embeddings.create({ model: MODEL, input: 'Hello world' })).data;
      assert.deepEqual(data[0].embedding, embedding);
      assert.equal(usage.prompt_tokens, 3);
    });

    test('nothing that it should not', async () => {
      await assert.rejects(client().embeddings.create({ model: 'gpt-4o', input: 'a' }), sdk.PermissionDeniedError);
      await assert.rejects(client().embeddings.create({ model: MODEL, input: '' }), sdk.BadRequestError);
      await assert.rejects(client().embeddings.create({ model: 'nothing', input: 'a' }), sdk.NotFoundError);
    });
  });

  describe('moderates', () => {
    test('a text', async () => {
      const { id, model, results } = await client().moderations.create({ input: 'I want to kill them.' });
      assert.match(id, /^modr-sim-/);
      assert.equal(model, 'omni-moderation-latest-simulated');
      assert.equal(results.length, 1);
      assert.equal(results[0].flagged, true);
      assert.equal(results[0].categories.violence, true);
      assert.equal(results[0].categories['self-harm/intent'], false);
      assert.ok(results[0].category_scores.violence > 0.5);
      assert.deepEqual(results[0].category_applied_input_types.violence, ['text']);
    });

    test('text and an image', async () => {
      const { results } = await client().moderations.create({
        model: 'omni-moderation-latest',
        input: [
          { type: 'text', text: 'A picture of my cat' },
          { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
        ],
      });
      assert.equal(results[0].flagged, false);
      assert.deepEqual(results[0].category_applied_input_types.violence, ['text', 'image']);
    });
  });

  describe('finds models', () => {
    test('as a list and one by one', async () => {
      const names: string[] = [];
      for await (const model of client().models.list()) names.push(model.id);
      assert.ok(names.includes('gpt-4o') && names.includes(MODEL) && names.includes('omni-moderation-latest'));
      const model = await client().models.retrieve(MODEL);
      assert.equal(model.id, MODEL);
      assert.equal(model.object, 'model');
    });

    test('that it cannot delete', async () => {
      await assert.rejects(client().models.delete('gpt-4o'), sdk.PermissionDeniedError);
      await assert.rejects(client().models.delete('nothing'), sdk.NotFoundError);
    });
  });
});
