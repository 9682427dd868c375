/** What a reader makes of the simulator's answers in every dialect: right ones to the letter, and every kind of fault that a client can see. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { faultKinds } from '../../../src/faults/registry.js';
import { type Simulator, startSimulator } from '../../../src/index.js';
import type { Answer } from '../../../src/load/answers/contract.js';
import type { DialectName, Outcome } from '../../../src/load/contract.js';
import { DIALECTS } from '../../../src/load/contract.js';
import { exchange } from './http-exchange.js';
import { type RequestChanges, requestOf, STREAMING } from './reading.js';

/** What the model says: every word a token. */
const WORDS = ['one', ' two', ' three', ' four', ' five', ' six', ' seven', ' eight'];
const TEXT = WORDS.join('');

let simulator: Simulator;
before(async () => {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const latency = { ttft: constant(2), itl: constant(1) };
  const models = ['gpt-4o', 'gpt-3.5-turbo-instruct', 'claude-sonnet-4-5', 'gemini-2.0-flash'];
  const config = {
    simulation: { request_overrides: { fault: true } },
    replies: { generator: 'fixed', text: TEXT },
    providers: Object.fromEntries(models.map((model) => [model, { latency }])),
  };
  simulator = await startSimulator({ config });
});
after(() => simulator.stop());

interface Asked extends RequestChanges {
  readonly fault?: string;
  readonly leavesAfterMs?: number;
}

function answerTo(
  dialect: DialectName,
  stream: boolean,
  { fault, leavesAfterMs, ...changes }: Asked = {},
): Promise<Answer> {
  const headers: Record<string, string> = fault === undefined ? {} : { 'x-llm-sim-fault': fault };
  return exchange(simulator.url, requestOf(dialect, stream, { ...changes, headers }), leavesAfterMs);
}

const textOf = ({ capture }: Answer) => capture!.texts.join('');
const byDialect =
  (words: { openai: string; azure?: string; anthropic: string; gemini: string }) => (dialect: DialectName) =>
    words[dialect.split('.')[0] as keyof typeof words] ?? words.openai;

const FINISH = byDialect({ openai: 'stop', anthropic: 'end_turn', gemini: 'STOP' });
const finishOf = (dialect: DialectName) => (dialect === 'openai.responses' ? 'completed' : FINISH(dialect));

