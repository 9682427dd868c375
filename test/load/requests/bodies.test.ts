/** Requests of every dialect against the providers' published schemas, and against the simulator: it takes them, and counts the tokens asked for. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../../src/index.js';
import type { DialectName, NumberedRequest } from '../../../src/load/contract.js';
import { requestSource } from '../../../src/load/requests/request-source.js';
import { assertValid, type SchemaProvider } from '../../schemas/published-schema.js';
import { entryOf, planOf } from './plans.js';

interface Case {
  readonly dialect: DialectName;
  readonly models: readonly string[];
  readonly schema: readonly [SchemaProvider, name: string];
  /** Where a whole answer says how many tokens the prompt had. */
  promptTokensIn(answer: never): number;
  readonly streamUsage?: RegExp;
}

type OpenAiAnswer = { readonly usage: { readonly prompt_tokens: number } };
type LaterAnswer = { readonly usage: { readonly input_tokens: number } };
type GeminiAnswer = { readonly usageMetadata: { readonly promptTokenCount: number } };

const CASES: readonly Case[] = [
  {
    dialect: 'openai.chat',
    models: ['gpt-4o', 'gpt-3.5-turbo', 'o3-mini', 'gpt-5'],
    schema: ['openai', 'CreateChatCompletionRequest'],
    promptTokensIn: ({ usage }: OpenAiAnswer) => usage.prompt_tokens,
    streamUsage: /"usage":\{"prompt_tokens":\d+/,
  },
  {
    dialect: 'openai.responses',
    models: ['gpt-4o', 'o3-mini'],
    schema: ['openai', 'CreateResponse'],
    promptTokensIn: ({ usage }: LaterAnswer) => usage.input_tokens,
    streamUsage: /"usage":\{"input_tokens":\d+/,
  },
  {
    dialect: 'openai.completions',
    models: ['gpt-3.5-turbo-instruct'],
    schema: ['openai', 'CreateCompletionRequest'],
    promptTokensIn: ({ usage }: OpenAiAnswer) => usage.prompt_tokens,
    streamUsage: /"usage":\{"prompt_tokens":\d+/,
  },
  {
    dialect: 'openai.embeddings',
    models: ['text-embedding-3-small'],
    schema: ['openai', 'CreateEmbeddingRequest'],
    promptTokensIn: ({ usage }: OpenAiAnswer) => usage.prompt_tokens,
  },
  {
    dialect: 'azure.chat',
    models: ['gpt-4o'],
    schema: ['openai', 'CreateChatCompletionRequest'],
    promptTokensIn: ({ usage }: OpenAiAnswer) => usage.prompt_tokens,
    streamUsage: /"usage":\{"prompt_tokens":\d+/,
  },
  {
    dialect: 'anthropic.messages',
    models: ['claude-sonnet-4-5', 'claude-3-haiku-20240307'],
    schema: ['anthropic', 'MessageCreateParams'],
    promptTokensIn: ({ usage }: LaterAnswer) => usage.input_tokens,
    streamUsage: /"usage":\{"input_tokens":\d+/,
  },
  {
    dialect: 'gemini.generate',
    models: ['gemini-2.5-flash'],
    schema: ['gemini', 'GenerateContentRequest'],
    promptTokensIn: ({ usageMetadata }: GeminiAnswer) => usageMetadata.promptTokenCount,
    streamUsage: /"usageMetadata": \{"promptTokenCount": \d+/,
  },
];

const PREFIX_TOKENS = 120;
const PROMPT_TOKENS = 60;
const ANSWER_TOKENS = 20;
const MESSAGE_FRAMES: { readonly [dialect in DialectName]: number } = {
  'openai.chat': 4,
  'openai.responses': 4,
  'openai.completions': 0,
  'openai.embeddings': 0,
  'azure.chat': 4,
  'anthropic.messages': 3,
  'gemini.generate': 1,
};

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ config: { simulation: { time_scale: 0 }, server: { threads: 1 } } });
});

after(() => simulator.stop());

async function answerTo({ path, method, headers, body }: NumberedRequest): Promise<string> {
  const response = await fetch(`${simulator.url}${path}`, { method, headers, body });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

for (const { dialect, models, schema, promptTokensIn, streamUsage } of CASES) {
  for (const model of models) {
    describe(`${dialect} with ${model}`, () => {
      for (const stream of [false, true]) {
        for (const limited of [false, true]) {
          const title = `${stream ? 'a stream' : 'a whole answer'} ${limited ? 'with' : 'without'} a limit`;
          test(`${title} is asked for as published, and answered`, async () => {
            const entry = entryOf({
              dialect,
              model,
              stream,
              promptTokens: PROMPT_TOKENS,
              ...(limited ? { outputTokens: ANSWER_TOKENS } : {}),
              conversation: { turns: 3, sharedPrefixTokens: PREFIX_TOKENS, thinkTime: 0 },
            });
            const conversation = (await requestSource(planOf([entry]))).conversation(0);
            for (let turn = 0; turn < 3; turn++) {
              const request = conversation.turn(turn);
              assertValid(...schema, JSON.parse(request.body));
              const answer = await answerTo(request);
              assert.equal(request.stream, stream && streamUsage !== undefined);
              if (request.stream) assert.ok(streamUsage!.test(answer), answer.slice(-500));
              else JSON.parse(answer);
            }
          });
        }
      }

      test('has prompts of the tokens asked for, in every turn', async () => {
        const conversation = { turns: 3, sharedPrefixTokens: PREFIX_TOKENS, thinkTime: 0 };
        const sizes = { promptTokens: PROMPT_TOKENS, outputTokens: ANSWER_TOKENS, stream: false };
        const plan = planOf([entryOf({ dialect, model, conversation, ...sizes })]);
        const asking = (await requestSource(plan)).conversation(4);
        // Where texts are joined, a full stop and the break behind it may be one token.
        const slack = dialect === 'openai.completions' || dialect === 'openai.embeddings' ? 5 : 0;
        for (const index of [0, 1, 2]) {
          const tokens = promptTokensIn(JSON.parse(await answerTo(asking.turn(index))) as never);
          const answers = index * (ANSWER_TOKENS + MESSAGE_FRAMES[dialect]);
          const asked = PREFIX_TOKENS + (index + 1) * PROMPT_TOKENS + answers;
          assert.ok(Math.abs(tokens - asked) <= slack, `turn ${index}: ${tokens} for ${asked}`);
        }
      });
    });
  }
}

test('a limit below what the Responses API takes is raised to it', async () => {
  const entry = entryOf({ dialect: 'openai.responses', outputTokens: 3 });
  const request = (await requestSource(planOf([entry]))).conversation(0).turn(0);
  assert.equal(JSON.parse(request.body).max_output_tokens, 16);
});
