/** What steering does to a reply's times, read from whole plans: everything else of the reply stays what it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LatencyOverride, Steering } from '../../src/scenarios/contract.js';
import { NO_STEERING, steeringText } from '../../src/scenarios/steering-text.js';
import { planRenderer, type RenderedPlan } from './rendered-plan.js';

const scenarios = {
  slow: {
    parameters: { factor: { default: 2 } },
    steps: [{ duration_secs: 10, ttft_factor: `\${factor}`, itl_factor: 3 }, { latency_factor: { from: 1, to: 5 } }],
    duration_secs: 30,
  },
};
const messages = [{ role: 'user', content: 'How long does it take?' }];
const chat = {
  endpoint: 'openai.chat.completions',
  body: { model: 'gpt-4o', messages, max_tokens: 12, stream: true },
};
const embedding = {
  endpoint: 'openai.embeddings',
  body: { model: 'text-embedding-3-small', input: 'How long does it take?' },
};

function steeringOf(given: Partial<Steering>): string {
  return steeringText({ ...NO_STEERING, ...given }) ?? '';
}
const slow = steeringOf({ scenarios: [{ name: 'slow', fromUs: 1e6, untilUs: 31e6, parameters: { factor: 4 } }] });
const overridden = (override: Partial<LatencyOverride>) =>
  steeringOf({ latency: [{ name: 'a', match: {}, untilUs: null, ...override }] });

const dueOf = ({ frames }: RenderedPlan) => frames.map(({ dueUs }) => dueUs);
const gapsOf = (plan: RenderedPlan) => dueOf(plan).map((dueUs, index, all) => dueUs - (all[index - 1] ?? 0));
const near = (value: number, expected: number, what: string) =>
  assert.ok(Math.abs(value - expected) <= 2, `${what}: ${value} for ${expected}`);

describe('a scenario', () => {
  const render = planRenderer({ scenarios });
  const usual = render(chat);

  test('multiplies the time to first token and the gaps, and changes no byte', () => {
    const plan = render({ ...chat, atUs: 1e6, steering: slow });
    assert.equal(plan.text, usual.text);
    const [first] = gapsOf(usual).filter((gap) => gap > 0);
    const [slowFirst] = gapsOf(plan).filter((gap) => gap > 0);
    near(slowFirst!, first! * 4, 'first token');
    near(dueOf(plan).at(-1)! - slowFirst!, (dueOf(usual).at(-1)! - first!) * 3, 'all gaps');
  });

  test('follows its ramp', () => {
    const plan = render({ ...chat, atUs: 21e6, steering: slow });
    dueOf(plan).forEach((dueUs, index) => {
      near(dueUs, dueOf(usual)[index]! * 3, `frame ${index}`);
    });
  });

  test('is as if it had never been before its start and from its end on', () => {
    for (const atUs of [0, 999_999, 31e6, 1e12]) assert.deepEqual(render({ ...chat, atUs, steering: slow }), usual);
  });

  test('multiplies the time of an answer that is not generated', () => {
    const [usualUs] = dueOf(render(embedding));
    near(dueOf(render({ ...embedding, atUs: 1e6, steering: slow }))[0]!, usualUs! * 4, 'embedding');
  });
});

describe('an override', () => {
  const render = planRenderer({});
  const usual = render(chat);

  test('of times stands in place of what would be drawn, and its factor counts besides', () => {
    const plan = render({ ...chat, steering: overridden({ ttftMs: 100, itlMs: 10, factor: 2 }) });
    assert.equal(plan.text, usual.text);
    const gaps = gapsOf(plan).filter((gap) => gap > 0);
    assert.equal(gaps[0], 200_000);
    assert.ok(gaps.slice(1).every((gap) => gap === 20_000));
    assert.equal(dueOf(render({ ...embedding, steering: overridden({ ttftMs: 7 }) }))[0], 7_000);
  });

  test('of a factor of 0 answers at once', () => {
    assert.ok(dueOf(render({ ...chat, steering: overridden({ factor: 0 }) })).every((dueUs) => dueUs === 0));
  });

  test('never exceeds the longest delay', () => {
    const plan = render({ ...chat, steering: overridden({ ttftMs: 3_600_000, itlMs: 3_600_000, factor: 1_000 }) });
    assert.ok(gapsOf(plan).every((gap) => gap <= 3.6e9));
    assert.equal(Math.max(...gapsOf(plan)), 3.6e9);
  });

  test('for another model changes nothing', () => {
    assert.deepEqual(render({ ...chat, steering: overridden({ factor: 9, match: { model: 'claude-*' } }) }), usual);
    assert.deepEqual(render({ ...chat, steering: overridden({ factor: 9, match: { provider: 'azure' } }) }), usual);
  });
});

describe('a batched reply', () => {
  const render = planRenderer({ scenarios, providers: { 'gpt-4o': { latency: { batching: { enabled: true } } } } });
  const usual = render(chat);
  const { steps, stepUs, ttftUs } = usual.batch!;

  test('is held for as many more steps as its factors ask for, and its first token too', () => {
    const plan = render({ ...chat, atUs: 1e6, steering: slow });
    assert.equal(plan.text, usual.text);
    assert.deepEqual({ ...plan.batch, steps }, usual.batch);
    near(dueOf(plan).at(-1)!, ttftUs * 4 + (steps - 1) * stepUs * 3, 'end');
    assert.equal(plan.batch?.steps, 1 + Math.ceil((dueOf(plan).at(-1)! - ttftUs) / stepUs));
  });

  test('is not hurried', () => {
    assert.deepEqual(render({ ...chat, steering: overridden({ factor: 0.1 }) }), usual);
  });

  test('with times given does not enter the engine', () => {
    assert.equal(render({ ...chat, steering: overridden({ ttftMs: 5 }) }).batch, undefined);
  });
});
