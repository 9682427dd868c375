/** Google's official Gen AI SDK, its newest and its previous major: content, streams, chats, function calls and documents. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type {
  CallableTool,
  FunctionDeclaration,
  GenerateContentConfig,
  GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai';
import * as z from 'zod';
import { type Simulator, startSimulator } from '../../src/index.js';
import { describeGemini } from './gemini-majors.js';

const MODEL = 'gemini-2.5-flash';
const QUESTION = 'What is a ring buffer?';
const KEY = { httpOptions: { headers: { 'x-llm-sim-request-id': '1' } } };

const RECIPE = z.object({
  name: z.string(),
  minutes: z.int().min(1).max(90),
  steps: z
    .array(z.object({ text: z.string(), optional: z.boolean() }))
    .min(1)
    .max(4),
  course: z.enum(['starter', 'main', 'dessert']),
});

describeGemini(({ sdk }) => {
  const { FunctionCallingConfigMode, GoogleGenAI: Client, ThinkingLevel, Type } = sdk;
  let simulator: Simulator;
  let ai: GoogleGenAI;

  const WEATHER: FunctionDeclaration = {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: Type.OBJECT,
      properties: { city: { type: Type.STRING }, days: { type: Type.INTEGER, minimum: 1, maximum: 5 } },
      required: ['city', 'days'],
    },
  };

  before(async () => {
    simulator = await startSimulator({ seed: 7, config: { simulation: { time_scale: 0 } } });
    ai = new Client({ apiKey: 'any', httpOptions: { baseUrl: simulator.url } });
  });

  after(() => simulator.stop());

  const ask = (config: GenerateContentConfig = {}, model = MODEL) =>
    ai.models.generateContent({ model, contents: QUESTION, config });

  describe('generates', () => {
    test('in one piece', async () => {
      const reply = await ask();
      assert.ok((reply.text ?? '').length > 20);
      assert.equal(reply.modelVersion, `${MODEL}-simulated`);
      assert.match(reply.responseId ?? '', /^sim-/);
      const [candidate] = reply.candidates ?? [];
      assert.equal(candidate.finishReason, 'STOP');
      assert.equal(candidate.content?.role, 'model');
      const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = reply.usageMetadata ?? {};
      assert.ok(promptTokenCount! > 0 && candidatesTokenCount! > 0 && thoughtsTokenCount! > 0);
      assert.equal(totalTokenCount, promptTokenCount! + candidatesTokenCount! + thoughtsTokenCount!);
    });

    test('as a stream, to the same text and usage', async () => {
      const whole = await ask(KEY);
      let text = '';
      const chunks: GenerateContentResponse[] = [];
      for await (const chunk of await ai.models.generateContentStream({
        model: MODEL,
        contents: QUESTION,
        config: KEY,
      })) {
        text += chunk.text ?? '';
        chunks.push(chunk);
      }
      assert.equal(text, whole.text);
      assert.ok(chunks.length > 1);
      for (const chunk of chunks) assert.ok(chunk.candidates![0].content!.parts!.length > 0);
      assert.deepEqual(
        chunks.map(({ candidates }) => candidates![0].finishReason).filter((reason) => reason !== undefined),
        ['STOP'],
      );
      assert.deepEqual(chunks.at(-1)!.usageMetadata, whole.usageMetadata);
      assert.equal(chunks[0].responseId, whole.responseId);
    });

    test('up to maxOutputTokens', async () => {
      const { candidates, usageMetadata } = await ask({ maxOutputTokens: 9, thinkingConfig: { thinkingBudget: 0 } });
      assert.equal(candidates![0].finishReason, 'MAX_TOKENS');
      assert.equal(usageMetadata?.candidatesTokenCount, 9);
      assert.equal(usageMetadata?.thoughtsTokenCount, undefined);
    });

    test('up to a stop sequence', async () => {
      const { candidates, text } = await ask({ stopSequences: ['.', '?'] });
      assert.equal(candidates![0].finishReason, 'STOP');
      assert.doesNotMatch(text ?? '.', /[.?]/);
    });

    test('several candidates', async () => {
      const { candidates } = await ask({ candidateCount: 3 });
      assert.deepEqual(
        candidates!.map(({ index }) => index),
        [0, 1, 2],
      );
      assert.equal(new Set(candidates!.map(({ content }) => content?.parts?.[0].text)).size, 3);
    });

    test('with log probabilities', async () => {
      const { candidates } = await ask({
        responseLogprobs: true,
        logprobs: 3,
        maxOutputTokens: 8,
        thinkingConfig: { thinkingBudget: 0 },
      });
      const { avgLogprobs, logprobsResult } = candidates![0];
      assert.equal(logprobsResult?.chosenCandidates?.length, 8);
      assert.ok(logprobsResult?.topCandidates?.every((top) => top.candidates?.length === 3));
      assert.ok(avgLogprobs! < 0);
    });

    test('thoughts where they are asked for', async () => {
      const { candidates, usageMetadata, text } = await ask({
        thinkingConfig: { includeThoughts: true, thinkingBudget: 600 },
      });
      const parts = candidates![0].content!.parts!;
      assert.deepEqual(
        parts.map(({ thought }) => thought ?? false),
        [true, false],
      );
      assert.equal(parts[1].text, text);
      assert.ok(usageMetadata!.thoughtsTokenCount! > 0 && usageMetadata!.thoughtsTokenCount! <= 600);
    });

    test('more thoughts at a higher level', async () => {
      const thoughts = async (level: keyof typeof ThinkingLevel) => {
        const config = { thinkingConfig: { thinkingLevel: ThinkingLevel[level] } };
        const replies = await Promise.all(Array.from({ length: 20 }, () => ask(config, 'gemini-3-pro-preview')));
        return replies.reduce((sum, { usageMetadata }) => sum + usageMetadata!.thoughtsTokenCount!, 0);
      };
      assert.ok((await thoughts('LOW')) * 2 < (await thoughts('HIGH')));
    });
  });

  describe('chats', () => {
    test('with its history', async () => {
      const chat = ai.chats.create({ model: MODEL, config: { systemInstruction: 'Be brief.' } });
      const first = await chat.sendMessage({ message: QUESTION });
      const second = await chat.sendMessage({ message: 'And a queue?' });
      assert.ok(second.usageMetadata!.promptTokenCount! > first.usageMetadata!.promptTokenCount!);
      assert.deepEqual(
        chat.getHistory(true).map(({ role }) => role),
        ['user', 'model', 'user', 'model'],
      );
    });

    test('as a stream, which the curated history keeps', async () => {
      const chat = ai.chats.create({ model: 'gemini-3-pro', config: { tools: [{ functionDeclarations: [WEATHER] }] } });
      let text = '';
      const read = async (message: string | object) => {
        const calls = [];
        for await (const chunk of await chat.sendMessageStream({ message: message as string })) {
          calls.push(...(chunk.functionCalls ?? []));
          text += calls.length > 0 ? '' : (chunk.text ?? '');
        }
        return calls;
      };
      const [call] = await read(QUESTION);
      assert.equal(call.name, 'get_weather');
      await read({ functionResponse: { id: call.id!, name: call.name!, response: { sky: 'blue' } } });
      const history = chat.getHistory(true);
      assert.equal(history[0].role, 'user');
      const said = history.flatMap(({ role, parts }) => (role === 'model' ? (parts ?? []) : []));
      assert.ok(said.some(({ functionCall }) => functionCall?.name === 'get_weather'));
      assert.equal(said.map((part) => part.text ?? '').join(''), text);
      assert.ok(text.length > 20);
    });
  });

  describe('calls functions', () => {
    const tools = [{ functionDeclarations: [WEATHER, { name: 'now', description: 'The time' }] }];
    const named = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] };

    test('with arguments that fit', async () => {
      const { functionCalls, candidates } = await ask({ tools, toolConfig: { functionCallingConfig: named } });
      assert.equal(functionCalls?.length, 1);
      const { name, args } = functionCalls![0];
      assert.equal(name, 'get_weather');
      assert.equal(typeof args?.city, 'string');
      const days = args?.days as number;
      assert.ok(Number.isInteger(days) && days >= 1 && days <= 5);
      assert.equal(candidates![0].finishReason, 'STOP');
    });

    test('whole within a stream', async () => {
      const calls = [];
      const config = { tools, toolConfig: { functionCallingConfig: named } };
      for await (const chunk of await ai.models.generateContentStream({ model: MODEL, contents: QUESTION, config }))
        calls.push(...(chunk.functionCalls ?? []));
      assert.deepEqual(
        calls.map(({ name }) => name),
        ['get_weather'],
      );
      assert.equal(typeof calls[0].args?.city, 'string');
    });

    test('not where they are forbidden', async () => {
      const functionCallingConfig = { mode: FunctionCallingConfigMode.NONE };
      const { functionCalls, text } = await ask({ tools, toolConfig: { functionCallingConfig } });
      assert.equal(functionCalls, undefined);
      assert.ok((text ?? '').length > 20);
    });

    test('by the SDK itself, until there is an answer', async () => {
      const asked: unknown[] = [];
      const weather: CallableTool = {
        tool: async () => ({ functionDeclarations: [WEATHER] }),
        callTool: async (calls) => {
          asked.push(...calls.map(({ args }) => args));
          return calls.map(({ id, name }) => ({
            functionResponse: { ...(id !== undefined && { id }), name: name!, response: { sky: 'blue' } },
          }));
        },
      };
      const reply = await ask({ tools: [weather] });
      assert.equal(asked.length, 1);
      assert.ok((reply.text ?? '').length > 20);
      assert.equal(reply.automaticFunctionCallingHistory?.length, 3);
    });
  });

  describe('answers in JSON', () => {
    test('by the SDK’s own schema', async () => {
      const { text } = await ask({
        responseMimeType: 'application/json',
        responseSchema: {
          type: Type.ARRAY,
          minItems: '2',
          maxItems: '3',
          items: { type: Type.OBJECT, properties: { n: { type: Type.NUMBER, nullable: true } }, required: ['n'] },
        },
      });
      const list = JSON.parse(text ?? '') as { n: number | null }[];
      assert.ok(list.length >= 2 && list.length <= 3);
      for (const { n } of list) assert.ok(n === null || typeof n === 'number');
    });

    test('by a JSON Schema that zod made', async () => {
      const { text } = await ask({ responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(RECIPE) });
      RECIPE.parse(JSON.parse(text ?? ''));
    });

    test('and as one of several words', async () => {
      const { text } = await ask({
        responseMimeType: 'text/x.enum',
        responseSchema: { type: Type.STRING, enum: ['EAST', 'WEST'] },
      });
      assert.match(text ?? '', /^(EAST|WEST)$/);
    });
  });
});
