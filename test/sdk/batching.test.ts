/** The official SDKs against batched models: what they get is what they get without batching, many at a time and in company. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Anthropic } from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { OpenAI } from 'openai';
import { type Simulator, startSimulator } from '../../src/index.js';
import { parseExposition } from '../http/prometheus.js';

const BATCHED = { latency: { batching: { enabled: true, max_batch_size: 4 } } };
const MODELS = ['gpt-4o', 'o3', 'claude-sonnet-5-5', 'gemini-2.5-flash'];
const QUESTION = 'What is a ring buffer?';
const key = (number: number) => ({ 'x-llm-sim-request-id': String(number) });

/** What each SDK makes of a stream, by request. */
async function answersOf({ url }: Simulator): Promise<Record<string, string>> {
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: url, apiKey: 'sk-ant-any', maxRetries: 0 });
  const google = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url } });
  const answers: Record<string, string> = {};
  const chat = async (number: number) => {
    const messages = [{ role: 'user' as const, content: QUESTION }];
    const body = { model: 'gpt-4o', messages, n: 2, max_tokens: 40, stream: true as const };
    const texts = ['', ''];
    for await (const { choices } of await openai.chat.completions.create(body, { headers: key(number) }))
      for (const { delta, index } of choices) texts[index] += delta.content ?? '';
    answers[`chat ${number}`] = texts.join('|');
  };
  const response = async (number: number) => {
    const stream = openai.responses.stream({ model: 'o3', input: QUESTION }, { headers: key(number) });
    answers[`response ${number}`] = (await stream.finalResponse()).output_text;
  };
  const message = async (number: number) => {
    const body = {
      model: 'claude-sonnet-5-5',
      max_tokens: 60,
      messages: [{ role: 'user' as const, content: QUESTION }],
    };
    answers[`message ${number}`] = await anthropic.messages.stream(body, { headers: key(number) }).finalText();
  };
  const content = async (number: number) => {
    const config = { httpOptions: { headers: key(number) } };
    let text = '';
    const stream = await google.models.generateContentStream({ model: 'gemini-2.5-flash', contents: QUESTION, config });
    for await (const chunk of stream) text += chunk.text ?? '';
    answers[`content ${number}`] = text;
  };
  await Promise.all(
    [1, 2, 3, 4, 5, 6].flatMap((number) => [chat, response, message, content].map((ask) => ask(number))),
  );
  return answers;
}

test('streams of all dialects come to their end, with the words that they have without batching', async () => {
  const providers = Object.fromEntries(MODELS.map((model) => [model, BATCHED]));
  const batched = await startSimulator({ config: { providers, simulation: { time_scale: 0.05 } } });
  const plain = await startSimulator({ config: { simulation: { time_scale: 0 } } });
  try {
    const answers = await answersOf(batched);
    for (const text of Object.values(answers)) assert.ok(text.length > 20);
    assert.deepEqual(answers, await answersOf(plain));
    const metrics = parseExposition(await batched.metrics());
    assert.equal(metrics.sum('llm_simulator_batch_running_requests', {}), 0);
    for (const model of MODELS) assert.ok(metrics.sum('llm_simulator_batch_steps_total', { model }) > 0);
  } finally {
    await Promise.all([batched.stop(), plain.stop()]);
  }
});
