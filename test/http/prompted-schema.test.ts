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
  {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', max_tokens: 1000, system: STATED, messages: [chat] },
    textOf: ({ content }: { content: { text: string }[] }) => content[0].text,
  },
  {
    path: '/v1/messages',
    body: {
      model: 'claude-sonnet-4-5',
      max_tokens: 1000,
      system: [
        { type: 'text', text: 'You know everyone.' },
        { type: 'text', text: STATED },
      ],
      messages: [chat],
    },
    textOf: ({ content }: { content: { text: string }[] }) => content[0].text,
  },
];

const simulator = sharedSimulator({ config: AT_ONCE });

for (const [number, { path, body, textOf }] of CASES.entries()) {
  test(`${number}: ${path}`, async () => {
    const text = textOf(await replyTo(path, body));
    assert.ok(SHAPE.safeParse(JSON.parse(text)).success, text);
  });
}

test("a message is prose where tools are offered, or where the schema is a user's matter", async () => {
  const asked = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [chat] };
  const tools = [{ name: 'look_up', input_schema: { type: 'object' } }];
  const bodies = [
    { ...asked, system: STATED, tools, tool_choice: { type: 'none' } },
    { ...asked, messages: [{ role: 'user', content: STATED }] },
    { ...asked, system: STATED.replaceAll(/json/gi, 'forms') },
  ];
  for (const body of bodies) {
    const { content } = (await replyTo('/v1/messages', body)) as { content: { text: string }[] };
    assert.doesNotMatch(content[0].text, /^\{/);
  }
});

async function replyTo(path: string, body: Json): Promise<never> {
  const response = await fetch(simulator().url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': 'k' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return (await response.json()) as never;
}
