/** The library's drain(): what is open finishes, what is left gets its own API's kind of error, and the caller may let it begin as a lame duck. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { parseExposition } from '../http/prometheus.js';
import { availableTransports } from '../http/transport/harness.js';

const SLOW = 'gpt-slow';
const FAST = 'gpt-fast';
const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const latency = (ttftMs: number, itlMs: number) => ({ latency: { ttft: constant(ttftMs), itl: constant(itlMs) } });

function configOf(transport: string): object {
  return {
    server: { transport, shutdown_timeout_secs: 60 },
    providers: {
      [SLOW]: { extends: 'gpt-4o', ...latency(1, 3_600_000) },
      [FAST]: { extends: 'gpt-4o', ...latency(1, 40) },
      'gpt-3.5-turbo-instruct': latency(1, 3_600_000),
      'claude-sonnet-4-5': latency(1, 3_600_000),
      'gemini-2.5-flash': latency(1, 3_600_000),
    },
  };
}

const messages = [{ role: 'user', content: 'Tell me a story.' }];
const contents = [{ role: 'user', parts: [{ text: 'Tell me a story.' }] }];

function post(node: Simulator, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const init = { 'content-type': 'application/json', ...headers };
  return fetch(node.url + path, { method: 'POST', headers: init, body: JSON.stringify(body) });
}

/** The last event's data, whatever its name. */
const lastData = (text: string): string => /data: (.*)\s*$/.exec(text)?.[1] ?? '';

interface Dialect {
  readonly path: string;
  readonly body: object;
  readonly headers?: Record<string, string>;
  /** What the stream has to end with. */
  check(text: string): void;
}

const openaiError = (text: string): void => {
  const { error } = JSON.parse(lastData(text));
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  assert.match(error.message, /shutting down/);
  assert.doesNotMatch(text, /\[DONE\]/);
};

const DIALECTS: Readonly<Record<string, Dialect>> = {
  'OpenAI chat completions': {
    path: '/v1/chat/completions',
    body: { model: SLOW, messages, stream: true },
    check: openaiError,
  },
  'OpenAI completions': {
    path: '/v1/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'Once', stream: true },
    check: openaiError,
  },
  'OpenAI responses': {
    path: '/v1/responses',
    body: { model: SLOW, input: 'Tell me a story.', stream: true },
    check: (text) => {
      const event = JSON.parse(lastData(text));
      assert.match(text, /\nevent: error\ndata: [^\n]*\n\n$/);
      assert.equal(event.type, 'error');
      assert.match(event.message, /shutting down/);
      assert.equal(typeof event.sequence_number, 'number');
    },
  },
  'Azure chat completions': {
    path: `/openai/deployments/${SLOW}/chat/completions?api-version=2024-10-21`,
    body: { messages, stream: true },
    headers: { 'api-key': 'any' },
    check: openaiError,
  },
  'Anthropic messages': {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages, max_tokens: 50, stream: true },
    headers: { 'anthropic-version': '2023-06-01' },
    check: (text) => {
      assert.match(text, /\nevent: error\ndata: [^\n]*\n\n$/);
      const { error, type } = JSON.parse(lastData(text));
      assert.deepEqual([type, error.type], ['error', 'overloaded_error']);
      assert.doesNotMatch(text, /message_stop/);
    },
  },
  'Gemini server-sent events': {
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: { contents, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    check: (text) => {
      const { error } = JSON.parse(lastData(text));
      assert.deepEqual([error.code, error.status], [503, 'UNAVAILABLE']);
    },
  },
  'Gemini array': {
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent',
    body: { contents, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    check: (text) => {
      const { error } = JSON.parse(text).at(-1);
      assert.deepEqual([error.code, error.status], [503, 'UNAVAILABLE']);
    },
  },
};

for (const { name } of availableTransports) {
  describe(`drain (${name})`, () => {
    test('a stream that goes on for longer than the time ends with its own API’s error', async () => {
      const node = await startSimulator({ config: configOf(name) });
      const open = Object.entries(DIALECTS).map(async ([dialect, { body, check, headers, path }]) => {
        const response = await post(node, path, body, headers);
        assert.equal(response.status, 200, dialect);
        return { dialect, check, text: response.text() };
      });
      const streams = await Promise.all(open);
      assert.equal(await node.drain({ timeoutSecs: 0 }), streams.length);
      for (const { check, dialect, text } of streams) {
        try {
          check(await text);
        } catch (cause) {
          throw new Error(`${dialect}: ${await text.catch(String)}`, { cause });
        }
      }
      await assert.rejects(fetch(`${node.url}/live`));
    });

    test('a stream that ends in time is whole, and so are replies that began to be sent before', async () => {
      const node = await startSimulator({ config: configOf(name) });
      const stream = await post(node, '/v1/chat/completions', { model: FAST, messages, stream: true, max_tokens: 10 });
      const whole = post(node, '/v1/chat/completions', { model: FAST, messages, max_tokens: 10 });
      const text = stream.text();
      // Both have begun; on a slow machine one may have ended.
      const started = async () => parseExposition(await node.metrics()).sum('llm_simulator_requests_started_total');
      while ((await started()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await node.drain(), 0);
      assert.match(await text, /\[DONE\]\n\n$/);
      assert.equal((await whole).status, 200);
    });

    test('requests that wait for their turn are served in time, and get the 503 of their API after it', async () => {
      const queued = { simulation: { concurrency: { max_concurrent_requests: 1, queue_size: 5 } } };
      for (const [model, statuses, cut] of [
        [FAST, [200, 200, 200], 0],
        [SLOW, [503, 503, 503], 3],
      ] as const) {
        const node = await startSimulator({ config: { ...configOf(name), ...queued } });
        const ask = () => post(node, '/v1/chat/completions', { model, messages, max_tokens: 50 });
        const replies = [ask(), ask(), ask()];
        while (!/^llm_simulator_queue_depth 2$/m.test(await node.metrics())) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        assert.equal(await node.drain(model === SLOW ? { timeoutSecs: 0 } : {}), cut);
        assert.deepEqual(
          (await Promise.all(replies)).map(({ status }) => status),
          statuses,
        );
      }
    });

    test('as a lame duck it serves new connections, says that it is not ready, and asks to go elsewhere', async () => {
      const node = await startSimulator({ config: configOf(name) });
      const get = (path: string) => fetch(node.url + path);
      assert.equal((await get('/ready')).status, 200);
      const drained = node.drain({ lameDuckSecs: 600 });
      const ready = await get('/ready');
      assert.deepEqual([ready.status, ready.headers.get('connection')], [503, 'close']);
      assert.equal((await get('/live')).status, 200);
      assert.equal(((await (await get('/health')).json()) as { status: string }).status, 'lame_duck');
      const reply = await post(node, '/v1/chat/completions', { model: FAST, messages, max_tokens: 2 });
      assert.deepEqual([reply.status, reply.headers.get('connection')], [200, 'close']);
      const stream = await post(node, '/v1/chat/completions', { model: FAST, messages, max_tokens: 2, stream: true });
      assert.deepEqual([stream.status, stream.headers.get('connection')], [200, 'close']);
      assert.match(await stream.text(), /\[DONE\]\n\n$/);
      await node.stop();
      assert.equal(await drained, 0);
    });

    test('stop() cuts it short', async () => {
      const node = await startSimulator({ config: configOf(name) });
      const stream = await post(node, '/v1/chat/completions', { model: SLOW, messages, stream: true });
      const cut = assert.rejects(stream.text());
      const drained = node.drain();
      await node.stop();
      await cut;
      await drained;
    });
  });
}
