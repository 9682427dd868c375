/**
 * What the Responses API answers, whole and streamed, feature by feature: every document and every event is what the published schema
 * says, and a stream adds up to the document.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Json, sharedSimulator } from '../chat-client.js';
import {
  deltasOf,
  type ResponseDocument,
  type ResponseEvent,
  respond,
  respondInEvents,
  typesOf,
} from './responses-client.js';
import {
  CUSTOM_TOOL,
  FEATURE_CONFIG,
  FEATURES,
  functionTool,
  ITEM,
  PLAIN,
  REASONING,
} from './responses-feature-cases.js';

describe('a response', () => {
  const simulator = sharedSimulator({ config: FEATURE_CONFIG });
  const keyed = (name: string, body: Json): Promise<Response> =>
    fetch(`${simulator().url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-llm-sim-request-id': name },
      body: JSON.stringify(body),
    });

  for (const [name, { body, output, events, status = 'completed' }] of Object.entries(FEATURES)) {
    describe(`of ${name}`, () => {
      test('is what the schema says', async () => {
        const document = await respond(simulator(), body);
        assert.deepEqual(
          document.output.map(({ type }) => type),
          output,
        );
        assert.equal(document.status, status);
        assert.equal(document.model, `${body.model}-simulated`);
        assert.equal(document.incomplete_details?.reason, status === 'completed' ? undefined : 'max_output_tokens');
        assert.equal(document.completed_at === null, status !== 'completed');
        const { usage } = document;
        assert.ok(usage !== null);
        assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
        assert.equal(usage.output_tokens_details.reasoning_tokens > 0, output.includes('reasoning'));
      });

      test('streams in order, and adds up to the document', async () => {
        const streamed = await respondInEvents(simulator(), body);
        assert.equal(streamed[0].sequence_number, 0);
        assert.deepEqual(typesOf(streamed), [
          'response.created',
          'response.in_progress',
          ...events.filter((type, index) => type !== events[index - 1]),
          `response.${status}`,
        ]);
        assertAddsUp(streamed);
      });

      test('says the same in both ways', async () => {
        const whole = JSON.parse(await (await keyed(name, body)).text());
        const text = await (await keyed(name, { ...body, stream: true })).text();
        const last = text.trimEnd().split('\n').at(-1) ?? '';
        assert.deepEqual(JSON.parse(last.slice('data: '.length)).response, whole);
      });
    });
  }

  test('is what the schema says, whatever valid request it answers', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    const input = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.array(
        fc.record({
          role: fc.constantFrom('user', 'system', 'developer', 'assistant'),
          content: text,
        }),
        { minLength: 1, maxLength: 4 },
      ),
    );
    const request = fc.record(
      {
        model: fc.constantFrom(PLAIN, REASONING, 'gpt-4.1', 'o3'),
        input,
        max_output_tokens: fc.integer({ min: 16, max: 60 }),
        instructions: fc.option(text),
        metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), text, { maxKeys: 3 }),
        tools: fc.subarray([functionTool('find'), CUSTOM_TOOL, { type: 'web_search' }, { type: 'shell' }]),
        parallel_tool_calls: fc.boolean(),
        store: fc.boolean(),
        service_tier: fc.constantFrom('auto', 'default', 'flex', 'priority'),
        truncation: fc.constantFrom('auto', 'disabled'),
        user: text,
      },
      { requiredKeys: ['model', 'input', 'max_output_tokens'] },
    );
    await fc.assert(
      fc.asyncProperty(request, fc.boolean(), async (body, stream) => {
        if (stream) assertAddsUp(await respondInEvents(simulator(), body));
        else await respond(simulator(), body);
      }),
      { numRuns: 40, seed: 20_261_125 },
    );
  });
});

/** Every item begins empty, its deltas are its text, and the last event repeats what the others said. */
function assertAddsUp(events: readonly ResponseEvent[]): void {
  const final = events.at(-1)?.response as ResponseDocument;
  const done = events.filter(({ type }) => type === `${ITEM}.done`).map(({ item }) => item);
  assert.deepEqual(done, final.output);
  final.output.forEach((item, index) => {
    const added = events.find(({ type, item: begun }) => type === `${ITEM}.added` && begun?.id === item.id);
    assert.equal(added?.output_index, index);
    for (const event of events) if (event.item_id === item.id) assert.equal(event.output_index, index);
    const said = {
      message: item.content?.map(({ text }) => text).join(''),
      function_call: item.arguments,
      custom_tool_call: item.input,
      reasoning: item.summary?.map(({ text }) => text).join(''),
    }[item.type];
    assert.equal(deltasOf(events, item.id), said);
  });
}
