/** `llm-simulator plan`: what it prints for which input, and what it says about input that is no request. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { environment, type Outcome, runCommand, temporaryFile } from '../process/program.js';

const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Why is the sky blue?' }], max_tokens: 4 };
const MESSAGES = {
  path: '/v1/messages',
  headers: { 'Anthropic-Version': '2023-06-01' },
  body: { model: 'claude-sonnet-4-5', max_tokens: 3, messages: [{ role: 'user', content: 'Hi' }] },
};
const RULES = `
replies:
  rules:
    - match: { last_message: 'fail' }
      reply: { fault: { kind: overloaded, after_ms: 1500 } }
simulation: { time_scale: 0.1 }
`;

// biome-ignore lint/suspicious/noExplicitAny: a document whose fields are what the tests are about
type Document = any;

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const plan = (input: unknown, ...flags: string[]): Promise<Outcome> =>
  runCommand(['plan', ...flags], environment(), text(input));

const documentsIn = (lines: string): Document[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function documentOf(input: unknown, ...flags: string[]): Promise<Document> {
  const { code, stdout, stderr } = await plan(input, '--json', ...flags);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

describe('a plan', () => {
  test('has times, tokens, content and every frame, and a digest that its definition gives', async () => {
    const document = await documentOf({ ...CHAT, stream: true }, '--request-id', 'a');
    const { frames, content, tokens } = document;
    assert.deepEqual([document.endpoint, document.model, document.status], ['openai.chat.completions', 'gpt-4o', 200]);
    assert.deepEqual([tokens.completion, tokens.cached, tokens.reasoning, document.fault], [4, 0, 0, null]);
    assert.ok(tokens.prompt > 0 && document.ttft_ms > 0 && document.e2e_ms > document.ttft_ms);
    assert.equal(document.frame_count, frames.length);
    assert.equal(frames.at(-1).data, 'data: [DONE]\n\n');
    assert.equal(frames.at(-1).at_ms, document.e2e_ms);
    const deltas = frames
      .slice(0, -1)
      .map(({ data }: Document) => JSON.parse(data.slice(6)).choices[0].delta.content ?? '');
    assert.equal(deltas.join(''), content[0].text);
    let atUs = 0;
    const hash = createHash('sha256').update('200\n');
    for (const { at_ms, gap_ms, data } of frames) {
      atUs += Math.round(gap_ms * 1_000);
      assert.equal(Math.round(at_ms * 1_000), atUs);
      hash.update(`${atUs} ${Buffer.byteLength(data)}\n${data}`);
    }
    assert.equal(document.digest, hash.digest('hex').slice(0, 32));
    assert.match(document.plan_header, new RegExp(`frames=${frames.length}, digest="${document.digest}"`));
  });

  test('for a person has the same in words and a table', async () => {
    const { code, stdout } = await plan({ ...CHAT, stream: true }, '--request-id', 'a');
    const { digest, e2e_ms, content, frames } = await documentOf({ ...CHAT, stream: true }, '--request-id', 'a');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`answer +200, a stream of ${frames.length} frames`));
    assert.ok(stdout.includes(digest) && stdout.includes(`end ${e2e_ms.toFixed(3)} ms`));
    assert.ok(stdout.includes(content[0].text.split('\n')[0]));
    assert.match(stdout, /gap ms {2}data\n +1 /);
    assert.doesNotMatch((await plan(CHAT, '--no-frames')).stdout, /gap ms/);
  });

  test('is that of the configuration, the seed and the request key', async () => {
    const config = temporaryFile(
      'slow.yaml',
      'providers: { gpt-4o: { latency: { ttft: { distribution: constant, value_ms: 7 }, prefill_tokens_per_sec: null } } }',
    );
    assert.equal((await documentOf({ ...CHAT, stream: true }, '--config', config)).ttft_ms, 7);
    const plans = [[], ['--seed', '7'], ['--request-id', 'a'], ['--request-id', 'b'], ['--occurrence', '2']];
    const digests = await Promise.all(plans.map(async (flags) => (await documentOf(CHAT, ...flags)).digest));
    assert.equal(new Set(digests).size, plans.length);
    assert.equal((await documentOf(CHAT, '--occurrence', '1')).digest, digests[0]);
  });

  test('of a fault that a rule asks for names it and when it comes; of a request that is wrong, what the API says', async () => {
    const config = temporaryFile('rules.yaml', RULES);
    const failing = { ...CHAT, messages: [{ role: 'user', content: 'Please fail.' }] };
    const { status, fault, content } = await documentOf(failing, '--config', config);
    assert.deepEqual([status, fault.kind, fault.injected, fault.delay_ms, content], [503, 'overloaded', true, 150, []]);
    assert.equal(fault.rule, 'replies.rules[0]');
    const wrong = await documentOf({ ...CHAT, temperature: 9 });
    assert.deepEqual(
      [wrong.status, wrong.fault.kind, wrong.fault.injected, wrong.fault.delay_ms],
      [400, 'invalid_request_error', false, 0],
    );
    assert.match(wrong.fault.message, /temperature/);
  });

  test('finds nothing where a request names what an earlier one left', async () => {
    const body = { model: 'gpt-4o', input: 'Hi', previous_response_id: 'resp_sim_1' };
    const { status, fault } = await documentOf(body, '--endpoint', 'openai.responses.create');
    assert.equal(status, 400, fault?.message);
    assert.match(fault.message, /resp_sim_1/);
  });

  test('takes an envelope, a path with headers, and a path alone for what has no body', async () => {
    const enveloped = await documentOf(MESSAGES);
    const { path, body } = MESSAGES;
    const flagged = await documentOf(body, '--path', path, '-H', 'anthropic-version: 2023-06-01', '-H', 'x-other: 1');
    assert.equal(enveloped.endpoint, 'anthropic.messages');
    assert.equal(enveloped.status, 200);
    assert.deepEqual(flagged, enveloped);
    assert.equal((await documentOf('', '--path', '/v1/models')).endpoint, 'openai.models.list');
    const gemini = {
      path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      body: { contents: [{ parts: [{ text: 'Hi' }] }] },
    };
    assert.equal((await documentOf(gemini)).headers['content-type'], 'text/event-stream');
  });

  test('of a path that no endpoint has is the 404 of the API that it looks like', async () => {
    const { status, endpoint, fault, digest } = await documentOf(CHAT, '--path', '/v1/chat/completion');
    assert.deepEqual([status, endpoint, fault.kind, digest], [404, null, 'unknown_route', null]);
  });

  test('of a body that is too large is the 413 of the endpoint that it is for', async () => {
    const config = temporaryFile('small.yaml', 'server: { max_body_bytes: 1024 }');
    const large = { ...CHAT, messages: [{ role: 'user', content: 'x'.repeat(1_024) }] };
    const { status, endpoint } = await documentOf(large, '--config', config);
    assert.deepEqual([status, endpoint], [413, 'openai.chat.completions']);
  });
});

describe('several requests, one a line', () => {
  test('get a document each, in order, and equal ones are counted', async () => {
    const lines = [CHAT, { path: '/v1/chat/completions', body: CHAT, request_id: 'a' }, CHAT, { ...CHAT, seed: 1 }];
    const { code, stdout, stderr } = await plan(`${lines.map(text).join('\n\n')}\n`, '--jsonl', '--no-frames');
    assert.equal(code, 0, stderr);
    const documents = documentsIn(stdout);
    assert.deepEqual(
      documents.map(({ line }) => line),
      [1, 3, 5, 7],
    );
    const [first, keyed, second] = documents;
    assert.deepEqual({ ...(await documentOf(CHAT, '--no-frames')), line: 1 }, first);
    assert.deepEqual({ ...(await documentOf(CHAT, '--no-frames', '--occurrence', '2')), line: 5 }, second);
    assert.deepEqual({ ...(await documentOf(CHAT, '--no-frames', '--request-id', 'a')), line: 3 }, keyed);
  });

  test('that are no requests are named by line, do not disturb the others, and give exit code 5', async () => {
    const { code, stdout, stderr } = await plan(`nope\n${text(CHAT)}\n{"path":"/health"}`, '--jsonl', '--no-frames');
    assert.equal(code, 5);
    const documents = documentsIn(stdout);
    assert.deepEqual(
      documents.map(({ status }) => status),
      [undefined, 200, undefined],
    );
    assert.match(documents[0].error, /not JSON/);
    assert.match(stderr, /line 1: .*not JSON[\s\S]*line 3: .*\/health/);
  });
});

describe('what is no request', () => {
  const inputs: readonly (readonly [input: string, expected: RegExp])[] = [
    ['{"model": ', /not JSON.*JSON/],
    ['{"path":"/v1/models","hedaers":{}}', /"hedaers".*"headers"/],
    ['{"path":"/v1/models","headers":[1]}', /headers must be/],
    ['{"path":"/v1/models","headers":{"a":1}}', /"a" is no header/],
    ['{"path":"/v1/models","headers":{"a":"b\\r\\nc: d"}}', /cannot be sent/],
    ['{"path":"v1 models"}', /no path/],
    ['{"path":"/v1/models","method":1}', /method must be a text/],
    ['{"path":5}', /path must be a text/],
    ['{"endpoint":null,"body":{}}', /endpoint must be a text/],
    ['{"endpoint":"openai.embedings"}', /openai\.embedings.*openai\.embeddings/],
    ['{"path":"/v1/models","occurrence":0}', /integer from 1/],
    ['{"path":"/v1/models","body":1,"body_text":""}', /not both/],
    [`{"path":"/v1/models","body":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, /too deeply/],
    ['{"path":"/metrics"}', /\/metrics/],
  ];

  test('is told apart, each by its own words and a hint', async () => {
    const { code, stdout, stderr } = await plan(inputs.map(([input]) => input).join('\n'), '--jsonl');
    assert.equal(code, 5, stderr);
    const documents = documentsIn(stdout);
    assert.equal(documents.length, inputs.length);
    documents.forEach(({ error, hint }, index) => {
      assert.match(`${error} ${hint}`, inputs[index][1]);
    });
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  const alone: readonly (readonly [story: string, input: string | Uint8Array, expected: RegExp])[] = [
    ['nothing', ' \n', /holds no request/],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /not JSON.*(encod|valid)/],
  ];
  for (const [story, input, expected] of alone) {
    test(`${story} ends the command with exit code 5 and nothing on standard output`, async () => {
      const { code, stdout, stderr } = await runCommand(['plan'], environment(), input);
      assert.equal(code, 5, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  test('but a body that is nested as deeply is one, which the API refuses', async () => {
    const { status } = await documentOf(
      `{"model":"gpt-4o","messages":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      '--no-frames',
    );
    assert.equal(status, 400);
  });
});

describe('flags that make no sense', () => {
  const lines: readonly (readonly [flags: readonly string[], code: number, expected: RegExp])[] = [
    [['--endpoint', 'openai.chat.completion'], 2, /did you mean "openai\.chat\.completions"/],
    [['--endpoint', 'gemini.v1beta.models.generate_content'], 2, /path instead.*:generateContent/],
    [['--endpoint', 'openai.embeddings', '--path', '/v1/models'], 2, /cannot be used with/],
    [['--path', 'v1'], 2, /no path/],
    [['--header', 'no colon'], 2, /no header/],
    [['--occurrence', '0'], 2, /integer from 1/],
    [['--endpoint', 'anthropic.models.list'], 5, /is openai\.models\.list, not anthropic\.models\.list[\s\S]*--header/],
    [['--config', temporaryFile('random.yaml', 'simulation: { deterministic: false }')], 3, /deterministic/],
    [['--config', temporaryFile('drawn.yaml', 'simulation: { seed: null }')], 3, /--seed/],
    [['--config', temporaryFile('wrong.yaml', 'simulation: { sed: 1 }')], 3, /simulation\.sed/],
  ];
  for (const [flags, code, expected] of lines) {
    test(flags.join(' '), async () => {
      const outcome = await plan(flags.includes('anthropic.models.list') ? '' : CHAT, ...flags);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, expected);
      assert.equal(outcome.stdout, '');
    });
  }
});
