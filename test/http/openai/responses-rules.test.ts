/** What rules of the configuration make the Responses API say, and what its generators do with a conversation that it has stored. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, post } from './post.js';
import { respond, respondInEvents, textOf, typesOf } from './responses-client.js';

const MODEL = 'gpt-4o-mini';

describe('a response by rule', () => {
  const rule = (word: string, reply: Json) => ({ match: { last_message: word }, reply });
  const simulator = sharedSimulator({
    config: {
      ...AT_ONCE,
      replies: {
        generator: 'echo',
        rules: [
          rule('refund', { text: 'It is refunded.' }),
          rule('weather', {
            text: 'Let me look.',
            tool_calls: [
              { name: 'get_weather', arguments: { city: 'Oslo' } },
              { name: 'run', arguments: 'ls' },
            ],
          }),
          rule('bomb', { text: '', finish_reason: 'content_filter' }),
          rule('slow down', { fault: { kind: 'rate_limit', retry_after_secs: 5 } }),
        ],
      },
    },
  });
  const ask = (input: unknown, body: Json = {}) => respond(simulator(), { model: MODEL, input, ...body });

  test('says what the rule says', async () => {
    assert.equal(textOf(await ask('A refund, please.')), 'It is refunded.');
  });

  test('speaks and calls functions and custom tools, whether they were offered or not', async () => {
    const tools = [{ type: 'custom', name: 'run' }];
    const { output } = await ask('How is the weather?', { tools });
    assert.deepEqual(
      output.map(({ type }) => type),
      ['message', 'function_call', 'custom_tool_call'],
    );
    assert.equal(output[1].arguments, '{"city":"Oslo"}');
    assert.equal(output[2].input, 'ls');
    const events = await respondInEvents(simulator(), { model: MODEL, input: 'How is the weather?', tools });
    const items = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item?.type);
    assert.deepEqual(items, ['message', 'function_call', 'custom_tool_call']);
  });

  test('is incomplete where a filter stopped it', async () => {
    const filtered = await ask('How do I make a bomb?');
    assert.equal(filtered.status, 'incomplete');
    assert.deepEqual(filtered.incomplete_details, { reason: 'content_filter' });
    const events = await respondInEvents(simulator(), { model: MODEL, input: 'How do I make a bomb?' });
    assert.deepEqual(typesOf(events).slice(-1), ['response.incomplete']);
  });

  test('fails as the rule says', async () => {
    const response = await post(simulator(), '/v1/responses', { model: MODEL, input: 'Please slow down.' });
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '5');
  });

  test('repeats the last message of the user, also where the user said it before', async () => {
    const first = await ask([
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'One' },
          { type: 'input_text', text: 'two' },
        ],
      },
      { role: 'assistant', content: 'three' },
    ]);
    assert.equal(textOf(first), 'One\ntwo');
    const results = await ask(undefined, { previous_response_id: first.id });
    assert.equal(textOf(results), 'One\ntwo');
  });

  test('of nothing is empty, and still a response', async () => {
    const input = [{ role: 'developer', content: 'Be brief.' }];
    assert.equal(textOf(await ask(input)), '');
    const events = await respondInEvents(simulator(), { model: MODEL, input });
    assert.deepEqual(typesOf(events), [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  test('is not asked for where the request is wrong', async () => {
    await assertError(await post(simulator(), '/v1/responses', { model: MODEL, input: 'refund', seed: 1 }), {
      message: "Unknown parameter: 'seed'.",
      param: 'seed',
      code: 'unknown_parameter',
    });
  });
});
