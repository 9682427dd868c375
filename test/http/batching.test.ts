/**
 * Batched models as clients see them. Time is moved by hand, so what is planned can be told from what is late: tokens that are not due yet
 * do not come however long one waits, and those that are do come.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { eventually } from '../process/program.js';
import { chatRequest, type Json } from './chat-client.js';
import { parseEvents } from './event-stream.js';
import { type RunningServer, startServer } from './server-harness.js';

/** A step takes 40 ms and 10 more for each sequence that decodes. */
const BASE_MS = 40;
const SEQUENCE_MS = 10;
const batching = (more: object = {}) => ({
  enabled: true,
  request_ms: 0,
  step_time: {
    base_ms: BASE_MS,
    weights_ms: 0,
    per_token_ms: 0,
    per_sequence_ms: SEQUENCE_MS,
    per_context_token_us: 0,
    per_attention_pair_ns: 0,
  },
  ...more,
});

const MODELS = ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-flash'];
const running: RunningServer[] = [];
const abandon = new AbortController();
after(async () => {
  abandon.abort();
  for (const { server, engines } of running) {
    await server.stop();
    engines.close();
  }
});

interface Stage extends RunningServer {
  /** Moves time on. */
  pass(ms: number): void;
  post(path: string, body: Json, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>;
  /** Resolves when so many requests are in the engine of the model. */
  inEngine(requests: number, model?: string): Promise<void>;
}

async function createStage(engine: object = {}, more: object = {}): Promise<Stage> {
  const clock = { us: 1e9, nowUs: () => clock.us };
  const providers = Object.fromEntries(MODELS.map((model) => [model, { latency: { batching: batching(engine) } }]));
  const server = await startServer({ config: { providers, ...more }, clock });
  running.push(server);
  const figures = (model: string) => server.engines.stats().find((stats) => stats.model === model);
  return {
    ...server,
    pass: (ms) => {
      clock.us += ms * 1_000;
    },
    post: (path, body, headers = {}, signal = abandon.signal) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, abandon.signal]),
      }),
    inEngine: async (requests, model = 'gpt-4o') => {
      await eventually(
        () => {
          const { running = 0, waiting = 0 } = figures(model) ?? {};
          return running + waiting === requests ? true : undefined;
        },
        () => `not ${requests} in the engine: ${JSON.stringify(figures(model))}`,
      );
    },
  };
}

/** An open stream of chat completions, read as it comes. */
class Client {
  text = '';
  status = 0;
  readonly #cut = new AbortController();
  readonly ended: Promise<void>;

  constructor(stage: Stage, fields: Json = {}) {
    const body = chatRequest({ stream: true, max_tokens: 8, ...fields });
    this.ended = stage.post('/v1/chat/completions', body, {}, this.#cut.signal).then(async (response) => {
      this.status = response.status;
      for await (const bytes of response.body ?? []) this.text += Buffer.from(bytes).toString();
    });
    this.ended.catch(() => {});
  }

  /** Tokens so far. */
  get tokens(): number {
    const whole = this.text.slice(0, this.text.lastIndexOf('\n\n') + 2);
    return parseEvents(whole).filter(({ data }) => /"delta":\{"content":"(?!")/.test(data)).length;
  }

  leave(): void {
    this.#cut.abort();
  }
}

/** One after another, so that they enter in that order, at the same moment of simulated time. */
async function openAll(stage: Stage, count: number, fields: Json = {}): Promise<Client[]> {
  const clients: Client[] = [];
  for (let index = 0; index < count; index++) {
    clients.push(new Client(stage, fields));
    await stage.inEngine(index + 1);
  }
  return clients;
}

async function expectTokens(clients: readonly Client[], tokens: readonly number[]): Promise<void> {
  const now = () => clients.map((client) => client.tokens);
  await eventually(
    () => (JSON.stringify(now()) === JSON.stringify(tokens) ? true : undefined),
    () => `the clients have ${now()} tokens, not ${tokens}`,
  );
}

/** Longer than anything that is due takes to arrive; if it were not, a test would miss an error, not find one. */
const A_WHILE_MS = 60;

