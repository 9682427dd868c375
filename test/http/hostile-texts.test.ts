/**
 * Bodies whose text is the attack: bytes that are no UTF-8, nesting and numbers beyond what parsers bear, keys that would change every
 * object of a careless server. Every endpoint answers in its provider's words, and afterwards as if
 * nothing had happened.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endpoints } from '../../src/providers/registry.js';
import { AT_ONCE, sharedSimulator } from './chat-client.js';
import { asks, assertInProvidersWords, CREDENTIALS, pathOf } from './provider-answers.js';
import { VALID_BODIES } from './valid-bodies.js';

const LEVELS = 100_000;
const DIGITS = 100_000;
const LONG = 200_000;

const around = (bytes: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...Buffer.from('{"model":"'), ...bytes, ...Buffer.from('"}')]);

/** RFC 3629: none of these is UTF-8. */
const NO_UTF8: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'a continuation byte alone': around([0x80]),
  'a beginning alone': around([0xc3]),
  'an overlong slash': around([0xc0, 0xaf]),
  'an overlong NUL': around([0xc0, 0x80]),
  'an overlong letter in three bytes': around([0xe0, 0x81, 0x81]),
  'a surrogate': around([0xed, 0xa0, 0x80]),
  'a pair of surrogates': around([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
  'a code point beyond the last': around([0xf4, 0x90, 0x80, 0x80]),
  'a byte that never occurs': around([0xff]),
  'UTF-16': new Uint8Array(Buffer.from('\ufeff{"model":"gpt-4"}', 'utf16le')),
  'UTF-16 without a mark': new Uint8Array(Buffer.from('{"model":"gpt-4"}', 'utf16le')),
};

const TEXTS: Readonly<Record<string, string>> = {
  nothing: '',
  'arrays in arrays': '['.repeat(LEVELS) + ']'.repeat(LEVELS),
  'arrays that never end': '['.repeat(LEVELS),
  'objects in objects': `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`,
  'deep messages': `{"model":"gpt-4","max_tokens":1,"messages":${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}}`,
  'a number of 400 places': '{"model":"gpt-4","max_tokens":1e400}',
  'a number of very many digits': `{"model":"gpt-4","max_tokens":${'9'.repeat(DIGITS)}}`,
  'a fraction of very many digits': `{"model":"gpt-4","temperature":0.${'1'.repeat(DIGITS)}}`,
  'an exponent of very many digits': `{"model":"gpt-4","temperature":1e-${'9'.repeat(DIGITS)}}`,
  'a key twice': '{"model":"gpt-4","model":7,"messages":[],"messages":1}',
  'a NUL': '{"model":"gpt-4\0"}',
  'an escaped NUL': '{"model":"gpt-4\\u0000"}',
  'a very long name': `{"model":"${'x'.repeat(LONG)}"}`,
  'a very long key': `{"${'x'.repeat(LONG)}":1}`,
  'very many keys': `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":0`).join(',')}}`,
};

/** Each would add these to every object, if a copy or a merge somewhere took the key for what it is not. */
const POLLUTION = '{"model":"gpt-4","stream":true,"polluted":"yes","error":"yes","max_tokens":3}';
const POLLUTING: readonly string[] = [
  `{"__proto__":${POLLUTION}}`,
  `{"constructor":{"prototype":${POLLUTION}}}`,
  `{"model":"gpt-4","__proto__":${POLLUTION},"messages":[{"role":"user","content":"x","__proto__":${POLLUTION}}]}`,
  `{"model":"gpt-4","metadata":{"__proto__":${POLLUTION}},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"__proto__":${POLLUTION}},"required":["__proto__"]}}}],"messages":[{"role":"user","content":"x"}]}`,
  `{"contents":[{"parts":[{"text":"x","__proto__":${POLLUTION}}]}],"generationConfig":{"__proto__":${POLLUTION}}}`,
];

const CONTENT_TYPES = [
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json; charset=iso-8859-1',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'x',
];

/** Of the endpoints that answer alike, as Azure's and OpenAI's do, the last one in the registry. */
const posts = [
  ...new Map(
    endpoints
      .filter(({ endpoint }) => endpoint.method === 'POST' && endpoint.takesBody !== false)
      .map((listed) => [`${asks(listed.endpoint)}:${listed.endpoint.verb}`, listed] as const),
  ).values(),
];

describe('hostile texts', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const { provider, endpoint } of posts) {
    const [valid] = VALID_BODIES[asks(endpoint)] ?? [];
    const deployment = (valid as { model?: string }).model;
    const send = async (body: string | Uint8Array<ArrayBuffer>, contentType = 'application/json'): Promise<string> => {
      const response = await fetch(simulator().url + pathOf(endpoint, deployment), {
        method: 'POST',
        headers: { 'content-type': contentType, 'x-llm-sim-request-id': '1', ...CREDENTIALS[provider.name] },
        body,
      });
      const text = await response.text();
      assertInProvidersWords(provider, endpoint, response, text);
      return `${response.status} ${text}`;
    };

    test(`${endpoint.name} answers them in its provider’s words, and the next request as ever`, async () => {
      const body = JSON.stringify(valid);
      // The first one fills the provider's prompt cache.
      await send(body);
      const before = await Promise.all([send(body), send('{}')]);
      assert.match(before[0], /^200 /);
      for (const [what, bytes] of Object.entries(NO_UTF8)) assert.match(await send(bytes), /^400 /, what);
      for (const [what, text] of Object.entries(TEXTS)) {
        const answer = await send(text);
        assert.ok(answer.length < 100_000, `the answer to ${what} is no longer than others`);
      }
      for (const text of POLLUTING) await send(text);
      for (const contentType of CONTENT_TYPES) assert.equal(await send(body, contentType), before[0], contentType);
      assert.equal(await send(`\ufeff${body}`), before[0], 'a byte order mark says nothing');
      assert.deepEqual((await Promise.all([send(body), send('{}')])).map(withoutIds), before.map(withoutIds));
    });
  }
});

/** Errors have identifiers of their own. */
function withoutIds(answer: string): string {
  return answer.replaceAll(/"(request_id|id)":"[^"]*"/g, '"$1":""');
}
