/** Azure's replies and streams, byte for byte: what its gateway and its content filter put around OpenAI's. */
import { describe, test } from 'node:test';
import { sharedSimulator } from '../http/chat-client.js';
import { assertGolden, GOLDEN_SEED, GOLDEN_SIMULATION } from './golden.js';

const VERSION = 'api-version=2024-10-21';
const DEPLOYMENT = '/openai/deployments/gpt-4o';
const MESSAGES = [{ role: 'user', content: 'Why is the sky blue?' }];
const CHAT = { messages: MESSAGES, max_tokens: 6 };
const HEADERS = { 'api-key': 'azure-key' };

describe("Azure's golden replies", () => {
  const simulator = sharedSimulator({
    seed: GOLDEN_SEED,
    config: {
      simulation: GOLDEN_SIMULATION,
      replies: {
        rules: [
          { match: { last_message: 'blocked' }, reply: { text: 'I cannot', finish_reason: 'content_filter' } },
          { match: { last_message: 'forbidden' }, reply: { text: '', finish_reason: 'content_filter' } },
          { match: { last_message: 'limit' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 12 } } },
        ],
      },
    },
  });

  const says = (content: string) => ({ messages: [{ role: 'user', content }] });
  const cases: readonly (readonly [feature: string, path: string, body?: object])[] = [
    ['chat', `${DEPLOYMENT}/chat/completions?${VERSION}`, CHAT],
    ['chat-stream', `${DEPLOYMENT}/chat/completions?${VERSION}`, { ...CHAT, stream: true }],
    [
      'chat-stream-usage',
      `${DEPLOYMENT}/chat/completions?${VERSION}`,
      { ...CHAT, n: 2, max_tokens: 2, stream: true, stream_options: { include_usage: true } },
    ],
    [
      'chat-stream-tools',
      `${DEPLOYMENT}/chat/completions?${VERSION}`,
      {
        messages: MESSAGES,
        stream: true,
        tool_choice: 'required',
        tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
      },
    ],
    ['chat-stream-filtered', `${DEPLOYMENT}/chat/completions?${VERSION}`, { ...says('blocked'), stream: true }],
    ['chat-undated-stream', '/openai/v1/chat/completions', { model: 'gpt-4o', ...CHAT, max_tokens: 2, stream: true }],
    [
      'completions',
      `/openai/deployments/gpt-35-turbo-instruct/completions?${VERSION}`,
      { prompt: ['The sky is', 'Grass is'], max_tokens: 3 },
    ],
    [
      'completions-stream',
      `/openai/deployments/gpt-35-turbo-instruct/completions?${VERSION}`,
      { prompt: ['The sky is', 'Grass is'], max_tokens: 2, stream: true },
    ],
    ['embeddings', `/openai/deployments/text-embedding-3-small/embeddings?${VERSION}`, { input: 'sky', dimensions: 4 }],
    ['prompt-blocked', `${DEPLOYMENT}/chat/completions?${VERSION}`, says('forbidden')],
    ['rate-limit', `${DEPLOYMENT}/chat/completions?${VERSION}`, says('limit')],
    ['deployment-not-found', `/openai/deployments/nobody/chat/completions?${VERSION}`, CHAT],
    ['resource-not-found', `${DEPLOYMENT}/chat/completions`, CHAT],
    ['operation-not-supported', `/openai/deployments/text-embedding-3-small/chat/completions?${VERSION}`, CHAT],
    ['model', `/openai/models/gpt-4o?${VERSION}`],
  ];

  for (const [feature, path, body] of cases) {
    test(feature, async () => {
      await assertGolden(simulator(), 'azure', feature, { path, body, headers: HEADERS });
    });
  }
});
