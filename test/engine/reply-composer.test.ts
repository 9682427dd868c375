/** What the model says: when it calls tools, how much it thinks, and where a limit ends it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RequestSimulation } from '../../src/engine/simulation.js';
import { hashValue } from '../../src/kernel/content-hash.js';
import {
  type GeneratedChoice,
  type GenerationRequest,
  type ReasoningEffort,
  type ToolOffer,
  textOf,
} from '../../src/providers/generation.js';
import { openai } from '../../src/providers/openai/index.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

function simulate(config: object = {}): RequestSimulation {
  return new RequestSimulation({
    snapshot: snapshotOf(config),
    tokenizers,
    plan: new PlanBuilder(),
    wallClockSecs: () => 0,
  });
}

/** What the simulation generates for the request of that key. */
function generate(simulation: RequestSimulation, key: string, fields: Partial<GenerationRequest>, name = 'gpt-4o') {
  const call = { header: () => undefined, query: () => undefined };
  const endpoint = 'openai.chat.completions';
  simulation.begin({
    identity: hashValue(key),
    provider: openai,
    endpoint,
    call,
    recalled: undefined,
    streams: true,
    place: () => ({ number: 1, sequence: { high: 0, low: 0 } }),
    atUs: 0,
    steering: undefined,
  });
  const model = simulation.findModel(name);
  assert.ok(model !== undefined);
  return simulation.generate({
    model,
    promptTokens: 10,
    conversation: { lastMessage: 'Hello!', endsWithToolResult: false },
    choices: 1,
    maxTokens: 4_000,
    maxTokensGiven: false,
    stops: [],
    ...fields,
  });
}

const WEATHER = {
  name: 'get_weather',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const TIME = { name: 'get_time', schema: { type: 'object', properties: {} } };
const SEARCH = { name: 'search', freeText: true };
const offer = (choice: ToolOffer['choice'], fields: Partial<ToolOffer> = {}): ToolOffer => ({
  tools: [WEATHER, TIME, SEARCH],
  choice,
  parallel: false,
  ...fields,
});
const toolCallsOf = ({ parts }: GeneratedChoice) =>
  parts.flatMap((part) => (part.kind === 'tool_call' ? [{ name: part.name, input: part.tokens.join('') }] : []));
const AFTER_TOOL = { conversation: { lastMessage: 'Hello!', endsWithToolResult: true } };

describe('tools', () => {
  const simulation = simulate();
  const callsFor = (fields: Partial<GenerationRequest>, key = 'a') => {
    const [choice] = generate(simulation, key, fields).choices;
    return { names: toolCallsOf(choice).map(({ name }) => name), finish: choice.finish, text: textOf(choice, 'text') };
  };

  test('are called once where the model may choose, each of them now and then', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const { finish, names, text } = callsFor({ tools: offer('auto') }, `key ${i}`);
      assert.deepEqual([names.length, finish, text], [1, 'tool_calls', '']);
      seen.add(names[0]);
    }
    assert.deepEqual([...seen].sort(), ['get_time', 'get_weather', 'search']);
  });

  test('are not called after a tool’s result, unless the client requires it', () => {
    const after = callsFor({ tools: offer('auto'), ...AFTER_TOOL });
    assert.deepEqual([after.names, after.finish], [[], 'stop']);
    assert.ok(after.text.length > 0);
    assert.equal(callsFor({ tools: offer('required'), ...AFTER_TOOL }).names.length, 1);
    assert.deepEqual(callsFor({ tools: offer({ name: 'get_time' }), ...AFTER_TOOL }).names, ['get_time']);
    assert.deepEqual(callsFor({ tools: offer('none') }).names, []);
    assert.deepEqual(callsFor({ tools: offer('required', { tools: [] }) }).names, []);
  });

  test('are called in parallel where asked: different ones, or the only one twice', () => {
    const several = callsFor({ tools: offer('auto', { parallel: true }) }).names;
    assert.equal(new Set(several).size, 3);
    assert.deepEqual(callsFor({ tools: offer('auto', { parallel: true, tools: [TIME] }) }).names, [
      'get_time',
      'get_time',
    ]);
    assert.deepEqual(callsFor({ tools: offer({ name: 'search' }, { parallel: true }) }).names, ['search']);
  });

  test('get a JSON document, or free text where they take it', () => {
    const [weather] = toolCallsOf(generate(simulation, 'a', { tools: offer({ name: 'get_weather' }) }).choices[0]);
    assert.equal(typeof (JSON.parse(weather.input) as { city: unknown }).city, 'string');
    const [search] = toolCallsOf(generate(simulation, 'a', { tools: offer({ name: 'search' }) }).choices[0]);
    assert.match(search.input, /^[A-Z].*[.?]$/s);
  });

  test('are left alone as often as tool_call_probability says', () => {
    const seldom = simulate({ replies: { tool_call_probability: 0.3 } });
    let called = 0;
    for (let i = 0; i < 1_000; i++) {
      const { choices } = generate(seldom, `key ${i}`, { tools: offer('auto'), maxTokens: 8 });
      called += toolCallsOf(choices[0]).length;
    }
    // Binomial with n = 1000 and p = 0.3: outside of 4 standard deviations with p < 1e-4; the seed is fixed.
    assert.ok(Math.abs(called - 300) < 58, String(called));
    assert.equal(toolCallsOf(generate(seldom, 'a', { tools: offer('required') }).choices[0]).length, 1);
  });

  test('are cut at the limit like any text', () => {
    const [choice] = generate(simulation, 'a', { tools: offer({ name: 'search' }), maxTokens: 3 }).choices;
    assert.deepEqual([choice.finish, choice.parts[0].tokens.length], ['length', 3]);
  });
});

