/**
 * What the Responses API answers, whole and streamed, feature by feature: every document and every event is what the published schema
 * says, and a stream adds up to the document.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { documentOf, post } from './post.js';
import {
  deltasOf,
  NOW,
  type OutputItem,
  type ResponseDocument,
  type ResponseEvent,
  respond,
  respondInEvents,
  textOf,
  typesOf,
} from './responses-client.js';

const PLAIN = 'gpt-4o-mini';
const REASONING = 'gpt-5';
const ITEM = 'response.output_item';
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const functionTool = (name: string) => ({ type: 'function', name, parameters: PERSON, strict: true });
const custom = { type: 'custom', name: 'run', description: 'Runs a command' };

const TEXT = [
  `${ITEM}.added`,
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  `${ITEM}.done`,
];
const CALL = [
  `${ITEM}.added`,
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  `${ITEM}.done`,
];
const CUSTOM = [
  `${ITEM}.added`,
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  `${ITEM}.done`,
];
const HIDDEN = [`${ITEM}.added`, `${ITEM}.done`];
const SUMMED_UP = [
  `${ITEM}.added`,
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_text.delta',
  'response.reasoning_summary_text.done',
  'response.reasoning_summary_part.done',
  `${ITEM}.done`,
];

interface Feature {
  readonly body: Json;
  /** The kinds of the output items. */
  readonly output: readonly string[];
  /** What lies between in_progress and the end of its stream, runs of one type taken together. */
  readonly events: readonly string[];
  readonly status?: 'completed' | 'incomplete';
}

const FEATURES: { readonly [name: string]: Feature } = {
  'a text': { body: { model: PLAIN, input: 'Why?' }, output: ['message'], events: TEXT },
  'a text that is cut': {
    body: { model: 'verbose', input: 'Why?', max_output_tokens: 16 },
    output: ['message'],
    events: TEXT,
    status: 'incomplete',
  },
  'a call': {
    body: { model: PLAIN, input: 'Who?', tools: [functionTool('find')] },
    output: ['function_call'],
    events: CALL,
  },
  'several calls': {
    body: { model: PLAIN, input: 'Who?', tools: ['find', 'seek'].map(functionTool), parallel_tool_calls: true },
    output: ['function_call', 'function_call'],
    events: [...CALL, ...CALL],
  },
  'a call of a custom tool': {
    body: { model: PLAIN, input: 'Go', tools: [custom], tool_choice: { type: 'custom', name: 'run' } },
    output: ['custom_tool_call'],
    events: CUSTOM,
  },
  'a call in a namespace': {
    body: {
      model: PLAIN,
      input: 'Go',
      tools: [{ type: 'namespace', name: 'crm', description: 'Customers', tools: [functionTool('find')] }],
    },
    output: ['function_call'],
    events: CALL,
  },
  'hidden reasoning': {
    body: { model: REASONING, input: 'Why?' },
    output: ['reasoning', 'message'],
    events: [...HIDDEN, ...TEXT],
  },
  'reasoning that is summed up': {
    body: {
      model: REASONING,
      input: 'Why?',
      reasoning: { effort: 'low', summary: 'detailed' },
      include: ['reasoning.encrypted_content'],
    },
    output: ['reasoning', 'message'],
    events: [...SUMMED_UP, ...TEXT],
  },
  'reasoning before a call': {
    body: { model: REASONING, input: 'Who?', tools: [functionTool('find')], reasoning: { effort: 'minimal' } },
    output: ['reasoning', 'function_call'],
    events: [...HIDDEN, ...CALL],
  },
  'a document': {
    body: {
      model: PLAIN,
      input: 'Who?',
      text: { format: { type: 'json_schema', name: 'person', schema: PERSON, strict: true } },
    },
    output: ['message'],
    events: TEXT,
  },
  'an object': {
    body: { model: PLAIN, input: 'Who? In JSON.', text: { format: { type: 'json_object' } } },
    output: ['message'],
    events: TEXT,
  },
  probabilities: {
    body: { model: PLAIN, input: 'Why?', include: ['message.output_text.logprobs'], top_logprobs: 3 },
    output: ['message'],
    events: TEXT,
  },
  'padded events': {
    body: { model: PLAIN, input: 'Why?', stream_options: { include_obfuscation: true } },
    output: ['message'],
    events: TEXT,
  },
  'hosted tools that are never called': {
    body: {
      model: PLAIN,
      input: 'Why?',
      tools: [{ type: 'web_search' }, { type: 'code_interpreter', container: { type: 'auto' } }],
      tool_choice: { type: 'code_interpreter' },
    },
    output: ['message'],
    events: TEXT,
  },
};

