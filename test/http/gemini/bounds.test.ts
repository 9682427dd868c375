/** Bodies with more of everything than a client means: the answer stays small, and comes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { asking, generate, messageOf, post } from './gemini-client.js';

const MANY = 150_000;
const VIOLATIONS = 100;
const CHARACTERS_OF_A_VIOLATION = 1_003;

const schema = (responseSchema: Json) =>
  asking({ generationConfig: { responseMimeType: 'application/json', responseSchema } });
const list = (entry: unknown) => Array(MANY).fill(entry);

const CHAT = 'models/gemini-2.5-flash:generateContent';
const BODIES: readonly (readonly [what: string, path: string, body: Json])[] = [
  ['contents without parts', CHAT, asking({ contents: list({}) })],
  ['parts without data', CHAT, asking({ contents: [{ parts: list({}) }] })],
  ['parts to embed without data', 'models/gemini-embedding-001:embedContent', { content: { parts: list({}) } }],
  ['functions without a name', CHAT, asking({ tools: [{ functionDeclarations: list({}) }] })],
  ['tools with such functions', CHAT, asking({ tools: list({ functionDeclarations: [{}] }) })],
  ['empty values of an enum', CHAT, schema({ type: 'STRING', enum: list('') })],
  ['required properties that there are not', CHAT, schema({ type: 'OBJECT', required: list('a') })],
  ['alternatives that lack something', CHAT, schema({ anyOf: list({ type: 'ARRAY' }) })],
  ['fields of another type', CHAT, asking({ contents: [{ parts: list({ text: 1 }) }] })],
];

describe('Gemini', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [what, path, body] of BODIES) {
    test(`names the first hundred of many ${what}`, async () => {
      const message = await messageOf(await post(simulator(), path, body), 400);
      assert.equal(message.trimEnd().split('\n').length, VIOLATIONS);
    });
  }

  test('cuts the path of a violation short', async () => {
    const properties = { ['a'.repeat(MANY)]: { type: 'ARRAY' } };
    const message = await messageOf(await post(simulator(), CHAT, schema({ type: 'OBJECT', properties })), 400);
    assert.equal(message.length, CHARACTERS_OF_A_VIOLATION);
  });

  test('looks among many functions for as many allowed ones', async () => {
    const functionDeclarations = Array.from({ length: 25_000 }, (_, index) => ({ name: `f${index}` }));
    const allowedFunctionNames = Array(150_000).fill('f24999');
    const reply = await generate(simulator(), {
      tools: [{ functionDeclarations }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames } },
    });
    assert.equal(reply.candidates?.[0].content.parts?.[0].functionCall?.name, 'f24999');
  });
});
