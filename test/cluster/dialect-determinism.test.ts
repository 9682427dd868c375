/** In every dialect a request with a key gets the same bytes, headers and all, from any number of threads and processes. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { startSimulator } from '../../src/index.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const SEED = 42;
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const contents = [{ role: 'user', parts: [{ text: 'What is the weather in Oslo?' }] }];
const OPENAI_TOOLS = [{ type: 'function', function: { name: 'get_weather', parameters: PARAMETERS } }];
const ANTHROPIC = { 'anthropic-version': '2023-06-01' };

/** Requests whose answers depend on nothing that others leave behind. */
const REQUESTS: readonly (readonly [path: string, body: object, headers?: { readonly [name: string]: string }])[] = [
  ['/v1/chat/completions', { model: 'gpt-4o', messages, max_tokens: 20, n: 2, logprobs: true, stream: true }],
  ['/v1/chat/completions', { model: 'gpt-4o', messages, tools: OPENAI_TOOLS }],
  ['/v1/responses', { model: 'o3-mini', input: 'Hi', max_output_tokens: 40, store: false, stream: true }],
  ['/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'Once', max_tokens: 10 }],
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 64 }],
  ['/v1/moderations', { input: 'I will kill you' }],
  ['/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', { messages, max_tokens: 20, stream: true }],
  ['/v1/messages', { model: 'claude-sonnet-4-5', messages, max_tokens: 200, stream: true }, ANTHROPIC],
  ['/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', { contents }],
  [
    '/v1beta/models/gemini-2.5-flash:generateContent',
    { contents, generationConfig: { responseMimeType: 'application/json', responseSchema: PARAMETERS } },
  ],
];

interface Reply {
  readonly status: number | undefined;
  readonly headers: object;
  readonly text: string;
}

/** On a connection of its own. */
function ask(url: string, index: number): Promise<Reply> {
  const [path, body, headers] = REQUESTS[index];
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'x-llm-sim-request-id': `request ${index}`, ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      // The clock and the machine's load are no part of an answer.
      const { date: _, 'x-llm-sim-saturated': __, ...lasting } = response.headers;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: lasting, text }));
      response.on('error', reject);
    });
    sent.end(JSON.stringify(body));
  });
}

/** All at once. */
const askAll = (url: string): Promise<Reply[]> => Promise.all(REQUESTS.map((_, index) => ask(url, index)));

/** From a simulator of one process. */
async function repliesOf(threads: number): Promise<Reply[]> {
  const simulator = await startSimulator({
    config: { server: { threads, transport: 'node' }, simulation: { time_scale: 0 } },
    seed: SEED,
  });
  try {
    return await askAll(simulator.url);
  } finally {
    await simulator.stop();
  }
}

describe('the same requests with the same keys', () => {
  test('get the same bytes from one thread and from four, on one process and on two', async () => {
    const expected = await repliesOf(1);
    for (const { status, text } of expected) assert.equal(status, 200, text);
    assert.equal(new Set(expected.map(({ text }) => text)).size, REQUESTS.length);
    assert.deepEqual(await repliesOf(4), expected);
    const node = await SimulatorProcess.start({
      yaml: `server: { workers: 2, threads: 2, transport: node }\nsimulation: { seed: ${SEED}, time_scale: 0 }`,
    });
    try {
      await eventually(
        async () => {
          assert.deepEqual(await askAll(node.url), expected);
          const requests = node.logLines().filter(({ msg }) => msg === 'request');
          return new Set(requests.map(({ pid }) => pid)).size === 2 ? true : undefined;
        },
        () => 'one process answered all requests',
      );
    } finally {
      await node.end();
    }
  });
});
