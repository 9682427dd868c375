/** Faults of streams in every dialect: where tokens are counted, which event ends a reply, where its usage stands, how errors look. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planRenderer, type RenderedRequest } from './rendered-plan.js';

interface DialectCase {
  readonly name: string;
  readonly request: RenderedRequest;
  /** Finds what the model says in an event; its group is JSON. */
  readonly said: RegExp;
  /** What the last event is known by. */
  readonly terminal: RegExp;
  readonly usage: RegExp;
  readonly error: RegExp;
}

const WORDS = ['one', ' two', ' three', ' four', ' five', ' six', ' seven', ' eight'];
const messages = [{ role: 'user', content: 'Count.' }];
const contents = [{ role: 'user', parts: [{ text: 'Count.' }] }];
const geminiStream = { endpoint: 'gemini.v1beta.models.stream_generate_content', body: { contents } };

const DIALECTS: readonly DialectCase[] = [
  {
    name: 'OpenAI chat completions',
    request: {
      endpoint: 'openai.chat.completions',
      body: { model: 'gpt-4o', stream: true, stream_options: { include_usage: true }, messages },
    },
    said: /"content":("[^"]+")/g,
    terminal: /^data: \[DONE\]\n\n$/,
    usage: /"usage":/,
    error: /^data: \{"error":\{.*"type":"service_unavailable".*\}\}\n\n$/,
  },
  {
    name: 'OpenAI completions',
    request: {
      endpoint: 'openai.completions',
      body: {
        model: 'gpt-3.5-turbo-instruct',
        stream: true,
        stream_options: { include_usage: true },
        prompt: 'Count.',
        max_tokens: 100,
      },
    },
    said: /"text":("[^"]+")/g,
    terminal: /^data: \[DONE\]\n\n$/,
    usage: /"usage":/,
    error: /^data: \{"error":\{.*"type":"service_unavailable".*\}\}\n\n$/,
  },
  {
    name: 'OpenAI responses',
    request: {
      endpoint: 'openai.responses.create',
      body: { model: 'gpt-4o', stream: true, input: 'Count.', store: false },
    },
    said: /"type":"response\.output_text\.delta".*"delta":("[^"]+")/g,
    terminal: /^event: response\.completed\n/,
    usage: /"usage":\{/,
    error: /^event: error\ndata: \{"type":"error",.*"sequence_number":\d+\}\n\n$/,
  },
  {
    name: 'Azure chat completions',
    request: {
      endpoint: 'azure.chat.completions',
      parameters: ['gpt-4o'],
      query: 'api-version=2024-10-21',
      headers: { 'api-key': 'any' },
      body: { stream: true, stream_options: { include_usage: true }, messages },
    },
    said: /"content":("[^"]+")/g,
    terminal: /^data: \[DONE\]\n\n$/,
    usage: /"usage":/,
    error: /^data: \{"error":\{.*\}\}\n\n$/,
  },
  {
    name: 'Anthropic messages',
    request: {
      endpoint: 'anthropic.messages',
      body: { model: 'claude-3-opus', max_tokens: 100, stream: true, messages },
    },
    said: /"type":"text_delta","text":("[^"]+")/g,
    terminal: /^event: message_stop\n/,
    usage: /"usage":/,
    error: /^event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error".*\}\n\n$/,
  },
  {
    name: 'Gemini events',
    request: { ...geminiStream, parameters: ['gemini-2.0-flash'], query: 'alt=sse' },
    said: /"text": ("[^"]+")/g,
    terminal: /^data: .*"finishReason": "STOP"/,
    usage: /"usageMetadata"/,
    error: /^data: \{"error": \{"code": 503,.*\r\n\r\n$/,
  },
  {
    name: 'Gemini array',
    request: { ...geminiStream, parameters: ['gemini-2.0-flash'] },
    said: /"text": ("[^"]+")/g,
    terminal: /"finishReason": "STOP"[\s\S]*\n\]$/,
    usage: /"usageMetadata"/,
    error: /^,\r\n\{\n {2}"error": \{\n {4}"code": 503,[\s\S]*\n\]$/,
  },
];

const renderers = new Map<string, ReturnType<typeof planRenderer>>();

/** One for all tests. @param tokens of one chunk */
function rendererOf(tokens: number, timeScale: number): ReturnType<typeof planRenderer> {
  const key = `${tokens} ${timeScale}`;
  const renderer = renderers.get(key) ?? newRenderer(tokens, timeScale);
  renderers.set(key, renderer);
  return renderer;
}

function newRenderer(tokens: number, timeScale: number): ReturnType<typeof planRenderer> {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const latency = { ttft: constant(50), itl: constant(10), tokens_per_chunk: tokens };
  const models = ['gpt-4o', 'gpt-3.5-turbo-instruct', 'claude-3-opus', 'gemini-2.0-flash'];
  return planRenderer({
    simulation: { time_scale: timeScale, request_overrides: { fault: true } },
    replies: { generator: 'fixed', text: WORDS.join('') },
    providers: Object.fromEntries(models.map((name) => [name, { latency }])),
  });
}

/** @param fault as the header has it */
function render(request: RenderedRequest, fault = 'none', tokens = 1, timeScale = 0): string[] {
  const headers = { ...request.headers, 'x-llm-sim-fault': fault };
  return rendererOf(tokens, timeScale)({ ...request, headers }).frames.map(({ text }) => text);
}

for (const { error, name, request, said, terminal, usage } of DIALECTS) {
  const saidIn = (events: readonly string[]) =>
    Array.from(events.join('').matchAll(said), ([, text]) => JSON.parse(text!)).join('');

  const isGemini = name.startsWith('Gemini');

  describe(`faults of ${name} as a stream`, () => {
    test('strike behind as many tokens as they say, whatever a chunk holds and time does', () => {
      for (const timeScale of [0, 1]) {
        for (const tokens of [1, 3]) {
          const whole = render(request, 'none', tokens, timeScale);
          for (const after of [0, 1, 4, 7]) {
            const events = render(request, `disconnect;after_tokens=${after}`, tokens, timeScale);
            assert.deepEqual(events, whole.slice(0, events.length));
            // The chunk that ends a reply of Gemini's has its last tokens, and stays out.
            const chunks = Math.ceil(WORDS.length / tokens) - (isGemini ? 1 : 0);
            const shown = Math.min(WORDS.length, Math.min(chunks, Math.ceil(after / tokens)) * tokens);
            assert.equal(saidIn(events), WORDS.slice(0, shown).join(''), `${after} tokens, ${tokens} a chunk`);
          }
        }
      }
      const [events, whole] = [render(request, 'disconnect;after_tokens=9'), render(request)];
      assert.ok(events.length < whole.length, 'a reply with fewer tokens is struck before what ends it');
      assert.deepEqual(events, whole.slice(0, events.length));
      assert.doesNotMatch(events.at(-1)!, terminal);
    });

    test('know the event that ends a reply', () => {
      const whole = render(request);
      assert.match(whole.at(-1)!, terminal);
      assert.deepEqual(render(request, 'missing_terminal'), whole.slice(0, -1));
      const twice = render(request, 'duplicate_terminal');
      assert.equal(twice.length, whole.length + 1);
      assert.deepEqual(twice.slice(0, -2), whole.slice(0, -1));
      if (name === 'Gemini array') {
        const chunks = JSON.parse(twice.join(''));
        assert.deepEqual(chunks.at(-1), chunks.at(-2));
      } else assert.deepEqual(twice.slice(-2), [whole.at(-1), whole.at(-1)]);
    });

    test('know where the usage stands', () => {
      const without = render(request, 'missing_usage').join('');
      assert.match(render(request).join(''), usage);
      assert.doesNotMatch(without, usage);
      assert.equal(saidIn([without]), WORDS.join(''));
    });

    test('say in the provider’s words what is wrong', () => {
      const events = render(request, 'error_event;after_tokens=2');
      assert.match(events.at(-1)!, error);
      assert.equal(saidIn(events.slice(0, -1)), 'one two');
    });

    test('split a character that they put into the text', () => {
      const events = render(request, 'utf8_split;after_tokens=2;gap_ms=0');
      assert.equal(events.length, render(request).length + 1);
      const pieces = events.filter((event) => event.includes('\ufffd'));
      assert.equal(pieces.length, 2);
    });

    test('break the JSON of one event', () => {
      const [whole, events] = [render(request), render(request, 'malformed_json;after_tokens=2')];
      const changed = events.flatMap((event, index) => (event === whole[index] ? [] : [index]));
      assert.equal(events.length, whole.length);
      assert.equal(changed.length, 1);
      assert.equal(events[changed[0]!]!.length, whole[changed[0]!]!.length - 1);
    });
  });
}

test('tokens of several choices are counted together', () => {
  const { request, said } = DIALECTS[0]!;
  const events = render({ ...request, body: { ...request.body, n: 2 } }, 'disconnect;after_tokens=5');
  assert.equal(events.join('').match(said)?.length, 5);
});

describe('a fault that the transport cannot carry out', () => {
  const config = { simulation: { request_overrides: { fault: true } }, replies: { generator: 'fixed', text: 'Yes.' } };
  const asked = (fault: string, transport: string | undefined) =>
    planRenderer(config, transport)({ ...DIALECTS[0]!.request, headers: { 'x-llm-sim-fault': fault } });

  test('is an error for the client that asks for it', () => {
    assert.throws(() => asked('disconnect;manner=rst', 'uws'), /resets the connection.*invalid_request_error/);
  });

  test('is one that another transport carries out', () => {
    const cut = asked('disconnect;manner=fin;after_tokens=1', 'uws');
    for (const transport of ['node', undefined]) {
      assert.deepEqual(asked('disconnect;manner=rst;after_tokens=1', transport).frames, cut.frames);
    }
  });
});
