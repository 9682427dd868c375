/**
 * Streams whose events carry several tokens say what those of one token a piece say, in every dialect: text, reasoning, calls, probabilities
 * and usage; and every event is one of the provider's published schema.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseEvents } from '../http/event-stream.js';
import { assertValid, type SchemaProvider } from '../schemas/published-schema.js';
import { planRenderer, type RenderedPlan, type RenderedRequest } from './rendered-plan.js';

/** An event, read by a test that knows its dialect. */
type Json = ReturnType<typeof JSON.parse>;

const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'array', items: { type: 'integer' }, minItems: 3 } },
  required: ['city', 'days'],
};
const GEMINI_PARAMETERS = { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] };
const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const contents = [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }];
const TOKENS = 60;
const chat = (body: object): RenderedRequest => ({
  endpoint: 'openai.chat.completions',
  body: { model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true }, ...body },
});
const response = (body: object): RenderedRequest => ({
  endpoint: 'openai.responses.create',
  body: { model: 'gpt-5', input: 'Why is the sky blue?', stream: true, store: false, ...body },
});
const message = (body: object): RenderedRequest => ({
  endpoint: 'anthropic.messages',
  body: { model: 'claude-sonnet-4-5', messages, max_tokens: 4_000, stream: true, ...body },
});
const content = (body: object): RenderedRequest => ({
  endpoint: 'gemini.v1beta.models.stream_generate_content',
  parameters: ['gemini-2.5-flash'],
  query: 'alt=sse',
  body: { contents, ...body },
});

interface Dialect {
  readonly provider: SchemaProvider;
  readonly eventSchema: string;
  /** Adds what an event says to what was said before, by place. */
  readonly read: (event: Json, said: Said) => void;
  readonly requests: { readonly [name: string]: RenderedRequest };
}

/** Texts by place, and lists of tokens with probabilities. */
class Said {
  readonly texts: Record<string, string> = {};
  readonly tokens: Record<string, string[]> = {};
  readonly ends: Json[] = [];

  text(place: string, text: string | undefined | null): void {
    if (typeof text === 'string') this.texts[place] = (this.texts[place] ?? '') + text;
  }

  list(place: string, tokens: readonly Json[] | undefined | null): void {
    for (const token of tokens ?? []) {
      this.tokens[place] ??= [];
      this.tokens[place].push(JSON.stringify(token));
    }
  }
}