describe('batched streams', () => {
  test('get their tokens from the same steps, which take as long as the engine’s equation says', async () => {
    const stage = await createStage();
    const clients = await openAll(stage, 3);
    // The first prompt has a step of its own. The second step decodes for one, all later ones for three.
    const steps = [
      { ms: BASE_MS, tokens: [1, 0, 0] },
      { ms: BASE_MS + SEQUENCE_MS, tokens: [2, 1, 1] },
      ...Array.from({ length: 5 }, (_, step) => ({
        ms: BASE_MS + 3 * SEQUENCE_MS,
        tokens: [3 + step, 2 + step, 2 + step],
      })),
    ];
    let before = [0, 0, 0];
    for (const { ms, tokens } of steps) {
      stage.pass(ms - 1);
      await sleep(A_WHILE_MS);
      assert.deepEqual(
        clients.map((client) => client.tokens),
        before,
        'no token comes before its step has ended',
      );
      stage.pass(1);
      await expectTokens(clients, tokens);
      before = tokens;
    }
    stage.pass(10_000);
    await Promise.all(clients.map(({ ended }) => ended));
    for (const { text } of clients) assert.match(text, /data: \[DONE\]\n\n$/);
  });

  test('are slower in company than alone', async () => {
    const alone = await createStage();
    const [client] = await openAll(alone, 1);
    alone.pass(BASE_MS);
    await expectTokens([client], [1]);
    for (let step = 0; step < 3; step++) {
      alone.pass(BASE_MS + SEQUENCE_MS);
      await expectTokens([client], [2 + step]);
    }
    client.leave();
  });

  test('give all choices of a request their tokens in one step, and count as so many sequences', async () => {
    const stage = await createStage();
    const [client] = await openAll(stage, 1, { n: 3 });
    stage.pass(BASE_MS);
    await expectTokens([client], [3]);
    stage.pass(BASE_MS + 3 * SEQUENCE_MS - 1);
    await sleep(A_WHILE_MS);
    assert.equal(client.tokens, 3);
    stage.pass(1);
    await expectTokens([client], [6]);
    client.leave();
  });

  test('wait for a place in the batch, and have it when somebody leaves', async () => {
    const stage = await createStage({ max_batch_size: 1 });
    const [first, second] = await openAll(stage, 2, { max_tokens: 2_000 });
    stage.pass(BASE_MS);
    await expectTokens([first, second], [1, 0]);
    stage.pass(4 * (BASE_MS + SEQUENCE_MS));
    await expectTokens([first, second], [5, 0]);
    first.leave();
    await eventually(
      () => (stage.engines.stats().some(({ left }) => left === 1) ? true : undefined),
      () => JSON.stringify(stage.engines.stats()),
    );
    // The step that was under way, then the second one's prompt.
    stage.pass(BASE_MS + SEQUENCE_MS + BASE_MS);
    await expectTokens([second], [1]);
    second.leave();
    await eventually(
      () => (stage.engines.stats().some(({ left }) => left === 2) ? true : undefined),
      () => JSON.stringify(stage.engines.stats()),
    );
    stage.pass(1_000);
    await stage.inEngine(0);
  });

  test('come to their end in a drain', async () => {
    const stage = await createStage();
    const clients = await openAll(stage, 2);
    const drained = stage.server.drain(60_000);
    stage.pass(30_000);
    await Promise.all(clients.map(({ ended }) => ended));
    assert.equal(await drained, 0);
    for (const { text } of clients) assert.match(text, /data: \[DONE\]\n\n$/);
  });
});

describe('whole batched replies', () => {
  test('come when the step of their last token has ended', async () => {
    const stage = await createStage();
    let answered = 0;
    const ask = () =>
      stage.post('/v1/chat/completions', chatRequest({ max_tokens: 3 })).then((response) => {
        answered++;
        return response.json() as Promise<{ usage: { completion_tokens: number } }>;
      });
    const first = ask();
    await stage.inEngine(1);
    const second = ask();
    await stage.inEngine(2);
    // Steps: the first prompt; the first decodes beside the second prompt; two decode; the second decodes.
    stage.pass(BASE_MS + (BASE_MS + SEQUENCE_MS) + (BASE_MS + 2 * SEQUENCE_MS) - 1);
    await sleep(A_WHILE_MS);
    assert.equal(answered, 0);
    stage.pass(1);
    assert.equal((await first).usage.completion_tokens, 3);
    await sleep(A_WHILE_MS);
    assert.equal(answered, 1);
    stage.pass(BASE_MS + SEQUENCE_MS);
    assert.equal((await second).usage.completion_tokens, 3);
    await stage.inEngine(0);
  });

  test('become a timeout when they wait for too long, and give up their place', async () => {
    const stage = await createStage({ max_batch_size: 1 }, { server: { request_timeout_secs: 20 } });
    const [stream] = await openAll(stage, 1, { max_tokens: 4_000 });
    const whole = stage.post('/v1/chat/completions', chatRequest());
    await stage.inEngine(2);
    stage.pass(20_001);
    assert.ok((await whole).status >= 500);
    await stage.inEngine(1);
    stream.leave();
  });
});

interface ErrorBody {
  readonly type: string;
  readonly error: { readonly type: string; readonly code: unknown; readonly status: string };
}

