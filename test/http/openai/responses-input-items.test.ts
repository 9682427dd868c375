/** The list of the items that a response was made from. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError } from './post.js';
import { listInput, respond } from './responses-client.js';

const MODEL = 'gpt-4o-mini';

describe('a stored response lists its input', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const url = (path: string) => `${simulator().url}/v1/responses/${path}`;
  const list = (id: string, query = '') => listInput(simulator(), id, query);
  const ask = (body: Json = {}) =>
    respond(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16, ...body });

  test('with an identifier for everything, the last first', async () => {
    const input = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://a.example/a.png' }] },
      { role: 'assistant', content: 'A picture.' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'done' },
      { type: 'message', role: 'user', content: 'And now?', id: 'msg_mine' },
    ];
    const { id } = await ask({ input });
    const { data, first_id, last_id, has_more } = await list(id);
    assert.deepEqual(
      data.map(({ type, role }) => role ?? type),
      ['user', 'function_call_output', 'function_call', 'assistant', 'user', 'developer'],
    );
    assert.equal(new Set(data.map((item) => item.id)).size, 6);
    assert.deepEqual([first_id, last_id, has_more], ['msg_mine', data[5].id, false]);
    assert.deepEqual(data[3].content, [{ type: 'output_text', annotations: [], logprobs: [], text: 'A picture.' }]);
    // Where an image lies is shown on demand.
    assert.deepEqual(data[4].content, [{ type: 'input_image', detail: 'auto' }]);
    const shown = (await list(id, '?include[]=code_interpreter_call.outputs&include[]=message.input_image.image_url'))
      .data;
    assert.deepEqual(shown[4].content, [{ type: 'input_image', detail: 'auto', image_url: 'https://a.example/a.png' }]);
  });

  test('with the turns before it', async () => {
    const first = await ask({ input: 'One?' });
    const second = await ask({ input: 'Two?', previous_response_id: first.id });
    const third = await ask({ input: 'Three?', previous_response_id: second.id });
    const { data } = await list(third.id, '?order=asc');
    assert.deepEqual(
      data.map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant', 'user'],
    );
    assert.equal(data[1].id, first.output[0].id);
    // A turn that was deleted is missing, and the others are there.
    await fetch(url(first.id), { method: 'DELETE' });
    assert.equal((await list(third.id)).data.length, 3);
  });

  test('a page at a time, in either direction', async () => {
    const { id } = await ask({ input: ['a', 'b', 'c', 'd', 'e'].map((content) => ({ role: 'user', content })) });
    const all = (await list(id, '?order=asc')).data.map((item) => item.id);
    const page = async (query: string) => {
      const { data, has_more } = await list(id, query);
      return [data.map((item) => all.indexOf(item.id)), has_more];
    };
    assert.deepEqual(await page('?order=asc&limit=2'), [[0, 1], true]);
    assert.deepEqual(await page(`?order=asc&limit=2&after=${all[1]}`), [[2, 3], true]);
    assert.deepEqual(await page(`?order=asc&limit=2&after=${all[3]}`), [[4], false]);
    assert.deepEqual(await page(`?limit=2&after=${all[3]}`), [[2, 1], true]);
    assert.deepEqual(await page(`?order=asc&limit=2&before=${all[3]}`), [[1, 2], true]);
    assert.deepEqual(await page(`?order=asc&after=${all[4]}`), [[], false]);
  });

  test('and rejects questions that make no sense', async () => {
    const { id } = await ask();
    const message = (text: string, param: string, code: string) => ({ message: text, param, code });
    for (const [query, error] of [
      [
        'limit=0',
        message(
          "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead.",
          'limit',
          'integer_below_min_value',
        ),
      ],
      [
        'limit=101',
        message(
          "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.",
          'limit',
          'integer_above_max_value',
        ),
      ],
      [
        'limit=x',
        message("Invalid type for 'limit': expected an integer, but got a string instead.", 'limit', 'invalid_type'),
      ],
      ['order=x', message("Invalid value: 'x'. Supported values are: 'asc' and 'desc'.", 'order', 'invalid_value')],
      ['after=msg_1', message("Item with id 'msg_1' not found.", 'after', 'invalid_value')],
    ] as const)
      await assertError(await fetch(url(`${id}/input_items?${query}`)), error);
  });
});