describe('a right answer', () => {
  for (const dialect of STREAMING) {
    it(`of ${dialect}, streamed, has a chunk for each token, and the usage and finish reason of a whole one`, async () => {
      const [streamed, whole] = await Promise.all([answerTo(dialect, true), answerTo(dialect, false)]);
      assert.deepEqual([streamed.outcome, whole.outcome], ['complete', 'complete']);
      assert.equal(streamed.chunkTimesUs.length, WORDS.length);
      assert.deepEqual(
        streamed.capture!.texts.filter((text) => text !== ''),
        WORDS,
      );
      assert.deepEqual(streamed.chunkTimesUs, streamed.chunkTimesUs.toSorted(), 'times ascend');
      assert.equal(whole.chunkTimesUs.length, 1);
      assert.equal(textOf(whole), TEXT);
      assert.equal(streamed.usage?.outputTokens, WORDS.length);
      assert.ok(streamed.usage.inputTokens > 0);
      assert.deepEqual(whole.usage, streamed.usage);
      assert.deepEqual([streamed.finishReason, whole.finishReason], [finishOf(dialect), finishOf(dialect)]);
      assert.deepEqual([streamed.error, streamed.retryAfterMs, streamed.status], [undefined, undefined, 200]);
      assert.match(streamed.capture!.headers['content-type']!, /^text\/event-stream/);
    });
  }

  it('of openai.embeddings is complete, as numbers and as base64', async () => {
    for (const encoding_format of ['float', 'base64']) {
      const { outcome, usage } = await answerTo('openai.embeddings', false, { fields: { encoding_format } });
      assert.deepEqual([outcome, usage?.outputTokens], ['complete', 0]);
    }
  });

  it('of gemini.generate may be an array stream', async () => {
    const path = '/v1beta/models/gemini-2.0-flash:streamGenerateContent';
    const { capture, chunkTimesUs, outcome } = await answerTo('gemini.generate', true, { path });
    assert.deepEqual([outcome, chunkTimesUs.length], ['complete', WORDS.length]);
    assert.match(capture!.headers['content-type']!, /^application\/json/);
  });

  it('of openai.chat owes usage only to those who asked', async () => {
    const answer = await answerTo('openai.chat', true, { fields: { stream_options: undefined } });
    assert.deepEqual([answer.outcome, answer.usage], ['complete', undefined]);
  });

  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  };
  const calling: { readonly [dialect in DialectName]?: object } = {
    'openai.chat': {
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
      tool_choice: 'required',
    },
    'openai.responses': { tools: [{ type: 'function', name: 'weather', parameters }], tool_choice: 'required' },
    'anthropic.messages': { tools: [{ name: 'weather', input_schema: parameters }], tool_choice: { type: 'any' } },
    'gemini.generate': {
      tools: [{ functionDeclarations: [{ name: 'weather', parameters }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    },
  };
  for (const [dialect, fields] of Object.entries(calling)) {
    it(`of ${dialect} that calls a function shows its arguments`, async () => {
      const answer = await answerTo(dialect as DialectName, true, { fields });
      assert.equal(answer.outcome, 'complete');
      assert.deepEqual(Object.keys(JSON.parse(textOf(answer))), ['city', 'days']);
      const whole = await answerTo(dialect as DialectName, false, { fields });
      assert.deepEqual(Object.keys(JSON.parse(textOf(whole))), ['city', 'days']);
    });
  }

  it('of several choices or candidates has all of their chunks', async () => {
    const chat = await answerTo('openai.chat', true, { fields: { n: 3 } });
    const gemini = await answerTo('gemini.generate', true, { fields: { generationConfig: { candidateCount: 3 } } });
    assert.deepEqual([chat.outcome, chat.chunkTimesUs.length], ['complete', 3 * WORDS.length]);
    assert.deepEqual([gemini.outcome, gemini.usage?.outputTokens], ['complete', 3 * WORDS.length]);
  });
});

interface Expected {
  readonly outcome: Outcome;
  /** Absent: none. */
  readonly error?: string;
  readonly finishReason?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** A fault as it is asked for, and what comes of it in a stream and in a whole answer. */
interface FaultCase {
  readonly fault: string;
  readonly leavesAfterMs?: number;
  readonly stream: (dialect: DialectName) => Expected;
  readonly whole: (dialect: DialectName) => Expected;
}

const RIGHT = (): Expected => ({ outcome: 'complete' });
const always = (outcome: Outcome, error?: string) => (): Expected => ({ outcome, error });
const same = (fault: string, expected: (dialect: DialectName) => Expected, leavesAfterMs?: number): FaultCase => ({
  fault,
  leavesAfterMs,
  stream: expected,
  whole: expected,
});

type Words = Parameters<typeof byDialect>[0];
const refused =
  (words: Words, rest: Partial<Expected> = {}) =>
  (dialect: DialectName): Expected => ({
    outcome: 'http_error',
    error: byDialect(words)(dialect),
    ...rest,
  });

const ended =
  (words: Words, responses: string) =>
  (dialect: DialectName): Expected =>
    dialect === 'openai.embeddings'
      ? { outcome: 'complete' }
      : { outcome: 'complete', finishReason: dialect === 'openai.responses' ? responses : byDialect(words)(dialect) };

const WAITING = { status: 429, retryAfterMs: 3_000 };
const REFUSALS: readonly FaultCase[] = [
  same(
    'rate_limit;retry_after_secs=3',
    refused(
      {
        openai: 'rate_limit_exceeded',
        azure: 'RateLimitReached',
        anthropic: 'rate_limit_error',
        gemini: 'RESOURCE_EXHAUSTED',
      },
      WAITING,
    ),
  ),
  same(
    'timeout;hold_ms=5',
    refused({ openai: 'timeout', azure: 'Timeout', anthropic: 'timeout_error', gemini: 'DEADLINE_EXCEEDED' }),
  ),
  same(
    'server_error',
    refused({ openai: 'server_error', anthropic: 'api_error', gemini: 'INTERNAL' }, { status: 500 }),
  ),
  same(
    'overloaded',
    refused({
      openai: 'service_unavailable',
      azure: 'NoCapacity',
      anthropic: 'overloaded_error',
      gemini: 'UNAVAILABLE',
    }),
  ),
  same(
    'authentication',
    refused({ openai: 'invalid_api_key', azure: '401', anthropic: 'authentication_error', gemini: 'INVALID_ARGUMENT' }),
  ),
  same(
    'permission',
    refused(
      { openai: 'missing_scope', azure: 'AccessDenied', anthropic: 'permission_error', gemini: 'PERMISSION_DENIED' },
      { status: 403 },
    ),
  ),
  same('context_length', (dialect) => {
    // The older of OpenAI's endpoints say no code.
    const isOlder = dialect === 'openai.completions' || dialect === 'openai.embeddings';
    const openai = isOlder ? 'invalid_request_error' : 'context_length_exceeded';
    return refused(
      { openai, azure: 'context_length_exceeded', anthropic: 'invalid_request_error', gemini: 'INVALID_ARGUMENT' },
      {
        status: 400,
      },
    )(dialect);
  }),
  same('content_filter', (dialect) =>
    dialect === 'gemini.generate'
      ? { outcome: 'complete', finishReason: 'SAFETY', status: 200 }
      : refused(
          { openai: 'invalid_prompt', azure: 'content_filter', anthropic: 'invalid_request_error', gemini: '' },
          { status: 400 },
        )(dialect),
  ),
  same(
    'model_not_found',
    refused(
      { openai: 'model_not_found', azure: 'DeploymentNotFound', anthropic: 'not_found_error', gemini: 'NOT_FOUND' },
      { status: 404 },
    ),
  ),
];

const SAID: readonly FaultCase[] = [
  same(
    'refusal;after_tokens=3',
    ended({ openai: 'content_filter', anthropic: 'refusal', gemini: 'SAFETY' }, 'content_filter'),
  ),
  same(
    'early_length;after_tokens=3',
    ended({ openai: 'length', anthropic: 'max_tokens', gemini: 'MAX_TOKENS' }, 'max_output_tokens'),
  ),
  same('empty_choice', RIGHT),
];

const ENDINGS: readonly FaultCase[] = [
  same('timeout;hold_ms=5;answer=close', always('no_answer', 'ECONNRESET')),
  same('timeout;answer=silence', always('timeout'), 200),
  same('reset_before;manner=fin', always('no_answer', 'ECONNRESET')),
  same('slow_headers;delay_ms=20', RIGHT),
  same('disconnect;after_tokens=3', always('broken_off', 'ECONNRESET')),
  same('stall;after_tokens=3;for_ms=20', RIGHT),
  same('stall;after_tokens=3;for_ms=5;ending=fin', always('broken_off', 'ECONNRESET')),
  same('truncated_event;after_tokens=3;ending=fin', always('broken_off', 'ECONNRESET')),
  { fault: 'wrong_content_length;difference_bytes=10', stream: RIGHT, whole: always('broken_off', 'ECONNRESET') },
];

const overloadWord = refused({
  openai: 'service_unavailable',
  azure: 'service_unavailable',
  anthropic: 'overloaded_error',
  gemini: 'UNAVAILABLE',
});
const CONTENTS: readonly FaultCase[] = [
  {
    fault: 'error_event;after_tokens=3',
    stream: (dialect) => ({ ...overloadWord(dialect), outcome: 'error_event', status: 200 }),
    whole: RIGHT,
  },
  {
    fault: 'truncated_event;after_tokens=3',
    stream: always('malformed', 'truncated_event'),
    whole: always('malformed', 'invalid_json'),
  },
  same('malformed_json;after_tokens=3', always('malformed', 'invalid_json')),
  same('utf8_split;after_tokens=3;gap_ms=2', RIGHT),
  same('utf8_cut;after_tokens=3', (dialect) =>
    dialect === 'openai.embeddings' ? RIGHT() : always('malformed', 'invalid_utf8')(),
  ),
  same('event_split;writes=5;gap_ms=1', RIGHT),
  same('coalesce;events=4', RIGHT),
  same('drip;bytes=64;interval_ms=0', RIGHT),
  { fault: 'duplicate_terminal', stream: always('malformed', 'event_after_end'), whole: RIGHT },
  { fault: 'missing_terminal', stream: always('no_terminal_event'), whole: RIGHT },
  same('missing_usage', always('wrong_usage', 'usage_missing')),
];
const CASES = [...REFUSALS, ...SAID, ...ENDINGS, ...CONTENTS];

function assertExpected(answer: Answer, expected: Expected, what: string): void {
  const { error, outcome } = answer;
  assert.deepEqual({ outcome, error }, { outcome: expected.outcome, error: expected.error }, what);
  for (const field of ['finishReason', 'retryAfterMs', 'status'] as const) {
    if (expected[field] !== undefined) assert.equal(answer[field], expected[field], `${what}: ${field}`);
  }
}

describe('an answer with a fault', () => {
  it('is here in every kind', () => {
    const tested = new Set(CASES.map(({ fault }) => fault.split(';')[0]));
    assert.deepEqual(
      faultKinds.map(({ name }) => name).filter((name) => !tested.has(name)),
      [],
    );
  });

  for (const { fault, leavesAfterMs, stream, whole } of CASES) {
    it(`${fault} is seen as what it is, in every dialect`, async () => {
      const asked = { fault, leavesAfterMs };
      const streams = STREAMING.map(async (dialect) => {
        assertExpected(await answerTo(dialect, true, asked), stream(dialect), `${dialect}, a stream`);
      });
      const wholes = DIALECTS.map(async (dialect) => {
        assertExpected(await answerTo(dialect, false, asked), whole(dialect), `${dialect}, as a whole`);
      });
      await Promise.all([...streams, ...wholes]);
    });
  }

  it('that breaks it off in the middle has what came before', async () => {
    for (const dialect of STREAMING) {
      const { capture, chunkTimesUs } = await answerTo(dialect, true, { fault: 'disconnect;after_tokens=3' });
      assert.equal(chunkTimesUs.length, 3, dialect);
      assert.equal(capture!.texts.join(''), 'one two three');
    }
  });

  it('that makes several events one write gives them one time', async () => {
    const { capture, chunkTimesUs } = await answerTo('openai.chat', true, { fault: 'coalesce;events=100' });
    assert.equal(chunkTimesUs.length, WORDS.length);
    assert.equal(new Set(capture!.eventTimesUs).size, 1);
  });

  it('of Gemini’s array stream is seen as well', async () => {
    const path = '/v1beta/models/gemini-2.0-flash:streamGenerateContent';
    const ask = (fault: string) => answerTo('gemini.generate', true, { path, fault });
    const expected: readonly [fault: string, outcome: Outcome, error: string | undefined][] = [
      ['error_event;after_tokens=3', 'error_event', 'UNAVAILABLE'],
      ['truncated_event;after_tokens=3', 'malformed', 'truncated_event'],
      ['malformed_json;after_tokens=3', 'malformed', 'invalid_json'],
      ['duplicate_terminal', 'malformed', 'event_after_end'],
      ['missing_terminal', 'no_terminal_event', undefined],
      ['rate_limit', 'http_error', 'RESOURCE_EXHAUSTED'],
      ['event_split;writes=5;gap_ms=1', 'complete', undefined],
    ];
    for (const [fault, outcome, error] of expected) {
      const answer = await ask(fault);
      assert.deepEqual([answer.outcome, answer.error], [outcome, error], fault);
    }
  });

  it('has no connection where nobody listens', async () => {
    const { error, outcome } = await exchange('http://127.0.0.1:1', requestOf('openai.chat', true));
    assert.deepEqual([outcome, error], ['connect_failed', 'ECONNREFUSED']);
  });
});
