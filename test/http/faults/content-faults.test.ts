/** Faults of what the model says, in each provider's own words, whole and streamed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { sharedSimulator } from '../chat-client.js';
import { ask, PROVIDERS, type ProviderName } from './asked.js';

const SCHEMAS = {
  openai: 'CreateChatCompletionResponse',
  anthropic: 'Message',
  gemini: 'GenerateContentResponse',
} as const;

/** Gemini thinks unless told otherwise, which an early end counts. */
const FIELDS = { gemini: { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } } } as const;

const TEXT = 'one two three four five six';

interface Said {
  readonly finish: unknown;
  readonly text: string;
}

/** How a whole reply ends and what it says. */
function readWhole(provider: ProviderName, body: never): Said {
  if (provider === 'anthropic') {
    const { stop_reason: finish, content } = body as { stop_reason: string; content: { text: string }[] };
    return { finish, text: content.map(({ text }) => text).join('') };
  }
  if (provider === 'gemini') {
    const [candidate] = (body as { candidates: { finishReason: string; content?: { parts?: { text: string }[] } }[] })
      .candidates;
    return {
      finish: candidate?.finishReason,
      text: (candidate?.content?.parts ?? []).map(({ text }) => text).join(''),
    };
  }
  const [choice] = (body as { choices: { finish_reason: string; message: { content: string } }[] }).choices;
  return { finish: choice?.finish_reason, text: choice?.message.content ?? '' };
}

const FINISHES: { readonly [fault: string]: { readonly [provider in ProviderName]: string } } = {
  refusal: { openai: 'content_filter', azure: 'content_filter', anthropic: 'refusal', gemini: 'SAFETY' },
  early_length: { openai: 'length', azure: 'length', anthropic: 'max_tokens', gemini: 'MAX_TOKENS' },
  empty_choice: { openai: 'stop', azure: 'stop', anthropic: 'end_turn', gemini: 'STOP' },
};

describe('a fault of what the model says', () => {
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0, request_overrides: { fault: true } },
      replies: { generator: 'fixed', text: TEXT },
    },
  });

  for (const [fault, finishes] of Object.entries(FINISHES)) {
    test(`${fault} ends in each provider's own reason`, async () => {
      const header = fault === 'empty_choice' ? fault : `${fault};after_tokens=3`;
      for (const provider of PROVIDERS) {
        const fields = provider === 'gemini' ? FIELDS.gemini : {};
        const response = await ask(simulator(), provider, header, { fields });
        const text = await response.text();
        assert.equal(response.status, 200, text);
        const body = JSON.parse(text) as never;
        if (provider !== 'azure') assertValid(provider, SCHEMAS[provider], body);
        const said = readWhole(provider, body);
        assert.equal(said.finish, finishes[provider], provider);
        // The real Gemini shows nothing of what it stopped.
        const shown = fault === 'empty_choice' || (fault === 'refusal' && provider === 'gemini') ? '' : 'one two three';
        assert.equal(said.text, shown, provider);
        const streamed = await (await ask(simulator(), provider, header, { stream: true, fields })).text();
        assert.ok(streamed.includes(`"${finishes[provider]}"`), streamed);
        assert.ok(!streamed.includes('four'), streamed);
      }
    });
  }

  test('cuts the last token off a reply that is shorter than that', async () => {
    const response = await ask(simulator(), 'openai', 'early_length;after_tokens=50', {
      headers: { 'x-llm-sim-plan': '1' },
    });
    const said = readWhole('openai', (await response.json()) as never);
    assert.deepEqual(said, { finish: 'length', text: TEXT.slice(0, TEXT.lastIndexOf(' ')) });
    assert.ok((response.headers.get('x-llm-sim-plan') ?? '').includes('fault='));
  });

  test('a refusal of a document that was asked for is one by its own field', async () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const fields = { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } } };
    const response = await ask(simulator(), 'openai', 'refusal;after_tokens=3', { fields });
    const { choices } = (await response.json()) as {
      choices: { finish_reason: string; message: { refusal: string; content: null } }[];
    };
    assert.equal(choices[0]?.message.content, null);
    assert.ok((choices[0]?.message.refusal.length ?? 0) > 0);
  });

  test('a tool call is refused in words, or cut in the middle of its arguments', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'f',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ];
    const fields = { tools, tool_choice: 'required' };
    const read = async (fault: string) => {
      const { choices } = (await (await ask(simulator(), 'openai', fault, { fields })).json()) as {
        choices: {
          finish_reason: string;
          message: { content: string | null; tool_calls?: { function: { arguments: string } }[] };
        }[];
      };
      return choices[0]!;
    };
    const refused = await read('refusal');
    assert.equal(refused.message.tool_calls, undefined);
    assert.match(refused.message.content ?? '', /^I'm sorry/);
    const cut = await read('early_length;after_tokens=2');
    assert.equal(cut.finish_reason, 'length');
    assert.throws(() => JSON.parse(cut.message.tool_calls![0]!.function.arguments), SyntaxError);
    assert.equal((await read('empty_choice')).message.tool_calls, undefined);
  });
});
