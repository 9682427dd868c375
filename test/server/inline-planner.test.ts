/** What an acceptor plans on its own thread, and what it leaves to the workers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { snapshotTexts } from '../../src/config/snapshot-texts.js';
import { loadEncodings } from '../../src/engine/create-renderer.js';
import { endpoints } from '../../src/providers/registry.js';
import { OccurrenceCounter } from '../../src/runtime/occurrence-counter.js';
import { PLAN_RECALL, PLAN_WHOLE } from '../../src/runtime/plan-layout.js';
import { planConfigurationGeneration, planKind, planSlot, planStatus } from '../../src/runtime/plan-reader.js';
import { ServedGeneration } from '../../src/server/generations/served-generation.js';
import { InlinePlanner, inlinePlanBytes } from '../../src/server/inline-planner.js';
import type { Exchange } from '../../src/server/transport/contract.js';
import { selectTransport } from '../../src/server/transport/select.js';
import { createLogSink } from '../../src/telemetry/logging.js';

const SLOTS = 8;
const CHAT = { model: 'gpt-4o', max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] };

function servedBy(config: object, generation = 1): ServedGeneration {
  const snapshot = createSnapshot(loadConfiguration({ object: config, environment: {} }), generation, 7);
  return new ServedGeneration(snapshotTexts(snapshot), snapshot);
}

async function createPlanner(config: object = {}) {
  const served = servedBy({ server: { inline_plan_bytes: 4_096 }, ...config });
  const surroundings = { paced: 0 };
  const { logger } = await createLogSink({ level: 'silent', format: 'json' });
  const options = {
    snapshot: served.snapshot,
    processes: 1,
    place: 0,
    transport: await selectTransport('node'),
    logger,
  };
  const planner = new InlinePlanner(options, OccurrenceCounter.allocate(), SLOTS, () => surroundings.paced);
  planner.adopt(await loadEncodings(served.snapshot));
  const plan = (
    body: object | string,
    { endpoint = 'openai.chat.completions', under = served, steering = '', slot = 3 } = {},
  ) => {
    const planned = planner.plan(exchangeWith(body), under, {
      slot,
      generation: 5,
      endpoint: endpoints.findIndex((route) => route.endpoint.name === endpoint),
      parameters: endpoint.startsWith('gemini') ? ['gemini-2.0-flash'] : [],
      recalled: undefined,
      atUs: 0,
      steering: steering || undefined,
    });
    return planned && Buffer.from(planned);
  };
  return { plan, planner, surroundings };
}

function exchangeWith(body: object | string, pieces = 1): Exchange {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const end = Math.ceil(bytes.length / pieces);
  const parts = Array.from({ length: pieces }, (_, index) => bytes.subarray(index * end, (index + 1) * end));
  const seen: Pick<Exchange, 'body' | 'query' | 'header'> = { body: parts, query: '', header: () => undefined };
  return seen as Exchange;
}

describe('an acceptor plans by itself', () => {
  test('the whole reply to a small request, for the slot and under the generation that it came under', async () => {
    const { plan } = await createPlanner();
    const planned = plan(CHAT) ?? assert.fail('left to a worker');
    assert.deepEqual([planKind(planned), planStatus(planned), planSlot(planned)], [PLAN_WHOLE, 200, 3]);
    assert.equal(planConfigurationGeneration(planned), 1);
  });

  test('further ones while those that are due at once wait to be written, and none any more when those have ended', async () => {
    const { plan, planner, surroundings } = await createPlanner({ simulation: { time_scale: 0 } });
    plan(CHAT, { slot: 1 });
    planner.turned();
    surroundings.paced = 1;
    assert.notEqual(plan(CHAT, { slot: 2 }), undefined, 'what is due at once has nothing to wait for');
    planner.ended(1);
    planner.ended(2);
    assert.equal(plan(CHAT), undefined, 'what is paced is another request');
  });

  test('none beside what was planned for later', async () => {
    const { plan, surroundings } = await createPlanner();
    plan(CHAT);
    surroundings.paced = 1;
    assert.equal(plan(CHAT), undefined);
  });

  test('what has no body, and what is refused', async () => {
    const { plan } = await createPlanner();
    assert.equal(planStatus(plan('', { endpoint: 'openai.models.list' }) ?? assert.fail('left')), 200);
    assert.equal(planStatus(plan('no JSON') ?? assert.fail('left')), 400);
    assert.equal(planStatus(plan({ ...CHAT, model: 'none' }) ?? assert.fail('left')), 404);
  });

  test('under a later generation what that says', async () => {
    const { plan } = await createPlanner();
    const planned = plan(CHAT, { under: servedBy({ simulation: { model_suffix: '-later' } }, 2) });
    assert.match(String(planned), /gpt-4o-later/);
    assert.match(String(plan(CHAT)), /gpt-4o-simulated/);
  });
});

describe('an acceptor leaves to the workers', () => {
  for (const [what, body, options] of [
    ['a stream', { ...CHAT, stream: true }, {}],
    ['a stream that the endpoint is', {}, { endpoint: 'gemini.v1beta.models.stream_generate_content' }],
    ['what offers tools', { ...CHAT, tools: [{ type: 'function', function: { name: 'look' } }] }, {}],
    ['a large body', { ...CHAT, user: 'x'.repeat(5_000) }, {}],
    ['what operators steer', CHAT, { steering: '{}' }],
  ] as const) {
    test(what, async () => {
      const { plan } = await createPlanner();
      assert.equal(plan(body, options), undefined);
    });
  }

  test('a body in pieces', async () => {
    const { planner } = await createPlanner();
    const placed = { slot: 0, generation: 0, endpoint: 0, parameters: [], recalled: undefined, atUs: 0 };
    const served = servedBy({});
    assert.equal(planner.plan(exchangeWith(CHAT, 2), served, { ...placed, steering: undefined }), undefined);
  });

  test('everything while anything is paced', async () => {
    const { plan, surroundings } = await createPlanner();
    surroundings.paced = 1;
    assert.equal(plan(CHAT), undefined);
    surroundings.paced = 0;
    assert.notEqual(plan(CHAT), undefined);
  });

  test('what comes when a turn has had its work, until the next turn', async () => {
    const { plan, planner } = await createPlanner();
    const plannedWith = (max_tokens: number) => {
      let planned = 0;
      while (plan({ ...CHAT, max_tokens }) !== undefined) planned++;
      planner.turned();
      return planned;
    };
    const short = plannedWith(1);
    assert.ok(short >= 100 && short < 1_000, `${short}`);
    assert.ok(plannedWith(500) < short / 2);
    assert.equal(plannedWith(1), short);
  });

  test('what turns out to be long, by a plan that recalls nothing', async () => {
    const { plan } = await createPlanner();
    const stream = JSON.stringify({ ...CHAT, stream: true }).replace('stream', '\\u0073tream');
    assert.equal(planKind(plan({ ...CHAT, max_tokens: 5_000 }) ?? assert.fail('left at once')), PLAN_RECALL);
    assert.equal(plan(CHAT), undefined, 'the next one is not tried');
    assert.equal(planKind(plan(stream) ?? assert.fail('left at once')), PLAN_RECALL);
  });

  test('more and more of the requests to an endpoint whose replies turn out long, and none of another', async () => {
    const { plan, planner } = await createPlanner();
    const tried = Array.from({ length: 1_000 }, () => {
      planner.turned();
      return plan({ ...CHAT, max_tokens: 5_000 }) !== undefined;
    });
    assert.ok(tried.filter((isTried) => isTried).length < 25);
    assert.notEqual(
      plan({ model: 'text-embedding-3-small', input: 'Hi' }, { endpoint: 'openai.embeddings' }),
      undefined,
    );
  });

  for (const [what, config] of [
    ['where it is turned off', { server: { inline_plan_bytes: 0 } }],
    ['where rules with patterns decide', { replies: { rules: [{ reply: { text: 'ruled' } }] } }],
    ['where an operator says what replies say', { replies: { generator: 'fixed', text: 'fixed' } }],
  ] as const) {
    test(`everything ${what}`, async () => {
      const { plan } = await createPlanner(config);
      assert.equal(plan(CHAT), undefined);
    });
  }
});

test('unless told otherwise, acceptors plan where their worker threads have no cores of their own', () => {
  const of = (cores: number, processes: number, configured = -1) => inlinePlanBytes(configured, processes, cores);
  assert.deepEqual([of(1, 1), of(2, 2), of(8, 7)], [4_096, 4_096, 4_096]);
  assert.deepEqual([of(2, 1), of(4, 2)], [0, 0]);
  assert.deepEqual([of(2, 1, 1_024), of(1, 1, 0)], [1_024, 0]);
});