describe('reasoning', () => {
  const reasons = { reasoning: { enabled: true, default_effort: 'medium', tokens: { p50: 200, p95: 201 } } };
  const simulation = simulate({ providers: { thinker: reasons } });
  const tokensFor = (fields: Partial<GenerationRequest>) =>
    generate(simulation, 'a', fields, 'thinker').reasoningTokens;

  test('comes first and grows with the effort', () => {
    const efforts: ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
    const lengths = efforts.map((effort) => tokensFor({ reasoning: { effort } }));
    assert.equal(lengths[0], 0);
    for (let i = 1; i < lengths.length; i++) assert.ok(lengths[i] > lengths[i - 1], lengths.join(' '));
    const [{ parts }] = generate(simulation, 'a', {}, 'thinker').choices;
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      ['reasoning', 'text'],
    );
    assert.equal(tokensFor({}), lengths[3]);
  });

  test('keeps to its budget, and leaves half of the limit to the answer', () => {
    assert.equal(tokensFor({ reasoning: { effort: 'high', budgetTokens: 50 } }), 50);
    const { choices, completionTokens, reasoningTokens } = generate(
      simulation,
      'a',
      { maxTokens: 40, maxTokensGiven: true },
      'thinker',
    );
    assert.deepEqual([reasoningTokens, completionTokens, choices[0].finish], [20, 40, 'length']);
    assert.equal(tokensFor({ maxTokens: 1, maxTokensGiven: true }), 0);
  });

  test('changes nothing in what is said, and is no habit of other models', () => {
    const plain = generate(simulation, 'a', { reasoning: { effort: 'none' } }, 'thinker');
    const thought = generate(simulation, 'a', { reasoning: { effort: 'high' } }, 'thinker');
    assert.equal(textOf(thought.choices[0], 'text'), textOf(plain.choices[0], 'text'));
    assert.equal(generate(simulation, 'a', { reasoning: { effort: 'high' } }).reasoningTokens, 0);
  });
});

describe('a simulation that accepts every model', () => {
  test('serves a name that nobody configured, of whatever kind is asked for, with the defaults', () => {
    const simulation = simulate({ simulation: { unknown_models: 'accept' } });
    generate(simulation, 'a', {}, 'gpt-4o');
    const model = simulation.findModel('my-model:7b');
    assert.deepEqual([model?.name, model?.kind, model?.contextWindowTokens], ['my-model:7b', 'chat', 128_000]);
    assert.equal(simulation.findModel('my-vectors', 'embedding')?.kind, 'embedding');
    assert.equal(simulation.findModel('gpt-4o-mini')?.name, 'gpt-4o-mini');
    assert.equal(simulation.findModel('claude-3-opus')?.name, 'claude-3-opus');
    assert.ok(generate(simulation, 'a', {}, 'my-model:7b').completionTokens > 0);
  });
});
