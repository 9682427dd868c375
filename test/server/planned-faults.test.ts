/** Faults as they are planned: by which rule, over several rounds, and without a trace where they do not fire. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RequestPlan } from '../../src/server/request-plan.js';
import { RequestPlanner } from '../../src/server/request-planner.js';
import { snapshotOf } from '../engine/engine-parts.js';

const CHAT = { model: 'gpt-4o', max_tokens: 20, messages: [{ role: 'user', content: 'word '.repeat(300) }] };

type Plan = (fields?: object, headers?: Readonly<Record<string, string>>) => RequestPlan;

async function plannerOf(config: object): Promise<Plan> {
  const planner = await RequestPlanner.create(snapshotOf(config));
  return (fields = {}, headers = {}) =>
    planner.plan({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: new Map(Object.entries(headers)),
      body: Buffer.from(JSON.stringify({ ...CHAT, ...fields })),
    });
}

const rule = (name: string, fault: unknown, rest: object = {}) => ({ name, fault, ...rest });

describe('a planned fault', () => {
  test('is named with its rule and what the client is told, or what it does', async () => {
    const plan = await plannerOf({
      simulation: { request_overrides: { fault: true } },
      faults: { rules: [rule('busy', 'overloaded', { match: { stream: false } }), rule('mute', 'empty_choice')] },
      providers: {
        o1: { errors: { enabled: true, server_error: { probability: 0.97 }, rate_limit: { probability: 0 } } },
      },
    });
    const told = ({ fault }: RequestPlan) => [fault?.kind, fault?.injected, fault?.rule];
    const busy = plan();
    assert.deepEqual(told(busy), ['overloaded', true, 'busy']);
    assert.match(busy.fault?.message ?? '', /overloaded/);
    const mute = plan({ stream: true });
    assert.deepEqual([...told(mute), mute.status], ['empty_choice', true, 'mute', 200]);
    assert.match(mute.fault?.message ?? '', /^Every choice is empty/);
    assert.match(mute.announcement ?? '', /, fault=empty_choice, /);
    assert.deepEqual(told(plan({}, { 'x-llm-sim-fault': 'permission' })), ['permission', true, undefined]);
    const silent = plan({}, { 'x-llm-sim-fault': 'timeout;answer=close;hold_ms=40' });
    assert.deepEqual([silent.status, silent.frames.length, silent.fault?.delayUs], [0, 0, 40_000]);
    const whole = plan({}, { 'x-llm-sim-fault': 'none' });
    assert.deepEqual([whole.status, whole.fault], [200, undefined]);
  });

  test('that ends a stream is planned with what comes before it', async () => {
    const plan = await plannerOf({
      faults: { rules: [rule('cut', { kind: 'disconnect', after_tokens: 3, manner: 'fin' })] },
    });
    const cut = plan({ stream: true });
    assert.deepEqual([cut.fault?.kind, cut.fault?.rule], ['disconnect', 'cut']);
    assert.ok(cut.frames.length < 10);
    // The same request has the same frames up to there.
    const { frames } = (await plannerOf({}))({ stream: true });
    assert.deepEqual(cut.frames, frames.slice(0, cut.frames.length));
  });
});

test('a request that is looked up in the state keeps its number, so patterns count it once', async () => {
  for (const prefix_cache of [{ enabled: false }, { enabled: true }]) {
    const plan = await plannerOf({
      providers: { 'gpt-4o': { prefix_cache } },
      faults: { rules: [rule('first', 'overloaded', { pattern: { kind: 'first', count: 2 } })] },
    });
    assert.deepEqual(
      [1, 2, 3, 4].map(() => plan().status),
      [503, 503, 200, 200],
    );
  }
});

test('rules that do not fire change neither a byte nor a delay', async () => {
  const without = await plannerOf({});
  const idle = await plannerOf({
    simulation: { request_overrides: { fault: true, latency: true } },
    faults: {
      rules: [
        rule('never', 'timeout', { probability: 0 }),
        rule('other', 'refusal', { match: { model: 'claude-*' } }),
        rule('rare', 'stall', { probability: 1e-9, pattern: { kind: 'burst', rate: 0.5 } }),
      ],
    },
    providers: {
      'gpt-4o': {
        errors: {
          enabled: true,
          rate_limit: { probability: 0 },
          timeout: { probability: 0 },
          server_error: { probability: 0 },
        },
      },
    },
  });
  for (let number = 0; number < 40; number++) {
    const [fields, headers] = [{ stream: number % 2 === 0 }, { 'x-llm-sim-request-id': String(number) }];
    assert.deepEqual(idle(fields, headers), without(fields, headers));
  }
});
