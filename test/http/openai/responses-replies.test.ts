/** What a response says and how: its calls, documents, probabilities and reasoning, and the settings that it gives back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { documentOf, post } from './post.js';
import { type OutputItem, respond, respondInEvents, textOf } from './responses-client.js';
import { FEATURE_CONFIG, FEATURES, functionTool, PLAIN, REASONING } from './responses-feature-cases.js';

describe('a response', () => {
  const simulator = sharedSimulator({ config: FEATURE_CONFIG });

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

  test('is judged by a moderation model, where one was named', async () => {
    const judged = async (model: string) => {
      const content = [
        { type: 'input_text', text: 'Hello' },
        { type: 'input_image', image_url: 'https://a.example/pool-of-blood.jpg' },
      ];
      const input = [{ role: 'user', content }];
      const { moderation } = await respond(simulator(), { model: PLAIN, input, moderation: { model } });
      const { input: asked, output: said } = moderation as { input: Json; output: Json };
      return [asked.type, asked.flagged, said.type, said.flagged];
    };
    assert.deepEqual(await judged('omni-moderation-latest'), ['moderation_result', true, 'moderation_result', false]);
    assert.deepEqual(await judged('nobody'), ['error', undefined, 'error', undefined]);
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
    const cached = await respond(simulator(), {
      model: PLAIN,
      input: 'Why?',
      prompt_cache_options: { mode: 'explicit', prewarm: true, comparison_response_id: given.id },
      access_programs: { cyber: 'standard' },
      image: { context_compression: 'auto' },
    });
    assert.deepEqual(cached.prompt_cache_options, { ttl: '30m', mode: 'explicit' });
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
});