const DIALECTS: { readonly [name: string]: Dialect } = {
  'a chat': {
    provider: 'openai',
    eventSchema: 'CreateChatCompletionStreamResponse',
    read: ({ choices, usage }, said) => {
      for (const { index, delta, logprobs, finish_reason: finish } of choices) {
        said.text(`${index}`, delta.content);
        said.text(`${index} refused`, delta.refusal);
        said.text(`${index} called`, delta.function_call?.arguments);
        said.text(`${index} spoken`, delta.audio?.transcript);
        said.text(`${index} sounds`, delta.audio?.data);
        for (const { index: call, function: called } of delta.tool_calls ?? []) {
          said.text(`${index}.${call}`, called?.arguments);
        }
        said.list(`${index}`, logprobs?.content);
        if (finish !== null) said.ends.push(finish);
      }
      if (usage) said.ends.push(usage);
    },
    requests: {
      'of text': chat({ max_tokens: TOKENS }),
      'of several choices': chat({ max_tokens: TOKENS, n: 3 }),
      'with probabilities': chat({ max_tokens: TOKENS, logprobs: true, top_logprobs: 2 }),
      'with calls': chat({
        tools: [
          { type: 'function', function: { name: 'weather', parameters: PARAMETERS } },
          { type: 'function', function: { name: 'forecast', parameters: PARAMETERS } },
        ],
      }),
      'that is padded': chat({
        max_tokens: TOKENS,
        stream_options: { include_usage: true, include_obfuscation: true },
      }),
      'that stops': chat({ max_tokens: 300, stop: [' the'] }),
      'that thinks': chat({ model: 'o3-mini', max_completion_tokens: 900 }),
      'that is spoken': chat({
        model: 'gpt-audio',
        max_tokens: 9,
        modalities: ['text', 'audio'],
        audio: { voice: 'alloy', format: 'pcm16' },
      }),
      'that was predicted': chat({ max_tokens: TOKENS, prediction: { type: 'content', content: 'The sky is blue.' } }),
      'that calls a function': chat({
        functions: [{ name: 'weather', parameters: PARAMETERS }],
        function_call: { name: 'weather' },
      }),
      'of padded choices with probabilities': chat({
        max_tokens: TOKENS,
        n: 2,
        logprobs: true,
        stream_options: { include_usage: true, include_obfuscation: true },
      }),
    },
  },
  'a completion': {
    provider: 'openai',
    eventSchema: 'CreateCompletionResponse',
    read: ({ choices, usage }, said) => {
      for (const { index, text, logprobs, finish_reason: finish } of choices) {
        said.text(`${index}`, text);
        for (const list of ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset']) {
          said.list(`${index}.${list}`, logprobs?.[list]);
        }
        if (finish !== null) said.ends.push(finish);
      }
      if (usage) said.ends.push(usage);
    },
    requests: {
      'with probabilities': {
        endpoint: 'openai.completions',
        body: {
          model: 'gpt-3.5-turbo-instruct',
          prompt: 'Once upon',
          max_tokens: TOKENS,
          n: 2,
          logprobs: 2,
          echo: true,
          stream: true,
          stream_options: { include_usage: true },
        },
      },
    },
  },
  'a response': {
    provider: 'openai',
    eventSchema: 'ResponseStreamEvent',
    read: (event, said) => {
      const { type, item_id: item, delta, logprobs, summary_index: part = '', response: whole } = event;
      if (type.endsWith('.delta')) said.text(`${item}.${part}`, delta);
      if (type === 'response.output_text.delta') said.list(item, logprobs);
      if (type.endsWith('.done') && !type.includes('item')) said.ends.push(event.text ?? event.arguments ?? event.part);
      // When it is complete follows from the time that its chunks take.
      if (whole !== undefined) said.ends.push({ ...whole, completed_at: undefined });
    },
    requests: {
      'that thinks aloud': response({ reasoning: { effort: 'high', summary: 'detailed' }, max_output_tokens: 900 }),
      'that thinks a little aloud': response({
        reasoning: { effort: 'high', summary: 'concise' },
        max_output_tokens: 900,
      }),
      'with probabilities': response({
        model: 'gpt-4o',
        include: ['message.output_text.logprobs'],
        top_logprobs: 2,
        max_output_tokens: TOKENS,
        stream_options: { include_obfuscation: true },
      }),
      'with calls': response({
        model: 'gpt-4o',
        tools: [{ type: 'function', name: 'weather', strict: false, parameters: PARAMETERS }],
      }),
    },
  },
  'a message': {
    provider: 'anthropic',
    eventSchema: 'RawMessageStreamEvent',
    read: (event, said) => {
      const { type, index, delta, usage } = event;
      if (type === 'content_block_delta') said.text(`${index}`, delta.text ?? delta.thinking ?? delta.partial_json);
      if (type === 'message_delta') said.ends.push(delta, usage);
    },
    requests: {
      'of text': message({}),
      'that thinks': message({ thinking: { type: 'enabled', budget_tokens: 1_024 } }),
      'with calls': message({ tools: [{ name: 'weather', input_schema: PARAMETERS }] }),
    },
  },
  'content of Gemini': {
    provider: 'gemini',
    eventSchema: 'GenerateContentResponse',
    read: ({ candidates, usageMetadata }, said) => {
      for (const { index, content: { parts = [] } = {} as Json, finishReason, logprobsResult } of candidates) {
        for (const { text, thought, functionCall } of parts) {
          said.text(`${index}${thought ? ' thought' : ''}`, text);
          if (functionCall !== undefined) said.ends.push(functionCall);
        }
        said.list(`${index}`, logprobsResult?.chosenCandidates);
        said.list(`${index} top`, logprobsResult?.topCandidates);
        if (finishReason !== undefined) said.ends.push(finishReason, usageMetadata);
      }
    },
    requests: {
      'of text': content({ generationConfig: { maxOutputTokens: TOKENS, thinkingConfig: { thinkingBudget: 0 } } }),
      'of several candidates with probabilities': content({
        generationConfig: {
          candidateCount: 3,
          responseLogprobs: true,
          logprobs: 2,
          maxOutputTokens: TOKENS,
          thinkingConfig: { thinkingBudget: 0 },
        },
      }),
      'that thinks aloud': content({ generationConfig: { thinkingConfig: { includeThoughts: true } } }),
      'with calls': content({
        tools: [{ functionDeclarations: [{ name: 'weather', parameters: GEMINI_PARAMETERS }] }],
      }),
    },
  },
};

const MODELS = [
  'gpt-4o',
  'gpt-audio',
  'gpt-5',
  'o3-mini',
  'gpt-3.5-turbo-instruct',
  'claude-sonnet-4-5',
  'gemini-2.5-flash',
];
const ITL_MS = 10;

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });

function rendererWith(latency: object, rules: readonly object[] = []): ReturnType<typeof planRenderer> {
  const itl = constant(ITL_MS);
  const ttft = constant(0);
  const model = { latency: { ttft, itl, prefill_tokens_per_sec: null, tokens_per_chunk: 1, ...latency } };
  return planRenderer({ providers: Object.fromEntries(MODELS.map((name) => [name, model])), replies: { rules } });
}

const eventsIn = (text: string): Json[] =>
  parseEvents(text)
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data));

const plain = rendererWith({});
const PACES = {
  'four tokens': { tokens_per_chunk: 4 },
  'some tokens': { tokens_per_chunk: { p50: 3, p95: 9 } },
  bursts: { burst: { probability: 0.4, chunks: 5 } },
  'bursts of several events': { tokens_per_chunk: 2, burst: { probability: 0.4, chunks: 5, joined: false } },
  'a hundred tokens': { tokens_per_chunk: 100 },
};

