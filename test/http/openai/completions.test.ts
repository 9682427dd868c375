/** The older completions endpoint: what each feature gives, whole and streamed, and what is rejected. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, eventsOf, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, type ExpectedError } from './post.js';

const MODEL = 'gpt-3.5-turbo-instruct';
const PROMPT = 'Once upon a time';

interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  readonly text_offset: readonly number[];
}

interface Choice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: Logprobs | null;
  readonly finish_reason: string | null;
}

interface Completion {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

interface Feature {
  readonly name: string;
  readonly fields: Json;
  readonly check: (completion: Completion) => void;
}

const FEATURES: readonly Feature[] = [
  {
    name: 'a text of 16 tokens',
    fields: {},
    check: ({ id, choices, usage }) => {
      assert.match(id, /^cmpl-sim-/);
      assert.deepEqual([choices.length, choices[0].finish_reason, choices[0].logprobs], [1, 'length', null]);
      assert.equal(encode(choices[0].text).length, 16);
      assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens], [encode(PROMPT).length, 16]);
    },
  },
  {
    name: 'several completions of several prompts, in order',
    fields: { prompt: ['one', 'two', 'three'], n: 2, echo: true, max_tokens: 3 },
    check: ({ choices, usage }) => {
      assert.deepEqual(
        choices.map(({ index, text }) => [index, /^(one|two|three)/.exec(text)?.[1]]),
        ['one', 'one', 'two', 'two', 'three', 'three'].map((prompt, index) => [index, prompt]),
      );
      assert.equal(new Set(choices.map(({ text }) => text)).size, 6);
      assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens], [3, 18]);
    },
  },
  {
    name: 'a prompt of tokens',
    fields: { prompt: encode(PROMPT), echo: true, max_tokens: 2 },
    check: ({ choices, usage }) => {
      assert.ok(choices[0].text.startsWith(PROMPT));
      assert.equal(usage?.prompt_tokens, encode(PROMPT).length);
    },
  },
  {
    name: 'prompts of tokens',
    fields: { prompt: [encode('Hello'), encode('Good morning')], echo: true, max_tokens: 2 },
    check: ({ choices }) => {
      assert.ok(choices[0].text.startsWith('Hello') && choices[1].text.startsWith('Good morning'));
    },
  },
  {
    name: 'no prompt at all',
    fields: { prompt: undefined, max_tokens: 2 },
    check: ({ usage }) => assert.equal(usage?.prompt_tokens, 0),
  },
  {
    name: 'probabilities',
    fields: { logprobs: 3, max_tokens: 5 },
    check: ({ choices: [{ text, logprobs }] }) => {
      assert.ok(logprobs);
      assert.equal(logprobs.tokens.join(''), text);
      assert.ok(logprobs.token_logprobs.every((logprob) => logprob !== null && logprob <= 0));
      for (const [index, top] of logprobs.top_logprobs.entries()) {
        const count = Object.keys(top ?? {}).length;
        assert.ok(count === 3 || count === 4);
        assert.equal(top?.[logprobs.tokens[index]], logprobs.token_logprobs[index]);
      }
      assert.equal(logprobs.text_offset[0], PROMPT.length);
    },
  },
  {
    name: 'probabilities of the prompt as well, but for its first token',
    fields: { prompt: 'Ü 🙂 b', logprobs: 1, echo: true, max_tokens: 2 },
    check: ({ choices: [{ text, logprobs }] }) => {
      assert.ok(logprobs);
      assert.equal(logprobs.tokens.join(''), text);
      assert.deepEqual([logprobs.token_logprobs[0], logprobs.top_logprobs[0]], [null, null]);
      assert.ok(logprobs.token_logprobs.slice(1).every((logprob) => logprob !== null));
      const characters = [...text];
      for (const [index, offset] of logprobs.text_offset.entries()) {
        assert.ok(characters.slice(offset).join('').startsWith(logprobs.tokens[index]));
      }
    },
  },
  {
    name: 'the prompt alone',
    fields: { max_tokens: 0, echo: true, logprobs: 0 },
    check: ({ choices: [{ text, logprobs, finish_reason }], usage }) => {
      assert.deepEqual([text, finish_reason, usage?.completion_tokens], [PROMPT, 'length', 0]);
      assert.equal(logprobs?.tokens.join(''), PROMPT);
    },
  },
  {
    name: 'a text that a stop sequence ends',
    fields: { stop: ['e', 'a'], max_tokens: 200 },
    check: ({ choices: [{ text, finish_reason }] }) => {
      assert.equal(finish_reason, 'stop');
      assert.doesNotMatch(text, /[ea]/);
    },
  },
  {
    name: 'a text to insert',
    fields: { suffix: ' the end.', max_tokens: 2 },
    check: ({ usage }) => assert.equal(usage?.prompt_tokens, encode(PROMPT).length + encode(' the end.').length),
  },
];

describe('a feature of completions', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const send = (fields: Json) =>
    fetch(`${simulator().url}/v1/completions`, {
      method: 'POST',
      headers: { 'x-llm-sim-request-id': 'feature' },
      body: JSON.stringify({ model: MODEL, prompt: PROMPT, ...fields }),
    });
  const complete = async (fields: Json): Promise<Completion> => {
    const response = await send(fields);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };

  for (const { name, fields, check } of FEATURES) {
    test(`${name}: whole, streamed, and the same in both`, async () => {
      const whole = await complete(fields);
      assertValid('openai', 'CreateCompletionResponse', whole);
      check(whole);

      const response = await send({ ...fields, stream: true, stream_options: { include_usage: true } });
      const events = eventsOf(await response.text());
      assert.equal(events.pop(), '[DONE]');
      const chunks: Completion[] = events.map((event) => JSON.parse(event));
      for (const chunk of chunks) assertValid('openai', 'CreateCompletionResponse', chunk);
      assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
      const streamed = addUp(chunks);
      check(streamed);
      assert.deepEqual(streamed.choices, whole.choices);
      assert.deepEqual(streamed.usage, whole.usage);
    });
  }

  test('the best of several: those with the most probable tokens, the best first', async () => {
    const { choices, usage } = await complete({ n: 2, best_of: 6, logprobs: 1, max_tokens: 8 });
    assert.equal(choices.length, 2);
    assert.equal(usage?.completion_tokens, 6 * 8);
    const all = await complete({ n: 6, logprobs: 1, max_tokens: 8 });
    assert.equal(new Set(all.choices.map(({ text }) => text)).size, 6);
    const means = choices.map(({ logprobs }) => mean(logprobs?.token_logprobs ?? []));
    assert.ok(means[0] >= means[1]);
  });

  test('no usage in a stream that does not ask for it', async () => {
    const events = eventsOf(await (await send({ stream: true, max_tokens: 2 })).text());
    assert.equal(events.length, 2 + 1 + 1);
    assert.ok(events.slice(0, -1).every((event) => !('usage' in JSON.parse(event))));
  });

  test('as many texts as the limit, each with its own', async () => {
    const { choices } = await complete({ prompt: Array.from({ length: 512 }, () => 'x'), max_tokens: 2 });
    assert.equal(choices.length, 512);
    const streamed = eventsOf(
      await (await send({ prompt: Array.from({ length: 512 }, () => 'x'), max_tokens: 2, stream: true })).text(),
    );
    assert.equal(streamed.length, 512 * 3 + 1);
  });
});

const INVALID_PROMPT = {
  message: "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
};

const REJECTED: readonly (readonly [what: string, fields: Json, expected: ExpectedError])[] = [
  ['no model', { model: null }, { message: 'you must provide a model parameter' }],
  ['an unknown argument', { messages: [] }, { message: 'Unrecognized request argument supplied: messages' }],
  [
    'a chat model',
    { model: 'gpt-4o' },
    {
      status: 404,
      message:
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
      param: 'model',
    },
  ],
  [
    'an embedding model',
    { model: 'text-embedding-3-small' },
    { status: 404, message: 'This model is not supported in the v1/completions endpoint.', param: 'model' },
  ],
  [
    'an unknown model',
    { model: 'ada-99' },
    {
      status: 404,
      message: 'The model `ada-99` does not exist or you do not have access to it.',
      code: 'model_not_found',
    },
  ],
  ['an empty list of prompts', { prompt: [] }, INVALID_PROMPT],
  ['a mixture of texts and tokens', { prompt: ['a', 1] }, INVALID_PROMPT],
  ['an empty list of tokens', { prompt: [[]] }, INVALID_PROMPT],
  ['a token that is none', { prompt: [100_256 * 2] }, INVALID_PROMPT],
  ['a token that is a fraction', { prompt: [1.5] }, INVALID_PROMPT],
  ['an object as a prompt', { prompt: { text: 'a' } }, INVALID_PROMPT],
  [
    'six probabilities',
    { logprobs: 6 },
    {
      message: "Invalid 'logprobs': integer above maximum value. Expected a value <= 5, but got 6 instead.",
      param: 'logprobs',
      code: 'integer_above_max_value',
    },
  ],
  [
    'probabilities as chat completions has them',
    { logprobs: true },
    {
      message: "Invalid type for 'logprobs': expected an integer, but got a boolean instead.",
      param: 'logprobs',
      code: 'invalid_type',
    },
  ],
  [
    'more than the best',
    { n: 3, best_of: 2 },
    {
      message:
        "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently 3) to be at most " +
        "'best_of' (currently 2), or omit either parameter if you don't specifically want to use them.)",
      param: 'best_of',
    },
  ],
  [
    'the best of a stream',
    { best_of: 2, stream: true },
    { message: "Results cannot be streamed when 'best_of' is greater than 'n'.", param: 'best_of' },
  ],
  [
    'too many completions',
    { prompt: Array.from({ length: 129 }, () => 'a'), n: 4 },
    {
      message: "Invalid 'prompt': too many completions. Expected at most 512 over all prompts, but got 516 instead.",
      param: 'prompt',
      code: 'array_above_max_length',
    },
  ],
  [
    'more probabilities than a reply can hold',
    { prompt: Array.from({ length: 512 }, () => 'a'), max_tokens: 1_000, echo: true, logprobs: 2 },
    {
      message:
        "Invalid 'prompt': too many probabilities of tokens. Expected at most 1048576 over all choices, but got 1537536 instead.",
      param: 'prompt',
      code: 'invalid_value',
    },
  ],
  [
    'a context that is too long by one token',
    { prompt: 'word '.repeat(4_080).trim(), max_tokens: 17 },
    {
      message:
        "This model's maximum context length is 4096 tokens, however you requested 4097 tokens (4080 in your prompt; 17 for the " +
        'completion). Please reduce your prompt; or completion length.',
    },
  ],
];

describe('completions rejects', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [what, fields, expected] of REJECTED) {
    test(what, async () => {
      const body = JSON.stringify({ model: MODEL, prompt: PROMPT, ...fields });
      await assertError(await fetch(`${simulator().url}/v1/completions`, { method: 'POST', body }), expected);
    });
  }
});

/** What a stream's chunks add up to. */
function addUp(chunks: readonly Completion[]): Completion {
  const choices: Choice[] = [];
  for (const choice of chunks.flatMap((chunk) => chunk.choices)) {
    const before = choices[choice.index];
    choices[choice.index] =
      before === undefined ? choice : { ...joined(before, choice), finish_reason: choice.finish_reason };
  }
  return { id: chunks[0].id, choices, usage: chunks.at(-1)?.usage };
}

function joined(before: Choice, after: Choice): Choice {
  const text = before.text + after.text;
  if (before.logprobs === null || after.logprobs === null) return { ...before, text };
  const both = (name: keyof Logprobs) => [...before.logprobs![name], ...after.logprobs![name]];
  const logprobs = {
    tokens: both('tokens'),
    token_logprobs: both('token_logprobs'),
    top_logprobs: both('top_logprobs'),
    text_offset: both('text_offset'),
  };
  return { ...before, text, logprobs: logprobs as unknown as Logprobs };
}

function mean(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}
