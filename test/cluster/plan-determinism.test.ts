/**
 * What is planned is what is given: 1,000 random requests get, from any server, the bytes, headers and delays of the plan that
 * `llm-simulator plan` prints, whatever the order, the concurrency, the number of threads and processes, and the transport.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { planDocument } from '../../src/cli/plan-document.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { seededRandom } from '../../src/engine/rng.js';
import { startSimulator } from '../../src/index.js';
import type { RequestPlan } from '../../src/server/request-plan.js';
import { RequestPlanner } from '../../src/server/request-planner.js';
import { availableTransports } from '../http/transport/harness.js';
import { environment, runCommand, temporaryFile } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';
import { assertAsPlanned, PlannedClient } from './planned-client.js';
import { type RandomRequest, randomRequests } from './random-requests.js';

const REQUESTS = 1_000;
const SEED = 42;
/** Delays of a second become ten milliseconds: long against the clock's error, short in sum. */
const TIME_SCALE = 0.01;
/** What rounding cuts off is a hundredth here. */
const EXACT_SCALE = 100;

/** Faults, some of them late, and rules that have a time of their own, beside the catalogue's models. */
const CONFIG = {
  simulation: { seed: SEED, time_scale: TIME_SCALE },
  replies: {
    rules: [
      { match: { last_message: 'fail', probability: 0.3 }, reply: { fault: { kind: 'overloaded', after_ms: 700 } } },
      { match: { last_message: 'fail', probability: 0.3 }, reply: { fault: { kind: 'rate_limit' } } },
      {
        match: { last_message: 'slow' },
        reply: { latency: { ttft: { distribution: 'log_normal', p50_ms: 500, p99_ms: 3_000 } } },
      },
    ],
  },
};

const requests = randomRequests(REQUESTS, SEED);
const keyOf = (index: number): string => `request ${index}`;
const describeRequest = ({ method, path, body }: RandomRequest, index: number): string =>
  `request ${index}: ${method} ${path} ${body.slice(0, 2_000)}`;

/** Whether it can be given as a body: one that is no JSON needs an envelope. */
function isBody({ method, body }: RandomRequest): boolean {
  try {
    return method === 'POST' && JSON.parse(body) !== undefined;
  } catch {
    return false;
  }
}

async function plannerOf(config: object): Promise<RequestPlanner> {
  return RequestPlanner.create(createSnapshot(loadConfiguration({ object: config, environment: {} }), 1, 0));
}

function planned(planner: RequestPlanner, { method, path, headers, body }: RandomRequest, key?: string): RequestPlan {
  const all = new Map(Object.entries(headers));
  if (key !== undefined) all.set('x-llm-sim-request-id', key);
  return planner.plan({ method, path, headers: all, body: Buffer.from(body) });
}

/** The content, but for a field that tells when a reply was complete. */
function timeless({ frames }: RequestPlan): string {
  return frames.map(({ bytes }) => bytes.toString().replace(/"completed_at":\d+/g, '"completed_at":0')).join('\0');
}

/** Every step-th of the numbers below REQUESTS, in an order of its own for every seed. */
function shuffled(seed: number, step: number): number[] {
  const random = seededRandom(seed, new Uint32Array(4), 0);
  const order = Array.from({ length: REQUESTS }, (_, index) => index).filter((index) => index % step === seed % step);
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random.nextUnit() * (index + 1));
    [order[index], order[other]] = [order[other], order[index]];
  }
  return order;
}

