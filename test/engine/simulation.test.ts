import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RequestSimulation } from '../../src/engine/simulation.js';
import { hashValue } from '../../src/kernel/content-hash.js';
import { type GenerationRequest, textOf } from '../../src/providers/generation.js';
import { openai } from '../../src/providers/openai/index.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { DRAWN_SEED, snapshotOf, tokenizers } from './engine-parts.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const YEAR_2025 = 1_735_689_600;
const YEAR_2026 = 1_767_225_600;

function simulate(config: object = {}): RequestSimulation {
  return new RequestSimulation({
    snapshot: snapshotOf(config),
    tokenizers,
    plan: new PlanBuilder(),
    wallClockSecs: () => 1_234_567_890,
  });
}

const keyOf = (name: string) => hashValue(name);
const textsOf = ({ choices }: ReturnType<RequestSimulation['generate']>) =>
  choices.map((choice) => textOf(choice, 'text'));

function begin(simulation: RequestSimulation, key: string): void {
  const call = { header: () => undefined, query: () => undefined };
  const endpoint = 'openai.chat.completions';
  simulation.begin({
    identity: keyOf(key),
    provider: openai,
    endpoint,
    call,
    recalled: undefined,
    streams: true,
    place: () => ({ number: 1, sequence: { high: 0, low: 0 } }),
    atUs: 0,
    steering: undefined,
  });
}

/** A simulation that is at the request with this key, and a request that it can generate for. */
function at(simulation: RequestSimulation, key: string, fields: Partial<GenerationRequest> = {}): GenerationRequest {
  begin(simulation, key);
  const model = simulation.findModel('gpt-4o');
  assert.ok(model !== undefined);
  return {
    model,
    promptTokens: 10,
    conversation: { lastMessage: 'Hello!', endsWithToolResult: false },
    choices: 1,
    maxTokens: 100,
    maxTokensGiven: true,
    stops: [],
    ...fields,
  };
}

