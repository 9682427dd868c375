/** What a response leaves behind: it is found again, continued, referred to, cancelled, deleted, and streamed anew. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, documentOf, post } from './post.js';
import {
  eventsIn,
  NEVER,
  NOW,
  type OutputItem,
  type ResponseDocument,
  type ResponseEvent,
  respond,
  respondInEvents,
  retrieve,
} from './responses-client.js';

const MODEL = 'gpt-4o-mini';
const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };

const LONG_TOOL = {
  ...TOOL,
  name: 'long',
  parameters: { type: 'object', properties: { text: { type: 'string', minLength: 400 } }, required: ['text'] },
};

interface ItemList {
  readonly data: readonly (OutputItem & {
    readonly role?: string;
    readonly result?: unknown;
    readonly output?: unknown;
  })[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

describe('a stored response', () => {
  const latency = { ttft: NOW, itl: NOW };
  const simulator = sharedSimulator({
    config: {
      providers: {
        [MODEL]: { latency },
        'gpt-5': { latency, reasoning: { enabled: true } },
        waits: { latency: { ttft: NEVER, itl: NEVER } },
        works: { latency: { ttft: NOW, itl: NEVER } },
      },
    },
  });
  const url = (path: string) => `${simulator().url}/v1/responses/${path}`;
  const ask = (body: Json = {}) =>
    respond(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16, ...body });
  const cancel = (id: string) => fetch(url(`${id}/cancel`), { method: 'POST' });
  const list = async (id: string, query = ''): Promise<ItemList> => {
    const items = await documentOf<ItemList>(await fetch(url(`${id}/input_items${query}`)));
    assertValid('openai', 'ResponseItemList', items);
    return items;
  };
  const notFound = (id: string) => ({ status: 404, message: `Response with id '${id}' not found.` });

  test('is found as it was, streamed or not', async () => {
    const response = await ask({ metadata: { a: 'b' } });
    assert.deepEqual(await retrieve(simulator(), response.id), response);
    const events = await respondInEvents(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16 });
    const last = events.at(-1)?.response as ResponseDocument;
    assert.deepEqual(await retrieve(simulator(), last.id), last);
  });

  test('says for whom it was made, however it is asked for', async () => {
    const own = { 'openai-organization': 'org-mine', 'openai-project': 'proj_mine' };
    const { id } = await ask({ background: true, stream: false });
    const body = { model: MODEL, input: 'Why?', max_output_tokens: 16 };
    for (const [path, sent] of [
      ['', body],
      ['', { ...body, stream: true }],
      ['compact', { model: MODEL, input: 'Why?' }],
      ['input_tokens', { model: MODEL, input: 'Why?' }],
      [id, undefined],
      [`${id}/input_items`, undefined],
    ] as const) {
      const { headers } = await fetch(url(path).replace(/\/$/, ''), {
        method: sent === undefined ? 'GET' : 'POST',
        headers: own,
        body: sent && JSON.stringify(sent),
      });
      assert.deepEqual(
        Object.keys(own).map((name) => headers.get(name)),
        Object.values(own),
        path,
      );
    }
  });

  test('is not kept where nobody wants it', async () => {
    const { id, store } = await ask({ store: false });
    assert.equal(store, false);
    await assertError(await fetch(url(id)), notFound(id));
    await assertError(
      await post(simulator(), '/v1/responses', { model: MODEL, input: 'a', previous_response_id: id }),
      {
        message: `Previous response with id '${id}' not found.`,
        param: 'previous_response_id',
        code: 'previous_response_not_found',
      },
    );
  });

  test('is gone when it is deleted, its items with it', async () => {
    const { id } = await ask();
    const deleted = await documentOf(await fetch(url(id), { method: 'DELETE' }));
    assert.deepEqual(deleted, { id, object: 'response', deleted: true });
    assertValid('openai', 'DeleteResponseReply', deleted);
    for (const [path, method] of [
      [id, 'GET'],
      [id, 'DELETE'],
      [`${id}/input_items`, 'GET'],
      [`${id}/cancel`, 'POST'],
    ])
      await assertError(await fetch(url(path), { method }), notFound(id));
  });

  test('is not confused with what has no such identifier', async () => {
    await assertError(await fetch(url('resp_123')), notFound('resp_123'));
    await assertError(await fetch(url('msg_123')), {
      message: "Invalid 'response_id': 'msg_123'. Expected an ID that begins with 'resp'.",
      param: 'response_id',
      code: 'invalid_value',
    });
    // An item's identifier leads to its response, but it is not the response's own.
    const { id, output } = await ask();
    const other = output[0].id.replace('msg', 'resp');
    assert.notEqual(other, id);
    await assertError(await fetch(url(other)), notFound(other));
  });

  describe('is continued', () => {
    test('with all that was said before in the context', async () => {
      const first = await ask({ instructions: 'Speak at length about everything there is.' });
      const second = await ask({ previous_response_id: first.id });
      const third = await ask({ previous_response_id: second.id });
      assert.equal(second.previous_response_id, first.id);
      const alone = (await ask()).usage?.input_tokens as number;
      const [one, two, three] = [first, second, third].map(({ usage }) => usage?.input_tokens as number);
      // Instructions are not carried over; what was asked and answered is.
      assert.ok(two > alone + 16 && two < one + alone + 40, `${one} ${two}`);
      assert.ok(three - two >= two - alone - 8, `${alone} ${two} ${three}`);
    });

    test('by the results of the tools that it called', async () => {
      const called = await ask({
        tools: [TOOL],
        tool_choice: 'required',
        parallel_tool_calls: true,
        max_output_tokens: undefined,
      });
      const calls = called.output.filter(({ type }) => type === 'function_call');
      assert.ok(calls.length > 1);
      const continued = (ids: readonly (string | undefined)[]) => ({
        model: MODEL,
        previous_response_id: called.id,
        tools: [TOOL],
        input: ids.map((id) => ({ type: 'function_call_output', call_id: id, output: 'done' })),
      });
      const ids = calls.map((call) => call.call_id);
      const { output } = await respond(simulator(), continued(ids));
      assert.deepEqual(
        output.map(({ type }) => type),
        ['message'],
      );
      await assertError(await post(simulator(), '/v1/responses', continued(ids.slice(1))), {
        message: `No tool output found for function call ${ids[0]}.`,
        param: 'input',
      });
      await assertError(await post(simulator(), '/v1/responses', continued([...ids, 'call_other'])), {
        message: 'No tool call found for function call output with call_id call_other.',
        param: 'input',
      });
      await assertError(
        await post(simulator(), '/v1/responses', { model: MODEL, input: 'So?', previous_response_id: called.id }),
        { message: `No tool output found for function call ${ids[0]}.`, param: 'input' },
      );
    });

    test('by the result of a call that was cut, or without it', async () => {
      const called = await ask({ tools: [LONG_TOOL], tool_choice: 'required' });
      const [{ status, call_id: id }] = called.output;
      assert.equal(status, 'incomplete');
      await ask({ previous_response_id: called.id });
      const result = { type: 'function_call_output', call_id: id, output: 'done' };
      await ask({ previous_response_id: called.id, input: [result] });
    });

    test('as a compaction of all that users said', async () => {
      const first = await ask({ input: 'One?' });
      const second = await ask({ input: 'Two?', previous_response_id: first.id });
      const response = await post(simulator(), '/v1/responses/compact', {
        model: MODEL,
        input: 'Three?',
        previous_response_id: second.id,
      });
      const { output } = await documentOf<ResponseDocument>(response);
      assert.deepEqual(
        output.map(({ type, content }) => content?.[0].text ?? type),
        ['One?', 'Two?', 'Three?', 'compaction'],
      );
    });

    test('by a result that names its tool and no call', async () => {
      const { id } = await ask();
      const result = { type: 'function_call_output', name: 'f', output: 'done' };
      const next = await ask({ previous_response_id: id, input: [result] });
      const [listed] = (await list(next.id)).data;
      assert.deepEqual([listed.type, listed.name, listed.output], ['function_call_output', 'f', 'done']);
    });

    test('with nothing new to say', async () => {
      const { id } = await ask();
      assert.equal((await ask({ input: undefined, previous_response_id: id })).previous_response_id, id);
    });

    test('by items that refer to its own', async () => {
      const called = await ask({ tools: [TOOL], tool_choice: 'required', max_output_tokens: undefined });
      const [question] = (await list(called.id)).data;
      const [call] = called.output;
      const reference = (id: string) => ({ type: 'item_reference', id });
      const referring = {
        input: [
          reference(question.id),
          { id: call.id },
          { type: 'function_call_output', call_id: call.call_id, output: 'done' },
        ],
      };
      const inFull = {
        input: [
          { role: 'user', content: 'Why?' },
          { type: 'function_call', call_id: call.call_id, name: call.name, arguments: call.arguments },
          { type: 'function_call_output', call_id: call.call_id, output: 'done' },
        ],
      };
      const [byReference, again] = [await ask(referring), await ask(inFull)];
      assert.equal(byReference.usage?.input_tokens, again.usage?.input_tokens);
      const types = (await list(byReference.id, '?order=asc')).data.map(({ type }) => type);
      assert.deepEqual(types, ['message', 'function_call', 'function_call_output']);
    });
  });

  describe('lists its input', () => {
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
      assert.deepEqual(shown[4].content, [
        { type: 'input_image', detail: 'auto', image_url: 'https://a.example/a.png' },
      ]);
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

  describe('shows on demand', () => {
    test('what its reasoning hides', async () => {
      const { id, output } = await ask({ model: 'gpt-5', max_output_tokens: 40 });
      assert.equal(output[0].type, 'reasoning');
      assert.equal(output[0].encrypted_content, undefined);
      const shown = await retrieve(simulator(), id, '?include[]=reasoning.encrypted_content');
      assert.match(shown.output[0].encrypted_content ?? '', /^gAAAAAB/);
    });

    test('the probabilities that were asked for', async () => {
      const { id, output } = await ask({ include: ['message.output_text.logprobs'] });
      assert.deepEqual((await retrieve(simulator(), id)).output[0].content?.[0].logprobs, []);
      const shown = await retrieve(simulator(), id, '?include=message.output_text.logprobs');
      assert.deepEqual(shown.output, output);
    });

    test('nothing that nobody knows', async () => {
      const { id } = await ask();
      const response = await fetch(url(`${id}?include=x`));
      assert.equal(response.status, 400);
      assert.equal(((await response.json()) as { error: Json }).error.param, 'include[0]');
    });
  });

  describe('in the background', () => {
    const background = (body: Json = {}) => ask({ background: true, ...body });

    test('is queued, in progress, and completed in its time', async () => {
      const queued = await background({ model: 'waits' });
      assert.deepEqual([queued.status, queued.output, queued.usage], ['queued', [], null]);
      assert.equal((await retrieve(simulator(), queued.id)).status, 'queued');
      const working = await background({ model: 'works' });
      assert.equal((await retrieve(simulator(), working.id)).status, 'in_progress');
      const done = await background({ max_output_tokens: undefined });
      assert.equal(done.status, 'queued');
      const completed = await retrieve(simulator(), done.id);
      assert.deepEqual([completed.status, completed.background], ['completed', true]);
      assert.ok(completed.usage !== null && completed.usage.output_tokens > 0);
    });

    test('is cancelled as often as one likes', async () => {
      for (const model of ['waits', 'works']) {
        const { id } = await background({ model });
        for (let time = 0; time < 2; time++) {
          const cancelled = await documentOf<ResponseDocument>(await cancel(id));
          assertValid('openai', 'Response', cancelled);
          assert.deepEqual([cancelled.status, cancelled.output], ['cancelled', []]);
        }
        assert.equal((await retrieve(simulator(), id)).status, 'cancelled');
      }
    });

    test('is not cancelled when it is over, nor when its client waits for it', async () => {
      const synchronous = await ask();
      await assertError(await cancel(synchronous.id), { message: 'Cannot cancel a synchronous response.' });
      const over = await background({ max_output_tokens: undefined });
      await assertError(await cancel(over.id), { message: 'Cannot cancel a completed response.' });
    });

    test('is streamed anew from any event on', async () => {
      const events = await respondInEvents(simulator(), {
        model: MODEL,
        input: 'Why?',
        max_output_tokens: 16,
        background: true,
      });
      const id = events[0].response?.id;
      assert.deepEqual(
        events.slice(0, 3).map(({ type, response }) => [type, response?.status]),
        [
          ['response.created', 'queued'],
          ['response.queued', 'queued'],
          ['response.in_progress', 'in_progress'],
        ],
      );
      assert.deepEqual(await eventsIn(await fetch(url(`${id}?stream=true`))), events);
      const rest = await eventsIn(await fetch(url(`${id}?stream=true&starting_after=5`)));
      assert.deepEqual(rest, events.slice(6));
      const nothing = await fetch(url(`${id}?stream=true&starting_after=${events.length}`));
      assert.deepEqual([nothing.status, await nothing.text()], [200, '']);
      const padded = await eventsIn(await fetch(url(`${id}?stream=true&include_obfuscation=true`)));
      for (const { delta, obfuscation } of padded)
        if (delta !== undefined) assert.equal((delta.length + (obfuscation?.length ?? 0)) % 16, 0);
    });

    test('is streamed anew while it is made, and to its end when it is cancelled', async () => {
      const controller = new AbortController();
      const response = await post(simulator(), '/v1/responses', {
        model: 'works',
        input: 'Why?',
        background: true,
        stream: true,
      });
      const begun = await firstEvents(response, 6);
      assert.equal(begun.at(-1)?.type, 'response.output_text.delta');
      const id = begun[0].response?.id as string;
      const resumed = await fetch(url(`${id}?stream=true&starting_after=2`), { signal: controller.signal });
      assert.deepEqual(await firstEvents(resumed, 3), begun.slice(3));
      await cancel(id);
      const events = await eventsIn(await fetch(url(`${id}?stream=true`)));
      assert.deepEqual(events.slice(0, -1), begun);
      const last = events.at(-1);
      assert.deepEqual([last?.type, last?.response?.status], ['response.failed', 'cancelled']);
    });

    test('is streamed anew only when it was streamed', async () => {
      const message = (how: string) => ({
        message: `This response cannot be streamed because it was not created with ${how}=true.`,
        param: 'stream',
      });
      await assertError(await fetch(url(`${(await ask()).id}?stream=true`)), message('background'));
      await assertError(await fetch(url(`${(await background()).id}?stream=true`)), message('stream'));
    });
  });
});

describe('responses that the store has no room for, or no longer', () => {
  // A response takes two entries: itself and its input.
  const simulator = sharedSimulator({ config: { ...AT_ONCE, state: { max_entries: 4, max_bytes: 1_048_576 } } });
  const ask = (body: Json = {}) =>
    respond(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16, ...body });
  const get = (id: string) => fetch(`${simulator().url}/v1/responses/${id}`);

  test('are not found, and what builds on them is refused', async () => {
    const { id } = await ask();
    for (let others = 0; others < 2; others++) await ask();
    await assertError(await get(id), { status: 404, message: `Response with id '${id}' not found.` });
    const next = await post(simulator(), '/v1/responses', { model: MODEL, input: 'a', previous_response_id: id });
    await assertError(next, {
      message: `Previous response with id '${id}' not found.`,
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    });
  });

  test('are answered all the same when their input is larger than the store', async () => {
    const large = { type: 'input_file', filename: 'a.txt', file_data: 'a'.repeat(60_000) };
    const input = [{ role: 'user', content: Array.from({ length: 20 }, () => large) }];
    const { id } = await ask({ input });
    assert.equal((await get(id)).status, 200);
    const items = await documentOf<ItemList>(await fetch(`${simulator().url}/v1/responses/${id}/input_items`));
    assert.deepEqual([items.data, items.has_more], [[], false]);
  });

  test('keep no images and files that are large, and their texts', async () => {
    const content = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(100_000)}` },
    ];
    const screen = { type: 'computer_screenshot', image_url: `data:image/png;base64,${'A'.repeat(100_000)}` };
    const input = [
      { role: 'user', content },
      { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'A'.repeat(100_000) },
      { type: 'computer_call', id: 'cu_1', call_id: 'call_1', status: 'completed', pending_safety_checks: [] },
      { type: 'computer_call_output', call_id: 'call_1', output: screen },
    ];
    const { id } = await ask({ input });
    const query = 'order=asc&include[]=message.input_image.image_url&include[]=computer_call_output.output.image_url';
    const url = `${simulator().url}/v1/responses/${id}/input_items?${query}`;
    const list = await documentOf<ItemList>(await fetch(url));
    assertValid('openai', 'ResponseItemList', list);
    const [message, generated, , screenshot] = list.data;
    assert.deepEqual(message.content, [content[0], { type: 'input_image', detail: 'auto' }]);
    assert.equal(generated.result, null);
    assert.deepEqual(screenshot.output, { type: 'computer_screenshot' });
  });
});

/** The first events of a stream that goes on; it is left then. */
async function firstEvents(response: Response, count: number): Promise<ResponseEvent[]> {
  assert.ok(response.body !== null);
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    const events = text.split('\n\n').slice(0, -1);
    if (events.length >= count) {
      return events.slice(0, count).map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
    }
  }
  throw new Error(`the stream ended early: ${text}`);
}
