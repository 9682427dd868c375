/** JSON without a schema of its own, asked for in every dialect: it is that of the schema which the prompt states. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { AT_ONCE, type Json, sharedSimulator } from './chat-client.js';

const SHAPE = z.object({ name: z.string(), level: z.enum(['low', 'high']), ages: z.array(z.number().int()).min(2) });
const STATED = `Reply with JSON of this schema:\n\`\`\`\n${JSON.stringify(z.toJSONSchema(SHAPE))}\n\`\`\``;

interface Case {
  readonly path: string;
  readonly body: Json;
  readonly textOf: (reply: never) => string;
}

const chat = { role: 'user', content: 'Describe Ada.' };
const CASES: readonly Case[] = [
  {
    path: '/v1/chat/completions',
    body: {
      model: 'gpt-4o',
      messages: [{ role: 'system', content: STATED }, chat],
      response_format: { type: 'json_object' },
    },
    textOf: ({ choices }: { choices: { message: { content: string } }[] }) => choices[0].message.content,
  },
  {
    path: '/v1/responses',
    body: {
      model: 'gpt-4o',
      instructions: STATED,
      input: 'Describe Ada as JSON.',
      text: { format: { type: 'json_object' } },
    },
    textOf: ({ output }: { output: { content: { text: string }[] }[] }) => output[0].content[0].text,
  },
  {
    path: '/v1beta/models/gemini-2.0-flash:generateContent',
    body: {
      systemInstruction: { parts: [{ text: STATED }] },
      contents: [{ role: 'user', parts: [{ text: 'Describe Ada.' }] }],
      generationConfig: { responseMimeType: 'application/json' },
    },
    textOf: ({ candidates }: { candidates: { content: { parts: { text: string }[] } }[] }) =>
      candidates[0].content.parts[0].text,
  },
];

const simulator = sharedSimulator({ config: AT_ONCE });

for (const { path, body, textOf } of CASES) {
  test(path, async () => {
    const response = await fetch(simulator().url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    const text = textOf((await response.json()) as never);
    assert.ok(SHAPE.safeParse(JSON.parse(text)).success, text);
  });
}
