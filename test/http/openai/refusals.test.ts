/** What is refused before anyone looks at its body: unknown routes, wrong methods, too much of anything. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, chatRequest, postChat, sharedSimulator } from '../chat-client.js';
import { RawClient, request } from '../transport/raw-client.js';

interface Refusal {
  readonly status: number;
  readonly message: string | RegExp;
  readonly type?: string;
  readonly code?: string | null;
}

const OVERLOADED = {
  status: 503,
  type: 'service_unavailable',
  code: 'service_unavailable',
  message: /^The server is currently overloaded with other requests\./,
};
/** No answer within the time of any test. */
const NEVER = { ttft: { distribution: 'constant', value_ms: 600_000 } };

async function assertRefused(response: Response, { status, message, type, code }: Refusal): Promise<void> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const document = (await response.json()) as { error: { message: string } };
  assertValid('openai', 'ErrorResponse', document);
  const { message: actual, ...rest } = document.error;
  assert.deepEqual(rest, { type: type ?? 'invalid_request_error', code: code ?? null, param: null });
  if (typeof message === 'string') assert.equal(actual, message);
  else assert.match(actual, message);
}

const wrongMethods = [
  ['GET', '/v1/chat/completions', 'POST'],
  ['DELETE', '/v1/chat/completions', 'POST'],
  ['POST', '/v1/models', 'GET'],
  ['POST', '/v1/models/gpt-4o', 'GET, DELETE'],
  ['GET', '/v1/embeddings', 'POST'],
  ['GET', '/v1/moderations', 'POST'],
  ['POST', '/health', 'GET'],
  ['PUT', '/metrics', 'GET'],
] as const;

const unknownRoutes = [
  ['POST', '/v1/x'],
  ['GET', '/'],
  ['POST', '/v1/chat/completions/'],
  ['POST', '/v1/chat/completion'],
  ['POST', '/V1/chat/completions'],
  ['GET', '/v1/models/%zz'],
  ['GET', '/v1/models/a/b'],
  ['PATCH', '/__proto__'],
] as const;

describe('requests that reach no endpoint', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [method, path, allowed] of wrongMethods) {
    test(`${method} ${path} is answered with 405 and says what is allowed`, async () => {
      const response = await fetch(simulator().url + path, { method });
      assert.equal(response.headers.get('allow'), allowed);
      await assertRefused(response, {
        status: 405,
        code: 'method_not_supported',
        message: `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
      });
    });
  }

  for (const [method, path] of unknownRoutes) {
    test(`${method} ${path} is answered with 404`, async () => {
      const response = await fetch(simulator().url + path, { method });
      await assertRefused(response, { status: 404, message: `Invalid URL (${method} ${path})` });
    });
  }

  test('a query is no part of a route', async () => {
    const response = await fetch(`${simulator().url}/v1/models?limit=1`);
    assert.equal(response.status, 200);
    await assertRefused(await fetch(`${simulator().url}/v1/x?secret=1`), {
      status: 404,
      message: 'Invalid URL (GET /v1/x)',
    });
  });

  test('a model that does not exist is named as the client wrote it, in any script', async () => {
    const response = await fetch(`${simulator().url}/v1/models/${encodeURIComponent('模型/é €')}`);
    await assertRefused(response, {
      status: 404,
      code: 'model_not_found',
      message: /^The model `模型\/é €` does not exist/,
    });
  });
});

describe('requests beyond a limit', () => {
  async function started(config: object, use: (simulator: Simulator) => Promise<void>): Promise<void> {
    const simulator = await startSimulator({ config });
    try {
      await use(simulator);
    } finally {
      await simulator.stop();
    }
  }

  test('a body of server.max_body_bytes is taken, one byte more is answered with 413', async () => {
    await started({ ...AT_ONCE, server: { max_body_bytes: 2_048 } }, async (simulator) => {
      const bare = JSON.stringify(chatRequest({ user: '', max_tokens: 1 }));
      const padded = (bytes: number) => bare.replace('"user":""', `"user":"${'x'.repeat(bytes - bare.length)}"`);
      assert.equal((await postChat(simulator, padded(2_048))).status, 200);
      await assertRefused(await postChat(simulator, padded(2_049)), {
        status: 413,
        code: 'request_too_large',
        message: 'Maximum content size limit (2048) exceeded. Please reduce the size of your request.',
      });
    });
  });

  test('a connection above server.max_connections is answered with 503 and retry-after', async () => {
    await started({ ...AT_ONCE, server: { max_connections: 1 } }, async (simulator) => {
      const first = await RawClient.connect(simulator.port);
      first.send(request('GET', '/live'));
      assert.equal((await first.response()).status, 200);
      const second = await fetch(`${simulator.url}/live`);
      assert.equal(second.headers.get('retry-after'), '1');
      await assertRefused(second, OVERLOADED);
      first.destroy();
    });
  });

  test('a request that finds every slot and the queue full is answered with 503 and retry-after', async () => {
    const simulation = { concurrency: { max_concurrent_requests: 2, queue_size: 0 } };
    await started({ simulation, providers: { 'gpt-4o': { latency: NEVER } } }, async (simulator) => {
      const held = [1, 2].map(() => new AbortController());
      const answers = held.map(({ signal }) =>
        fetch(`${simulator.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(chatRequest()), signal }),
      );
      while (!(await simulator.metrics()).includes('llm_simulator_active_requests 2')) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const third = await postChat(simulator, chatRequest());
      assert.equal(third.headers.get('retry-after'), '1');
      await assertRefused(third, OVERLOADED);
      assert.equal((await fetch(`${simulator.url}/health`)).status, 200);
      for (const controller of held) controller.abort();
      await Promise.allSettled(answers);
    });
  });
});
