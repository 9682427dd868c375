/** What a client receives of streams and whole replies with a fault that leaves HTTP whole, byte for byte. */
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { assertGolden, GOLDEN_SEED, GOLDEN_SIMULATION, type GoldenRequest } from './golden.js';

const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const chat = { model: 'gpt-4o', messages, max_tokens: 6, stream: true };
const message = { model: 'claude-3-opus', messages, max_tokens: 6, stream: true };
const anthropicHeaders = { 'anthropic-version': '2023-06-01', 'x-api-key': 'sk-sim' };
const gemini = {
  contents: [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }],
  generationConfig: { maxOutputTokens: 6 },
};
const GEMINI_STREAM = '/v1beta/models/gemini-2.0-flash:streamGenerateContent';

interface FaultyRequest extends GoldenRequest {
  readonly provider: string;
  readonly fault: string;
}

const REQUESTS: Readonly<Record<string, FaultyRequest>> = {
  'fault-error-event': {
    provider: 'openai',
    path: '/v1/chat/completions',
    body: chat,
    fault: 'error_event;problem=rate_limited;after_tokens=2',
  },
  'fault-utf8-cut': {
    provider: 'openai',
    path: '/v1/chat/completions',
    body: chat,
    fault: 'utf8_cut;after_tokens=2',
  },
  'fault-whole-truncated': {
    provider: 'openai',
    path: '/v1/chat/completions',
    body: { ...chat, stream: false },
    fault: 'truncated_event;after_tokens=3',
  },
  'fault-responses-error-event': {
    provider: 'openai',
    path: '/v1/responses',
    body: { model: 'gpt-4o', input: 'Why is the sky blue?', max_output_tokens: 16, stream: true, store: false },
    fault: 'error_event;problem=internal;after_tokens=2',
  },
  'fault-malformed-json': {
    provider: 'anthropic',
    path: '/v1/messages',
    headers: anthropicHeaders,
    body: message,
    fault: 'malformed_json;after_tokens=2',
  },
  'fault-missing-usage': {
    provider: 'anthropic',
    path: '/v1/messages',
    headers: anthropicHeaders,
    body: message,
    fault: 'missing_usage',
  },
  'fault-duplicate-terminal': {
    provider: 'gemini',
    path: GEMINI_STREAM,
    body: gemini,
    fault: 'duplicate_terminal',
  },
  'fault-truncated-event': {
    provider: 'gemini',
    path: `${GEMINI_STREAM}?alt=sse`,
    body: gemini,
    fault: 'truncated_event;after_tokens=2',
  },
};

describe('faults, golden', () => {
  let simulator: Simulator | undefined;
  before(async () => {
    const simulation = { ...GOLDEN_SIMULATION, request_overrides: { fault: true } };
    simulator = await startSimulator({ seed: GOLDEN_SEED, config: { simulation } });
  });
  after(() => simulator?.stop());

  for (const [feature, { fault, headers, provider, ...request }] of Object.entries(REQUESTS)) {
    test(`${provider} ${feature}`, () =>
      assertGolden(simulator as Simulator, provider, feature, {
        ...request,
        headers: { ...headers, 'x-llm-sim-fault': fault },
      }));
  }
});