const latency = { ttft: NOW, itl: NOW };

describe('a response', () => {
  const simulator = sharedSimulator({
    config: {
      providers: {
        [PLAIN]: { latency, output_tokens: { p50: 30, p95: 60 } },
        [REASONING]: {
          latency,
          reasoning: { enabled: true, tokens: { p50: 40, p95: 60 } },
          output_tokens: { p50: 30, p95: 60 },
        },
        verbose: { latency, output_tokens: { p50: 2_000, p95: 2_001 } },
      },
    },
  });
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

  test('calls with arguments that fit the schema, under an identifier for each', async () => {
    const { output } = await respond(simulator(), FEATURES['several calls'].body);
    assert.equal(new Set(output.map(({ call_id: id }) => id)).size, 2);
    for (const { arguments: text, call_id: id } of output) {
      assert.match(id ?? '', /^call_sim/);
      const { name, age } = JSON.parse(text ?? '');
      assert.ok(typeof name === 'string' && Number.isInteger(age));
    }
  });

  test('says in which namespace the function is that it calls', async () => {
    const { output } = await respond(simulator(), FEATURES['a call in a namespace'].body);
    assert.deepEqual([output[0].name, output[0].namespace], ['find', 'crm']);
  });

  test('is a document where one was asked for', async () => {
    const { name, age } = JSON.parse(textOf(await respond(simulator(), FEATURES['a document'].body)));
    assert.ok(typeof name === 'string' && Number.isInteger(age));
    assert.equal(typeof JSON.parse(textOf(await respond(simulator(), FEATURES['an object'].body))), 'object');
  });

  test('has a probability for every token that it says', async () => {
    const { body } = FEATURES.probabilities;
    const { output } = await respond(simulator(), body);
    const [{ text, logprobs }] = output[0].content ?? [];
    assert.equal(logprobs.map(({ token }) => token).join(''), text);
    for (const { logprob, bytes, top_logprobs: top } of logprobs) {
      assert.ok((logprob as number) <= 0 && (bytes as number[]).length > 0 && (top as Json[]).length === 3);
    }
    const events = await respondInEvents(simulator(), body);
    for (const { type, delta, logprobs: list } of events)
      if (type === 'response.output_text.delta') assert.equal(list?.[0].token, delta);
  });

  test('hides what it thinks unless it is asked to sum it up', async () => {
    const said = async (reasoning: Json, include: string[] = []) => {
      const { output } = await respond(simulator(), { model: REASONING, input: 'Why?', reasoning, include });
      return output[0];
    };
    const hidden = await said({ effort: 'medium' });
    assert.deepEqual([hidden.summary, hidden.encrypted_content], [[], undefined]);
    const concise = await said({ effort: 'medium', summary: 'concise' });
    assert.equal(concise.summary?.length, 1);
    const encrypted = await said({ effort: 'medium' }, ['reasoning.encrypted_content']);
    assert.match(encrypted.encrypted_content ?? '', /^gAAAAAB[\w-]+$/);
  });

  test('obeys the choice of tools', async () => {
    const tools = ['find', 'seek'].map(functionTool);
    const calls = async (choice: unknown, input: unknown = 'Who?') => {
      const { output } = await respond(simulator(), { model: PLAIN, input, tools, tool_choice: choice });
      return output.filter(({ type }) => type === 'function_call').map(({ name }) => name);
    };
    assert.deepEqual(await calls('none'), []);
    assert.equal((await calls('required')).length, 1);
    assert.deepEqual(await calls({ type: 'function', name: 'seek' }), ['seek']);
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'seek' }] };
    for (let time = 0; time < 4; time++) assert.deepEqual(await calls(allowed), ['seek']);
    const answered = [
      { role: 'user', content: 'Who?' },
      { type: 'function_call', call_id: 'call_1', name: 'find', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Ann' },
    ];
    assert.deepEqual(await calls('auto', answered), []);
    assert.equal((await calls('required', answered)).length, 1);
  });

  test('gives the settings back, and the defaults of others', async () => {
    const { output: _, usage: _usage, ...plain } = await respond(simulator(), { model: PLAIN, input: 'Why?' });
    const { id, created_at, completed_at, ...settings } = plain;
    assert.match(id, /^resp_sim[0-9a-f]{45}$/);
    assert.ok((completed_at ?? 0) >= created_at);
    assert.deepEqual(settings, {
      object: 'response',
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      model: `${PLAIN}-simulated`,
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      prompt_cache_retention: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: 'default',
      store: true,
      temperature: 1,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      user: null,
      metadata: {},
    });
    const asked = {
      instructions: 'Be brief.',
      max_output_tokens: 100,
      max_tool_calls: 2,
      parallel_tool_calls: false,
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      safety_identifier: 's',
      store: false,
      temperature: 0.2,
      top_p: 0.9,
      top_logprobs: 2,
      truncation: 'auto',
      user: 'u',
      metadata: { a: 'b' },
      tool_choice: 'none',
    };
    const given = await respond(simulator(), { model: PLAIN, input: 'Why?', ...asked, service_tier: 'fast' });
    for (const [name, value] of Object.entries(asked)) assert.deepEqual(given[name], value, name);
    assert.equal(given.service_tier, 'priority');
    const quick = await respond(simulator(), { model: PLAIN, input: 'Why?', service_tier: 'ultrafast' });
    assert.equal(quick.service_tier, 'ultrafast');
  });

  test('counts what it is asked, as counting it beforehand says', async () => {
    const body = {
      model: PLAIN,
      input: 'What is a ring buffer?',
      instructions: 'Be brief.',
      tools: [functionTool('find')],
    };
    const counted = await documentOf<{ object: string; input_tokens: number }>(
      await post(simulator(), '/v1/responses/input_tokens', body),
    );
    assertValid('openai', 'TokenCountsResource', counted);
    assert.equal((await respond(simulator(), body)).usage?.input_tokens, counted.input_tokens);
    const low = { type: 'input_image', image_url: 'https://a.example/a.png', detail: 'low' };
    const size = async (content: Json[]) =>
      (await respond(simulator(), { model: 'gpt-4o', input: [{ role: 'user', content }], max_output_tokens: 16 })).usage
        ?.input_tokens as number;
    const text = { type: 'input_text', text: 'What is this?' };
    assert.equal((await size([text, low])) - (await size([text])), 85);
    assert.ok((await size([text, { ...low, detail: 'high' }])) > (await size([text, low])) + 500);
  });

  test('drops the oldest of what does not fit, where it may', async () => {
    const input = Array.from({ length: 12 }, () => ({ role: 'user', content: 'word '.repeat(1_000) }));
    const { usage } = await respond(simulator(), { model: 'gpt-4', input, truncation: 'auto', max_output_tokens: 16 });
    assert.ok(usage !== null && usage.input_tokens < 8_192 && usage.input_tokens > 7_000, String(usage?.input_tokens));
  });

  test('compacts a conversation into what users said and one item more', async () => {
    const input = [
      { role: 'user', content: 'Who?' },
      { role: 'assistant', content: 'Ann.' },
      { role: 'user', content: 'When?' },
    ];
    const response = await post(simulator(), '/v1/responses/compact', { model: PLAIN, input });
    const compacted = await documentOf<{ output: (OutputItem & { role?: string })[] }>(response);
    assertValid('openai', 'CompactResource', compacted);
    assert.deepEqual(
      compacted.output.map(({ type, role }) => role ?? type),
      ['user', 'user', 'compaction'],
    );
    // It can be sent back.
    await respond(simulator(), { model: PLAIN, input: [...compacted.output, { role: 'user', content: 'So?' }] });
  });

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
        tools: fc.subarray([functionTool('find'), custom, { type: 'web_search' }, { type: 'shell' }]),
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