describe('a request that finds the queue full', () => {
  const gemini = { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] };
  const claude = (fields: object = {}) => ({
    model: 'claude-sonnet-4-5',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hello.' }],
    ...fields,
  });
  const dialects: readonly {
    readonly name: string;
    readonly model: string;
    readonly ask: (stage: Stage) => Promise<Response>;
    readonly status: number;
    readonly error: (body: ErrorBody) => unknown;
    readonly expected: unknown;
  }[] = [
    {
      name: 'OpenAI',
      model: 'gpt-4o',
      ask: (stage) => stage.post('/v1/chat/completions', chatRequest({ stream: true })),
      status: 503,
      error: ({ error }) => [error.type, error.code],
      expected: ['service_unavailable', 'service_unavailable'],
    },
    {
      name: 'Anthropic',
      model: 'claude-sonnet-4-5',
      ask: (stage) =>
        stage.post('/v1/messages', claude({ stream: true }), { 'anthropic-version': '2023-06-01', 'x-api-key': 'k' }),
      status: 529,
      error: ({ type, error }) => [type, error.type],
      expected: ['error', 'overloaded_error'],
    },
    {
      name: 'Gemini',
      model: 'gemini-2.5-flash',
      ask: (stage) => stage.post('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', gemini),
      status: 503,
      error: ({ error }) => [error.code, error.status],
      expected: [503, 'UNAVAILABLE'],
    },
  ];

  for (const { name, model, ask, status, error, expected } of dialects) {
    test(`gets ${name}’s overloaded error before a stream begins`, async () => {
      const stage = await createStage({ max_batch_size: 1, max_queued: 1 });
      void ask(stage).catch(() => {});
      await stage.inEngine(1, model);
      void ask(stage).catch(() => {});
      await stage.inEngine(2, model);
      const refused = await ask(stage);
      assert.equal(refused.status, status);
      assert.deepEqual(error((await refused.json()) as ErrorBody), expected);
      await stage.inEngine(2, model);
      const lines = renderMetrics([(await stage.server.figures()).metrics]).split('\n');
      assert.deepEqual(
        lines.filter(
          (line) => line.startsWith('llm_simulator_requests_total') || line.startsWith('llm_simulator_errors_total'),
        ),
        [
          `llm_simulator_requests_total{model="${model}",status="error"} 1`,
          `llm_simulator_errors_total{type="${status}"} 1`,
        ],
      );
    });
  }
});

describe('what no step decides', () => {
  test('is answered as ever: errors, embeddings, and replies whose rule has times of its own', async () => {
    const constant = { distribution: 'constant', value_ms: 0 };
    const stage = await createStage(
      {},
      {
        replies: {
          rules: [{ match: { last_message: '^quick' }, reply: { latency: { ttft: constant, itl: constant } } }],
        },
      },
    );
    const bad = await stage.post('/v1/chat/completions', chatRequest({ n: 0 }));
    assert.equal(bad.status, 400);
    const quick = chatRequest({ max_tokens: 5, messages: [{ role: 'user', content: 'quick' }] });
    const ruled = await stage.post('/v1/chat/completions', quick);
    assert.equal(ruled.status, 200);
    const embedding = stage.post('/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hello.' });
    await eventually(
      () => (stage.server.activeRequests === 1 ? true : undefined),
      () => 'the embedding is not under way',
    );
    stage.pass(20_000);
    assert.equal((await embedding).status, 200);
    assert.equal(
      stage.engines.stats().reduce((sum, { finished, left, running }) => sum + finished + left + running, 0),
      0,
    );
  });

  test('and time_scale 0 answers at once', async () => {
    const stage = await createStage({}, { simulation: { time_scale: 0 } });
    assert.deepEqual(stage.engines.stats(), []);
    const response = await stage.post('/v1/chat/completions', chatRequest({ max_tokens: 5 }));
    assert.equal(response.status, 200);
    await response.json();
  });
});

test('content does not depend on the company', async () => {
  const [alone, crowded] = [await createStage(), await createStage({ max_batch_size: 2 })];
  const others = await openAll(crowded, 3, { max_tokens: 100 });
  const key = { 'x-llm-sim-request-id': 'same' };
  const body = chatRequest({ max_tokens: 30, messages: [{ role: 'user', content: 'Tell me.' }] });
  const answers = [alone, crowded].map((stage) => stage.post('/v1/chat/completions', body, key));
  await alone.inEngine(1);
  await crowded.inEngine(4);
  for (const stage of [alone, crowded]) stage.pass(55_000);
  const [left, right] = await Promise.all(answers.map(async (answer) => (await answer).text()));
  assert.equal(left, right);
  for (const other of others) other.leave();
});
