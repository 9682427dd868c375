/** The Responses API with the official OpenAI SDK, its newest and its previous major, used as its users use it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type OpenAI from 'openai';
import type {
  Response as OpenAiResponse,
  ResponseInputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import * as z from 'zod';
import { sharedSimulator } from '../http/chat-client.js';
import { describeOpenAi } from './openai-majors.js';

const PLAIN = 'gpt-4o-mini';
const REASONING = 'gpt-5';
const NOW = { ttft: { distribution: 'constant', value_ms: 0 }, itl: { distribution: 'constant', value_ms: 0 } };
const SOON = { ttft: { distribution: 'constant', value_ms: 200 }, itl: { distribution: 'constant', value_ms: 5 } };
const NEVER = { ttft: { distribution: 'constant', value_ms: 600_000 } };
const short = { output_tokens: { p50: 30, p95: 60 } };

const Person = z.object({
  name: z.string(),
  age: z.int().min(0).max(120),
  address: z.object({ city: z.string(), lines: z.array(z.string()).max(3) }).nullable(),
  role: z.enum(['author', 'reader']),
});

const QUESTION = { model: PLAIN, input: 'What is a ring buffer?' };

describeOpenAi(({ sdk, zod }) => {
  const simulator = sharedSimulator({
    config: {
      providers: {
        [PLAIN]: { ...short, latency: NOW },
        [REASONING]: { ...short, latency: NOW, reasoning: { enabled: true, tokens: { p50: 30, p95: 60 } } },
        soon: { ...short, latency: SOON },
        never: { latency: NEVER },
      },
    },
  });
  const client = () => new sdk.OpenAI({ baseURL: `${simulator().url}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  const rejection = async (promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
    const error = await promise.then(
      () => assert.fail('it was answered'),
      (cause: unknown) => cause,
    );
    assert.ok(error instanceof sdk.OpenAI.APIError, String(error));
    return error;
  };

  describe('responds', () => {
    test('in one piece', async () => {
      const response = await client().responses.create(QUESTION);
      assert.equal(response.object, 'response');
      assert.equal(response.status, 'completed');
      assert.equal(response.model, `${PLAIN}-simulated`);
      assert.ok(response.output_text.length > 20);
      const [message] = response.output;
      assert.ok(message.type === 'message' && message.content[0].type === 'output_text');
      assert.equal(message.content[0].text, response.output_text);
      assert.equal(response.usage?.total_tokens, response.usage!.input_tokens + response.usage!.output_tokens);
      assert.match(response._request_id ?? '', /^req_/);
    });

    test('event by event', async () => {
      const stream = await client().responses.create({ ...QUESTION, stream: true });
      const events = await eventsUntil(stream, 'response.completed');
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        [...events.keys()],
      );
      const text = saidIn(events);
      const last = events.at(-1);
      assert.ok(last?.type === 'response.completed');
      const [message] = last.response.output;
      assert.ok(message.type === 'message' && message.content[0].type === 'output_text');
      assert.equal(message.content[0].text, text);
    });

    test('through the stream helper', async () => {
      const stream = client().responses.stream(QUESTION);
      let said = '';
      stream.on('response.output_text.delta', ({ delta, snapshot }) => {
        said += delta;
        assert.equal(snapshot, said);
      });
      const final = await stream.finalResponse();
      assert.equal(final.output_text, said);
      assert.equal(final.status, 'completed');
    });

    test('with calls, and with an answer to their results', async () => {
      const tool = zod.zodResponsesFunction({
        name: 'get_person',
        description: 'Looks somebody up',
        parameters: Person,
        function: ({ name }) => `${name} is here.`,
      });
      const stream = client().responses.stream({ model: PLAIN, input: 'Who is here?', tools: [tool] });
      let calls = 0;
      stream.on('response.function_call_arguments.delta', ({ snapshot, delta }) => assert.ok(snapshot.endsWith(delta)));
      stream.on('response.output_item.done', () => calls++);
      const called = await stream.finalResponse();
      assert.equal(calls, 1);
      const [call] = called.output;
      assert.ok(call.type === 'function_call');
      Person.parse(call.parsed_arguments);
      const answered = await client().responses.create({
        model: PLAIN,
        input: [
          { role: 'user', content: 'Who is here?' },
          { type: 'function_call', call_id: call.call_id, name: call.name, arguments: call.arguments },
          { type: 'function_call_output', call_id: call.call_id, output: 'Ann.' },
        ],
        tools: [tool],
      });
      assert.deepEqual(
        answered.output.map(({ type }) => type),
        ['message'],
      );
      const continued = await client().responses.create({
        model: PLAIN,
        previous_response_id: called.id,
        input: [{ type: 'function_call_output', call_id: call.call_id, output: 'Ann.' }],
      });
      assert.equal(continued.previous_response_id, called.id);
      assert.ok(continued.output_text.length > 0);
    });

    test('with a document that satisfies a zod schema, whole and streamed', async () => {
      const request = { model: PLAIN, input: 'Who?', text: { format: zod.zodTextFormat(Person, 'person') } };
      const parsed = await client().responses.parse(request);
      Person.parse(parsed.output_parsed);
      const streamed = await client().responses.stream(request).finalResponse();
      Person.parse(streamed.output_parsed);
    });

    test('with the summary of what it thought', async () => {
      const stream = client().responses.stream({
        model: REASONING,
        input: 'Why?',
        reasoning: { effort: 'low', summary: 'detailed' },
        include: ['reasoning.encrypted_content'],
      });
      let summary = '';
      stream.on('response.reasoning_summary_text.delta', ({ delta }) => {
        summary += delta;
      });
      const { output, usage } = await stream.finalResponse();
      const [reasoning] = output;
      assert.ok(reasoning.type === 'reasoning');
      assert.equal(reasoning.summary.map(({ text }) => text).join(''), summary);
      assert.ok(reasoning.encrypted_content);
      assert.ok((usage?.output_tokens_details.reasoning_tokens ?? 0) > 0);
    });

    test('to its own output as the next input, as agents do without the store', async () => {
      const request = { model: REASONING, store: false, include: ['reasoning.encrypted_content' as const] };
      const first = await client().responses.create({ ...request, input: 'Why?' });
      const second = await client().responses.create({
        ...request,
        input: [
          { role: 'user', content: 'Why?' },
          ...(first.output as ResponseInputItem[]),
          { role: 'user', content: 'And then?' },
        ],
      });
      assert.ok((second.usage?.input_tokens ?? 0) > (first.usage?.input_tokens ?? 0));
    });
  });

  describe('keeps a response', () => {
    test('to retrieve and to delete', async () => {
      const created = await client().responses.create(QUESTION);
      const retrieved = await client().responses.retrieve(created.id);
      assert.deepEqual(retrieved.output, created.output);
      assert.equal(retrieved.output_text, created.output_text);
      await client().responses.delete(created.id);
      const error = await rejection(client().responses.retrieve(created.id));
      assert.ok(error instanceof sdk.OpenAI.NotFoundError);
      assert.match(error.message, new RegExp(`Response with id '${created.id}' not found.`));
    });

    test('with the items of its input, page by page', async () => {
      const input = ['a', 'b', 'c', 'd', 'e'].map((content) => ({ role: 'user' as const, content }));
      const { id } = await client().responses.create({ model: PLAIN, input });
      const texts: string[] = [];
      for await (const item of client().responses.inputItems.list(id, { order: 'asc', limit: 2 })) {
        assert.ok(item.type === 'message' && item.content[0].type === 'input_text');
        texts.push(item.content[0].text);
      }
      assert.deepEqual(texts, ['a', 'b', 'c', 'd', 'e']);
    });

    test('that is made in the background, until it is done', async () => {
      const created = await client().responses.create({ model: 'soon', input: 'Why?', background: true });
      assert.equal(created.status, 'queued');
      const seen = new Set<string | undefined>([created.status]);
      let response: OpenAiResponse = created;
      while (response.status === 'queued' || response.status === 'in_progress') {
        await new Promise((resolve) => setTimeout(resolve, 20));
        response = await client().responses.retrieve(created.id);
        seen.add(response.status);
      }
      assert.equal(response.status, 'completed');
      assert.ok(response.output_text.length > 0);
    });

    test('to cancel in the background', async () => {
      const { id } = await client().responses.create({ model: 'never', input: 'Why?', background: true });
      assert.equal((await client().responses.cancel(id)).status, 'cancelled');
      assert.equal((await client().responses.retrieve(id)).status, 'cancelled');
      const synchronous = await client().responses.create(QUESTION);
      const error = await rejection(client().responses.cancel(synchronous.id));
      assert.match(error.message, /Cannot cancel a synchronous response\./);
    });

    test('to stream again after a lost connection', async () => {
      const request = { model: 'soon', input: 'Why?', background: true, stream: true as const };
      const begun = await eventsUntil(await client().responses.create(request), 'response.output_text.delta');
      assert.ok(begun[0].type === 'response.created');
      const { id } = begun[0].response;
      const last = begun.at(-1)?.sequence_number as number;
      const resumed = await client().responses.retrieve(id, { stream: true, starting_after: last });
      const rest = await eventsUntil(resumed, 'response.completed');
      assert.equal(rest[0].sequence_number, last + 1);
      const text = saidIn([...begun, ...rest]);
      const final = rest.at(-1);
      assert.ok(final?.type === 'response.completed');
      const [message] = final.response.output;
      assert.ok(message.type === 'message' && message.content[0].type === 'output_text');
      assert.equal(message.content[0].text, text);
      const again = client().responses.stream({ response_id: id, starting_after: 3 });
      assert.equal((await again.finalResponse()).output_text, text);
    });
  });

  test('counts the tokens of a request', async () => {
    const { input_tokens: counted } = await client().responses.inputTokens.count(QUESTION);
    assert.equal((await client().responses.create(QUESTION)).usage?.input_tokens, counted);
  });

  test('reports what was wrong', async () => {
    const error = await rejection(client().responses.create({ ...QUESTION, temperature: 3 }));
    assert.ok(error instanceof sdk.OpenAI.BadRequestError);
    assert.deepEqual([error.param, error.code], ['temperature', 'decimal_above_max_value']);
    const lost = await rejection(client().responses.create({ ...QUESTION, previous_response_id: 'resp_123' }));
    assert.deepEqual([lost.status, lost.code], [400, 'previous_response_not_found']);
    const unknown = await rejection(client().responses.create({ ...QUESTION, model: 'nope' }));
    assert.deepEqual([unknown.status, unknown.code], [400, 'model_not_found']);
  });
});

/** The events up to the first of the type; the stream is left then. */
async function eventsUntil(
  stream: AsyncIterable<ResponseStreamEvent>,
  type: ResponseStreamEvent['type'],
): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (event.type === type) break;
  }
  return events;
}

function saidIn(events: readonly ResponseStreamEvent[]): string {
  return events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : [])).join('');
}
