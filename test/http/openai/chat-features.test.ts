/** What each feature of chat completions gives, whole and streamed: valid against the published schema, and the same in both. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, chatRequest, chunksOf, type Json, replyText, sharedSimulator } from '../chat-client.js';
import { FEATURES, RULES } from './chat-feature-cases.js';
import { addUp, type Reply, type StreamedChoice } from './chat-reply.js';

const KEY = { 'x-llm-sim-request-id': 'feature' };

describe('a feature of chat completions', () => {
  const simulator = sharedSimulator({ config: { ...AT_ONCE, replies: { rules: RULES } } });

  for (const { name, fields, check } of FEATURES) {
    test(`${name}: whole, streamed, and the same in both`, async () => {
      const body = chatRequest(fields);
      const whole = JSON.parse(await replyText(simulator(), body, KEY));
      assertValid('openai', 'CreateChatCompletionResponse', whole);
      check(whole);

      const text = await replyText(
        simulator(),
        { ...body, stream: true, stream_options: { include_usage: true } },
        KEY,
      );
      for (const chunk of chunksOf(text)) assertValid('openai', 'CreateChatCompletionStreamResponse', chunk);
      const streamed = addUp(text);
      check(streamed);
      const { choices, usage, service_tier, moderation } = whole as Reply;
      assert.deepEqual(streamed.usage, usage);
      assert.deepEqual(streamed.service_tier, service_tier);
      assert.deepEqual(streamed.moderation, moderation);
      for (const [index, { message, ...rest }] of choices.entries()) {
        const { annotations, ...said } = message;
        assert.deepEqual(annotations, []);
        assert.deepEqual(streamed.choices[index], { message: said, ...rest });
      }
    });
  }

  test('padding: every event of a stream but its end has some, only where it is asked for', async () => {
    const body = chatRequest({ max_tokens: 12, stream: true });
    const plain = chunksOf(await replyText(simulator(), body, KEY)) as unknown as Json[];
    assert.ok(plain.every((chunk) => !('obfuscation' in chunk)));
    const options = { stream_options: { include_obfuscation: true, include_usage: true } };
    const padded = chunksOf(await replyText(simulator(), { ...body, ...options }, KEY)) as unknown as Json[];
    for (const chunk of padded) {
      assertValid('openai', 'CreateChatCompletionStreamResponse', chunk);
      assert.match(String(chunk.obfuscation), /^[0-9A-Za-z]{1,16}$/);
      const [choice] = chunk.choices as StreamedChoice[];
      const said = (choice?.delta.content as string | undefined) ?? '';
      assert.equal((said.length + String(chunk.obfuscation).length) % 16, 0);
    }
  });

  test('headers: who asks is repeated, limits stand still, and errors are named as well', async () => {
    const own = { 'openai-organization': 'org-mine', 'openai-project': 'proj_mine' };
    for (const [headers, organization, project] of [
      [own, 'org-mine', 'proj_mine'],
      [{}, 'org-llm-simulator', 'proj_llm_simulator'],
      [{ 'openai-organization': 'no id of one' }, 'org-llm-simulator', 'proj_llm_simulator'],
    ] as const) {
      const response = await fetch(`${simulator().url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(chatRequest({ max_tokens: 1 })),
      });
      await response.text();
      assert.equal(response.headers.get('openai-organization'), organization);
      assert.equal(response.headers.get('openai-project'), project);
      assert.equal(response.headers.get('openai-version'), '2020-10-01');
      for (const what of ['limit', 'remaining', 'reset']) {
        assert.ok(response.headers.has(`x-ratelimit-${what}-requests`));
        assert.ok(response.headers.has(`x-ratelimit-${what}-tokens`));
      }
    }
    const wrong = await fetch(`${simulator().url}/v1/chat/completions`, { method: 'POST', body: '{}' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.headers.get('x-request-id') ?? '', /^req_[0-9a-f]{32}$/);
    await wrong.text();
  });
});