for (const [name, { provider, eventSchema, read, requests }] of Object.entries(DIALECTS)) {
  const saidIn = (events: readonly Json[]): Said => {
    const said = new Said();
    for (const event of events) read(event, said);
    return said;
  };

  describe(`${name} in chunks`, () => {
    for (const [kind, request] of Object.entries(requests)) {
      const expected = saidIn(eventsIn(plain(request).text));
      for (const [pace, latency] of Object.entries(PACES)) {
        test(`${kind} says the same in events of ${pace}`, () => {
          const plan = rendererWith(latency)(request);
          const events = eventsIn(plan.text);
          for (const event of events) assertValid(provider, eventSchema, event);
          assert.deepEqual(saidIn(events), expected);
          assert.ok(events.length <= eventsIn(plain(request).text).length);
        });
      }
    }
  });
}

describe('the time of chunks', () => {
  const perToken = plain(chat({ max_tokens: TOKENS }));

  test('is one gap a chunk: a quarter of the events and of the time for four tokens each', () => {
    const plan = rendererWith({ tokens_per_chunk: 4 })(chat({ max_tokens: TOKENS }));
    assert.equal(perToken.frames.at(-1)!.dueUs, (TOKENS - 1) * ITL_MS * 1_000);
    assert.equal(plan.frames.at(-1)!.dueUs, (TOKENS / 4 - 1) * ITL_MS * 1_000);
    // The role, the end, the usage and [DONE] come besides.
    assert.deepEqual([perToken.frames.length, plan.frames.length], [TOKENS + 4, TOKENS / 4 + 4]);
  });

  test('is the same with bursts, whose events come after longer gaps', () => {
    for (const joined of [true, false]) {
      const plan = rendererWith({ burst: { probability: 1, chunks: 6, joined } })(chat({ max_tokens: TOKENS }));
      assert.equal(plan.frames.at(-1)!.dueUs, perToken.frames.at(-1)!.dueUs);
      const times = [...new Set(plan.frames.map(({ dueUs }) => dueUs / 1_000))];
      assert.deepEqual(times, [0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 590]);
      assert.equal(plan.frames.length, joined ? 11 + 4 : TOKENS + 4);
    }
  });

  test('is that of the rule that a reply follows, token by token and without prefill, where the rule gives times', () => {
    const latency = { prefill_tokens_per_sec: 10, tokens_per_chunk: 4, burst: { probability: 1 } };
    const ruled = (times: object) =>
      rendererWith(latency, [{ reply: { latency: times } }])(chat({ max_tokens: TOKENS }));
    const dueMs = ({ frames }: RenderedPlan, place: number) => frames.at(place)!.dueUs / 1_000;
    const both = ruled({ ttft: constant(70), itl: constant(5) });
    assert.deepEqual([dueMs(both, 0), dueMs(both, -1)], [70, 70 + (TOKENS - 1) * 5]);
    assert.equal(both.frames.length, TOKENS + 4);
    const first = ruled({ ttft: constant(70) });
    assert.equal(dueMs(first, 0), 70);
    assert.equal(first.frames.length, ruled({}).frames.length);
    assert.ok(dueMs(ruled({ itl: constant(5) }), 0) > 100);
  });

  test('is that of the chunks of hidden reasoning too, in every dialect and in whole replies', () => {
    const requests = [
      chat({ model: 'o3-mini', max_completion_tokens: 600 }),
      response({ reasoning: { effort: 'high' }, max_output_tokens: 600 }),
      content({ generationConfig: { maxOutputTokens: 600 } }),
    ];
    for (const request of requests) {
      const whole = {
        ...request,
        endpoint: request.endpoint.replace('stream_', ''),
        body: { ...request.body, ...('stream' in request.body ? { stream: false, stream_options: undefined } : {}) },
      };
      const chunked = rendererWith({ tokens_per_chunk: 5 });
      const endUs = chunked(request).frames.at(-1)!.dueUs;
      assert.equal(chunked(whole).frames.at(-1)!.dueUs, endUs);
      const ratio = plain(request).frames.at(-1)!.dueUs / endUs;
      assert.ok(ratio > 4.5 && ratio <= 5.1, `${ratio}`);
    }
  });
});

test('a chat of any chunks and bursts says the same', () => {
  const request = chat({ n: 2, max_tokens: TOKENS, logprobs: true });
  const { read } = DIALECTS['a chat'];
  const saidIn = (text: string) => {
    const said = new Said();
    for (const event of eventsIn(text)) read(event, said);
    return said;
  };
  const expected = saidIn(plain(request).text);
  const pace = fc.record({
    tokens_per_chunk: fc.integer({ min: 1, max: 90 }),
    burst: fc.record({
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      chunks: fc.integer({ min: 2, max: 12 }),
      joined: fc.boolean(),
    }),
  });
  fc.assert(
    fc.property(pace, (latency) => assert.deepEqual(saidIn(rendererWith(latency)(request).text), expected)),
    { seed: 1, numRuns: 12 },
  );
});
