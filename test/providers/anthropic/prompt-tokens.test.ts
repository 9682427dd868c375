/** The tokens of a prompt: the documented examples, what each kind of part adds, and that the whole is the sum of its parts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadTokenizer } from '../../../src/content/tokenizers/load-tokenizer.js';
import { parseCountRequest } from '../../../src/providers/anthropic/messages-request.js';
import { countParts, TOKENS_PRIMING_THE_ANSWER } from '../../../src/providers/anthropic/prompt-tokens.js';
import { apiRequest, type Json } from './requests.js';

const tokenizer = await loadTokenizer('o200k_base');

function tokensOf(fields: Json, model = 'claude-sonnet-4-5'): number {
  const request = parseCountRequest(apiRequest({ model, messages: [{ role: 'user', content: 'Hello' }], ...fields }));
  return countParts(request, tokenizer).reduce((sum, count) => sum + count, TOKENS_PRIMING_THE_ANSWER);
}

const asked = (...content: readonly Json[]): Json => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }, ...content] }],
});
const added = (fields: Json, model?: string) => tokensOf(fields, model) - tokensOf({}, model);

const WEATHER = {
  name: 'get_weather',
  description: 'Get the current weather in a given location',
  input_schema: {
    type: 'object',
    properties: { location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' } },
    required: ['location'],
  },
};

function png(width: number, height: number): Json {
  const header = Buffer.alloc(24);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: header.toString('base64') } };
}

describe('a prompt has', () => {
  test('the tokens of the documented examples, or nearly', () => {
    assert.equal(tokensOf({}), 8);
    const scientist = { system: 'You are a scientist', messages: [{ role: 'user', content: 'Hello, Claude' }] };
    assert.equal(tokensOf(scientist), 14);
    const question = [{ role: 'user', content: "What's the weather like in San Francisco?" }];
    const count = tokensOf({ tools: [WEATHER], messages: question });
    assert.ok(Math.abs(count - 403) <= 10, String(count));
  });

  test('the same tokens whichever way its text is written', () => {
    assert.equal(tokensOf({ system: 'Be brief.' }), tokensOf({ system: [{ type: 'text', text: 'Be brief.' }] }));
    assert.equal(tokensOf(asked()), tokensOf({}));
  });

  test('as many more as a further message has', () => {
    const messages = ['Hello', 'Hi', 'Hello'].map((content, index) => ({
      role: index === 1 ? 'assistant' : 'user',
      content,
    }));
    assert.equal(added({ messages }), 2 * 4);
  });
});

describe('an image costs', () => {
  for (const [width, height, model, tokens] of [
    [200, 200, 'claude-sonnet-4-5', 54],
    [1_000, 1_000, 'claude-sonnet-4-5', 1_334],
    [1_092, 1_092, 'claude-sonnet-4-5', 1_590],
    [3_136, 1_568, 'claude-sonnet-4-5', 1_600],
    [2_000, 1_500, 'claude-sonnet-5-5', 4_000],
    [8_000, 8_000, 'claude-sonnet-5-5', 4_784],
    [1, 1, 'claude-sonnet-4-5', 1],
  ] as const) {
    test(`${tokens} tokens when it is ${width} × ${height} and the model ${model}`, () => {
      assert.equal(added(asked(png(width, height)), model), tokens);
    });
  }

  test('something even where nothing is known of it', () => {
    assert.equal(added(asked({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } })), 1_500);
  });
});

describe('a document costs', () => {
  const document = (source: Json, fields: Json = {}) => added(asked({ type: 'document', source, ...fields }));

  test('its text, title and context', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Hello Hello' };
    assert.equal(document(source), 2);
    assert.equal(document(source, { title: 'Hello', context: 'Hello' }), 4);
    assert.equal(document({ type: 'content', content: [{ type: 'text', text: 'Hello' }] }), 1);
  });

  test('2,250 tokens for each page of a PDF', () => {
    const file = Buffer.from('/Type /Page /Type /Page ', 'latin1').toString('base64');
    assert.equal(document({ type: 'base64', media_type: 'application/pdf', data: file }), 4_500);
  });
});

describe('a tool costs', () => {
  test('its definition, and the first one the instructions', () => {
    const one = added({ tools: [WEATHER] });
    const two = added({ tools: [WEATHER, { ...WEATHER, name: 'get_forecast' }] });
    assert.ok(one > 346 && two - one < 100, `${one} ${two}`);
    assert.equal(one - added({ tools: [WEATHER], tool_choice: { type: 'any' } }), 346 - 313);
  });

  test('what is documented of Anthropic’s own', () => {
    assert.equal(added({ tools: [{ type: 'bash_20250124', name: 'bash' }] }), 346 + 245);
  });

  test('nothing while it waits to be found', () => {
    const search = { type: 'tool_search_tool_bm25', name: 'tool_search_tool_bm25' };
    assert.equal(added({ tools: [search, { ...WEATHER, defer_loading: true }] }), added({ tools: [search] }));
  });
});

describe('an exchange with a tool', () => {
  const exchange = (...content: readonly Json[]) => [
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: [...content, { type: 'tool_use', id: 't1', name: 'get_weather', input: { location: 'Oslo' } }],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'Hello' }] }] },
  ];
  const thinking = { type: 'thinking', thinking: 'Hello Hello', signature: 'c2ln' };

  test('costs call and result', () => {
    const plain = tokensOf({ messages: exchange() });
    assert.ok(plain > tokensOf({}) + 2 * 3 + 16, String(plain));
  });

  test('holds its thinking while it is open', () => {
    const open = (...content: readonly Json[]) => tokensOf({ messages: exchange(...content) });
    const over = (...content: readonly Json[]) =>
      tokensOf({ messages: [...exchange(...content), { role: 'user', content: 'Hello' }] });
    assert.equal(open(thinking) - open(), 2);
    assert.equal(over(thinking) - over(), 0);
  });
});