describe('1,000 random requests', () => {
  const plans: RequestPlan[] = [];
  before(async () => {
    const planner = await plannerOf(CONFIG);
    for (const [index, request] of requests.entries()) plans.push(planned(planner, request, keyOf(index)));
  });

  /** Sends every step-th request, so many at a time, and checks each answer as it comes. */
  async function assertServed(url: string, seed: number, step: number, concurrency: number): Promise<void> {
    const client = new PlannedClient(concurrency);
    const waiting = shuffled(seed, step);
    const work = async () => {
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        const answer = await client.send(url, requests[index], keyOf(index));
        assertAsPlanned(answer, plans[index], describeRequest(requests[index], index));
      }
    };
    try {
      await Promise.all(Array.from({ length: concurrency }, work));
    } finally {
      client.close();
    }
  }

  test('are of every kind', () => {
    const of = (fits: (plan: RequestPlan) => boolean) => plans.filter(fits).length;
    assert.ok(new Set(plans.map(({ endpoint }) => endpoint)).size > 15, 'endpoints');
    assert.ok(of(({ stream }) => stream) > 200, 'streams');
    assert.ok(of(({ stream, choices }) => !stream && choices.length > 0) > 200, 'whole replies');
    assert.ok(of(({ choices }) => choices.length > 1) > 100, 'several choices');
    assert.ok(of(({ reasoningTokens }) => reasoningTokens > 0) > 30, 'reasoning');
    assert.ok(
      of(({ choices }) => choices.some(({ parts }) => parts.some(({ kind }) => kind === 'tool_call'))) > 50,
      'tools',
    );
    assert.ok(of(({ fault }) => fault?.injected === true && fault.delayUs > 0) > 10, 'faults that come late');
    assert.ok(of(({ fault }) => fault?.injected === false) > 50, 'requests that are wrong');
    assert.ok(
      of(({ choices, status }) => choices.length === 0 && status === 200) > 50,
      'replies without a generated word',
    );
    const generated = plans.filter(({ choices }) => choices.length > 0);
    assert.equal(new Set(generated.map(({ digest }) => digest)).size, generated.length, 'no two alike');
  });

  test('have the plans that the command prints', async () => {
    const config = temporaryFile('plan.yaml', JSON.stringify(CONFIG));
    const lines = requests.map(({ method, path, headers, body }, index) =>
      JSON.stringify({ method, path, headers, request_id: keyOf(index), ...(body === '' ? {} : { body_text: body }) }),
    );
    const { code, stdout, stderr } = await runCommand(
      ['plan', '--config', config, '--jsonl'],
      environment(),
      lines.join('\n'),
    );
    assert.equal(code, 0, stderr);
    const documents = stdout.trim().split('\n');
    assert.equal(documents.length, REQUESTS);
    for (const [index, text] of documents.entries()) {
      const expected = JSON.stringify({ line: index + 1, ...planDocument(plans[index], true) });
      assert.equal(text, expected, describeRequest(requests[index], index));
    }
    // One at a time, as a body with flags.
    for (const index of shuffled(7, 200).filter((each) => isBody(requests[each]))) {
      const { path, headers, body } = requests[index];
      const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      const args = ['plan', '--config', config, '--json', '--path', path, '--request-id', keyOf(index), ...flags];
      const outcome = await runCommand(args, environment(), body);
      assert.deepEqual(JSON.parse(outcome.stdout), JSON.parse(JSON.stringify(planDocument(plans[index], true))));
    }
  });

  test('have the same content at other time scales, and delays that are scaled', async () => {
    for (const scale of [0, 0.37, 1]) {
      const planner = await plannerOf({ ...CONFIG, simulation: { seed: SEED, time_scale: scale } });
      const exact = await plannerOf({ ...CONFIG, simulation: { seed: SEED, time_scale: EXACT_SCALE } });
      for (const index of shuffled(3, 10)) {
        const what = `time_scale ${scale}, ${describeRequest(requests[index], index)}`;
        const plan = planned(planner, requests[index], keyOf(index));
        const long = planned(exact, requests[index], keyOf(index));
        assert.equal(plan.status, plans[index].status, what);
        // A whole reply that would take longer than server.request_timeout_secs is none.
        if (long.digest === undefined) continue;
        assert.equal(timeless(plan), timeless(plans[index]), what);
        for (const [frame, { atUs }] of plan.frames.entries()) {
          const scaledUs = (long.frames[frame].atUs * scale) / EXACT_SCALE;
          assert.ok(Math.abs(atUs - scaledUs) <= 0.51, `${what}: frame ${frame} at ${atUs} µs instead of ${scaledUs}`);
        }
      }
    }
  });

  for (const { name: transport } of availableTransports) {
    const rounds: readonly (readonly [threads: number, step: number, concurrency: number])[] = [
      [1, 5, 4],
      [2, 5, 50],
      [3, 5, 16],
      [4, 1, 24],
    ];
    for (const [threads, step, concurrency] of rounds) {
      test(`are served as planned by one process with ${threads} threads (${transport})`, async () => {
        const simulator = await startSimulator({ config: { ...CONFIG, server: { threads, transport } } });
        try {
          await assertServed(simulator.url, threads, step, concurrency);
        } finally {
          await simulator.stop();
        }
      });
    }

    for (const [threads, step, concurrency] of [
      [2, 1, 24],
      [1, 4, 40],
    ] as const) {
      test(`are served as planned by two processes with ${threads} threads each (${transport})`, async () => {
        const server = { workers: 2, threads, transport };
        const node = await SimulatorProcess.start({ yaml: JSON.stringify({ ...CONFIG, server }) });
        try {
          await assertServed(node.url, threads + 10, step, concurrency);
        } finally {
          await node.end();
        }
      });
    }
  }
});

describe('equal requests without a key', () => {
  const COUNT = 60;
  const request: RandomRequest = {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: {},
    body: JSON.stringify({ model: 'gpt-4o', max_tokens: 8, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  };
  const plans: RequestPlan[] = [];
  const client = new PlannedClient(12);
  before(async () => {
    const planner = await plannerOf(CONFIG);
    for (let n = 0; n < 2 * COUNT; n++) plans.push(planned(planner, request));
  });
  after(() => client.close());

  test('get the n-th plan each, from one process and any number of threads', async () => {
    const simulator = await startSimulator({ config: { ...CONFIG, server: { threads: 3 } } });
    try {
      for (let n = 0; n < COUNT / 2; n++)
        assertAsPlanned(await client.send(simulator.url, request), plans[n], `the ${n + 1}.`);
      const rest = Array.from({ length: COUNT / 2 }, () => client.send(simulator.url, request));
      const digests = (await Promise.all(rest)).map(({ headers }) => headers['x-llm-sim-plan']);
      const expected = plans.slice(COUNT / 2, COUNT).map(({ announcement }) => announcement);
      assert.deepEqual(digests.sort(), expected.sort());
    } finally {
      await simulator.stop();
    }
  });

  test('get plans of which none comes twice from two processes, each taking every second', async () => {
    const node = await SimulatorProcess.start({ yaml: JSON.stringify({ ...CONFIG, server: { workers: 2 } }) });
    try {
      const answers = await Promise.all(Array.from({ length: COUNT }, () => client.send(node.url, request)));
      const numbers = answers.map(({ headers }) =>
        plans.findIndex((plan) => plan.announcement === headers['x-llm-sim-plan']),
      );
      assert.ok(!numbers.includes(-1), 'a plan that is none of the first ones');
      assert.equal(new Set(numbers).size, COUNT);
      for (const place of [0, 1]) {
        const own = numbers.filter((number) => number % 2 === place).sort((left, right) => left - right);
        assert.deepEqual(
          own,
          own.map((_, index) => 2 * index + place),
        );
      }
    } finally {
      await node.end();
    }
  });
});