describe('RequestSimulation', () => {
  const simulation = simulate();

  test('generates the same for the same key, whatever came before', () => {
    const first = simulation.generate(at(simulation, 'a'));
    simulation.generate(at(simulation, 'b'));
    assert.deepEqual(simulation.generate(at(simulation, 'a')), first);
    const [one, two] = [simulate(), simulate()];
    assert.deepEqual(one.generate(at(one, 'a')), two.generate(at(two, 'a')));
  });

  test('tells of cached tokens only where it answers', () => {
    simulation.generate(at(simulation, 'a', { cachedTokens: 8 }));
    assert.equal(simulation.plan.cachedTokens, 8);
    const failing = simulate({ replies: { rules: [{ reply: { fault: { kind: 'overloaded' } } }] } });
    assert.throws(() => failing.generate(at(failing, 'a', { cachedTokens: 8 })));
    assert.equal(failing.plan.cachedTokens, 0);
  });

  test('generates another text and other delays for another key or seed', () => {
    const other = simulate({ simulation: { seed: 8 } });
    const replies = [
      simulation.generate(at(simulation, 'a')),
      simulation.generate(at(simulation, 'b')),
      other.generate(at(other, 'a')),
    ];
    assert.equal(new Set(replies.flatMap(textsOf)).size, 3);
    assert.equal(new Set(replies.map(({ ttftUs }) => ttftUs)).size, 3);
  });

  test('gives every choice a text of its own, which does not depend on how many there are', () => {
    const one = textsOf(simulation.generate(at(simulation, 'a')));
    const five = textsOf(simulation.generate(at(simulation, 'a', { choices: 5 })));
    assert.equal(new Set(five).size, 5);
    assert.equal(five[0], one[0]);
  });

  test('says the same up to any limit, and names the limit as the reason for the end', () => {
    const [whole] = textsOf(simulation.generate(at(simulation, 'a', { maxTokens: 60 })));
    for (const maxTokens of [1, 2, 17, 59]) {
      const { choices, completionTokens, itlUs } = simulation.generate(at(simulation, 'a', { maxTokens }));
      assert.equal(completionTokens, maxTokens);
      assert.equal(itlUs.length, maxTokens - 1);
      assert.equal(choices[0].finish, 'length');
      assert.ok(whole.startsWith(textOf(choices[0], 'text')));
    }
  });

  test('ends at the end of a sentence where the client sets no limit, near the lengths that the model is configured for', () => {
    const model = { output_tokens: { p50: 120, p95: 300 } };
    const configured = simulate({ providers: { 'gpt-4o': model } });
    const lengths: number[] = [];
    for (let i = 0; i < 300; i++) {
      const request = at(configured, `length ${i}`, { maxTokens: 16_384, maxTokensGiven: false });
      const { choices } = configured.generate(request);
      assert.equal(choices[0].finish, 'stop');
      assert.match(textOf(choices[0], 'text'), /[.?]$/);
      lengths.push(choices[0].parts[0].tokens.length);
    }
    lengths.sort((left, right) => left - right);
    // The seed is fixed, so this is not a matter of chance; an end of a sentence lies up to some 20 tokens beyond the drawn length.
    assert.ok(lengths[150] >= 105 && lengths[150] <= 150, `median ${lengths[150]}`);
    assert.ok(lengths[285] >= 240 && lengths[285] <= 400, `95th percentile ${lengths[285]}`);
  });

  test('counts tokens as the model’s own encoding does', () => {
    for (const name of ['gpt-4o', 'gpt-4']) {
      const request = at(simulation, 'a', { choices: 2 });
      const model = simulation.findModel(name)!;
      const generation = simulation.generate({ ...request, model });
      const tokenizer = simulation.tokenizerOf(model);
      const counts = textsOf(generation).map((text) => tokenizer.count(text));
      assert.equal(generation.completionTokens, counts[0] + counts[1]);
    }
  });

  test('ends before a stop sequence, possibly with nothing', () => {
    const [text] = textsOf(simulation.generate(at(simulation, 'a')));
    const stopped = simulation.generate(at(simulation, 'a', { stops: [text.slice(30, 35), text.slice(50, 60)] }));
    assert.equal(textsOf(stopped)[0], text.slice(0, text.indexOf(text.slice(30, 35))));
    assert.equal(stopped.choices[0].finish, 'stop');
    const empty = simulation.generate(at(simulation, 'a', { stops: [text[0]] }));
    assert.deepEqual([empty.choices[0].parts[0].tokens, empty.completionTokens, empty.itlUs.length], [[], 0, 0]);
  });

  test('draws identifiers without a change to anything else, and the next one differs', () => {
    const plain = simulation.generate(at(simulation, 'a'));
    const request = at(simulation, 'a');
    const identifiers = [simulation.identifier(20, ALPHABET), simulation.identifier(20, ALPHABET)];
    assert.notEqual(identifiers[0], identifiers[1]);
    for (const identifier of identifiers) assert.match(identifier, /^[a-z]{20}$/);
    assert.deepEqual(simulation.generate(request), plain);
    begin(simulation, 'a');
    assert.equal(simulation.identifier(20, ALPHABET), identifiers[0]);
  });

  test('dates a deterministic reply in 2025 by its key, and any other by the wall clock', () => {
    const dates = ['a', 'b', 'c'].map((key) => {
      begin(simulation, key);
      return simulation.created();
    });
    assert.equal(new Set(dates).size, 3);
    assert.ok(dates.every((secs) => Number.isInteger(secs) && secs >= YEAR_2025 && secs < YEAR_2026));
    assert.equal(simulate({ simulation: { deterministic: false } }).created(), 1_234_567_890);
  });

  test('finds models by name and dated name, and lists those of the dialect', () => {
    const { dialect } = openai;
    begin(simulation, 'a');
    const names = simulation.listModels().map(({ name }) => name);
    const own = snapshotOf().models.filter((model) => model.dialect === dialect);
    assert.deepEqual(
      names,
      own.map(({ name }) => name),
    );
    assert.equal(simulation.findModel('gpt-4o-2024-08-06')?.name, 'gpt-4o');
    assert.equal(simulation.findModel('claude-3-opus'), undefined, 'a model of another dialect');
    assert.equal(simulation.findModel('gpt-4o-large'), undefined);
    const disabled = simulate({ providers: { 'gpt-4o': { enabled: false } } });
    begin(disabled, 'a');
    assert.equal(disabled.findModel('gpt-4o'), undefined);
  });

  test('takes the drawn seed where the configuration has none', () => {
    assert.equal(simulate({ simulation: { seed: null } }).seed, DRAWN_SEED);
  });

  test('does not begin without a tokenizer for every model', () => {
    const context = { snapshot: snapshotOf(), plan: new PlanBuilder(), wallClockSecs: () => 0 };
    assert.throws(() => new RequestSimulation({ ...context, tokenizers: new Map() }), RangeError);
  });

  test('embeds a text alike in every request, and differently for another model or seed', () => {
    const other = simulate({ simulation: { seed: 8 } });
    const embedded = (where: RequestSimulation, key: string, name: string) => {
      begin(where, key);
      const model = where.findModel(name, 'embedding');
      assert.ok(model !== undefined);
      return where.embed(model, 'The tide comes in twice a day.', 256);
    };
    const vector = embedded(simulation, 'a', 'text-embedding-3-small');
    assert.equal(vector.length, 256);
    assert.deepEqual(embedded(simulation, 'b', 'text-embedding-3-small'), vector);
    assert.notDeepEqual(embedded(simulation, 'a', 'text-embedding-ada-002'), vector);
    assert.notDeepEqual(embedded(other, 'a', 'text-embedding-3-small'), vector);
  });

  test('gives each token of a text its probability, in any order of asking, and others to another text or request', () => {
    begin(simulation, 'a');
    const one = simulation.tokenProbabilities(['Hello', ' world', '.'], 3);
    const two = simulation.tokenProbabilities(['Hello', ' moon', '.'], 3);
    assert.deepEqual(
      one.map(({ token, top }) => [token, top.length]),
      [
        ['Hello', 3],
        [' world', 3],
        ['.', 3],
      ],
    );
    assert.notEqual(one[0].logprob, two[0].logprob);
    begin(simulation, 'a');
    assert.deepEqual(simulation.tokenProbabilities(['Hello', ' moon', '.'], 3), two);
    begin(simulation, 'b');
    assert.notDeepEqual(simulation.tokenProbabilities(['Hello', ' moon', '.'], 3), two);
  });
});
