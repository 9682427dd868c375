/** Threads: the server holds a conversation under each reply's id, and a request sends only what is new. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { accumulate, createMessage, type Json, KEYS, messageRequest, post, streamMessage } from './messages-client.js';

const TOOL = { name: 'get_weather', description: 'Weather', input_schema: { type: 'object', properties: {} } };
const CREATE = messageRequest({ system: 'Be brief.', tools: [TOOL], thread: { type: 'create' } });

const goOn = (id: string, content: unknown): Json =>
  messageRequest({ messages: [{ role: 'user', content }], thread: { type: 'continue', previous_message_id: id } });

describe('a thread', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('goes on with the whole conversation before it', async () => {
    const first = await createMessage(simulator(), CREATE);
    assert.equal(first.stop_reason, 'tool_use');
    const result = [{ type: 'tool_result', tool_use_id: first.content.at(-1)?.id, content: 'Sunny' }];
    const second = await createMessage(simulator(), goOn(first.id, result));
    assert.equal(second.stop_reason, 'end_turn');
    const whole = await createMessage(
      simulator(),
      messageRequest({
        system: 'Be brief.',
        tools: [TOOL],
        messages: [
          ...(CREATE.messages as Json[]),
          { role: 'assistant', content: first.content },
          { role: 'user', content: result },
        ],
      }),
    );
    assert.equal(second.usage.input_tokens, whole.usage.input_tokens);
    const third = accumulate(await streamMessage(simulator(), goOn(second.id, 'And now?')));
    assert.ok(third.usage.input_tokens > second.usage.input_tokens);
  });

  test('can be continued from a streamed reply', async () => {
    const first = accumulate(await streamMessage(simulator(), { ...CREATE, tools: [] }));
    const second = await createMessage(simulator(), goOn(first.id, 'And why?'));
    assert.ok(second.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens);
  });

  test('belongs to the key that began it', async () => {
    const { id } = await createMessage(simulator(), { ...CREATE, tools: [] });
    const response = await post(simulator(), goOn(id, 'And why?'), { headers: { ...KEYS, 'x-api-key': 'other' } });
    assert.equal(response.status, 404);
  });

  test('does not begin without being asked for', async () => {
    const { id } = await createMessage(simulator(), messageRequest());
    const response = await post(simulator(), goOn(id, 'And why?'));
    assert.equal(response.status, 404);
    const { error } = (await response.json()) as { error: Json };
    assert.deepEqual([error.type, error.details], ['not_found_error', { error_code: 'thread_not_found' }]);
  });

  test('keeps its system prompt and tools', async () => {
    const { id } = await createMessage(simulator(), { ...CREATE, tools: [] });
    const response = await post(simulator(), { ...goOn(id, 'And why?'), system: 'Be verbose.' });
    assert.equal(response.status, 400);
  });

  test('is checked as a whole', async () => {
    const { id } = await createMessage(simulator(), CREATE);
    const response = await post(simulator(), goOn(id, 'And the result?'));
    assert.equal(response.status, 400);
    const { error } = (await response.json()) as { error: { message: string } };
    assert.match(error.message, /^messages\.1: `tool_use` ids were found without `tool_result` blocks/);
  });
});
