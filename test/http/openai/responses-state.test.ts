/** What a response leaves behind: it is found again, continued, referred to, and deleted. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, documentOf, post } from './post.js';
import { listInput, NOW, type ResponseDocument, respond, respondInEvents, retrieve } from './responses-client.js';

const MODEL = 'gpt-4o-mini';
const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };

const LONG_TOOL = {
  ...TOOL,
  name: 'long',
  parameters: { type: 'object', properties: { text: { type: 'string', minLength: 400 } }, required: ['text'] },
};

describe('a stored response', () => {
  const latency = { ttft: NOW, itl: NOW };
  const simulator = sharedSimulator({
    config: {
      providers: {
        [MODEL]: { latency },
        'gpt-5': { latency, reasoning: { enabled: true } },
      },
    },
  });
  const url = (path: string) => `${simulator().url}/v1/responses/${path}`;
  const ask = (body: Json = {}) =>
    respond(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16, ...body });
  const list = (id: string, query = '') => listInput(simulator(), id, query);
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
    const items = await listInput(simulator(), id);
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
    const include = '&include[]=message.input_image.image_url&include[]=computer_call_output.output.image_url';
    const list = await listInput(simulator(), id, `?order=asc${include}`);
    const [message, generated, , screenshot] = list.data;
    assert.deepEqual(message.content, [content[0], { type: 'input_image', detail: 'auto' }]);
    assert.equal(generated.result, null);
    assert.deepEqual(screenshot.output, { type: 'computer_screenshot' });
  });
});
