/** What a reader makes of answers that no fault of ours makes: gateways' habits, cuts by the transport, and whatever else may come. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANSWER_BYTES_MAX, answerReader, EVENTS_MAX } from '../../../src/load/answers/answer-reader.js';
import type { EndReason } from '../../../src/load/answers/contract.js';
import type { Outcome } from '../../../src/load/contract.js';
import { DONE, dataEvent, EVENT_STREAM, read, requestOf, typedEvent } from './reading.js';

const CHAT = requestOf('openai.chat', true);
const CAPTURED = { options: { capture: true } };
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

const delta = (fields: object, rest: object = {}) =>
  dataEvent({ choices: [{ index: 0, delta: fields, finish_reason: null, ...rest }] });
const OPENING = delta({ role: 'assistant', content: '' });
const CLOSING = delta({}, { finish_reason: 'stop' });
const COUNTS = dataEvent({ choices: [], usage: USAGE });
const GOOD_CHAT = [OPENING, delta({ content: 'Hel' }), delta({ content: 'lo' }), CLOSING, COUNTS, DONE];

describe('a stream', () => {
  it('is complete with the times of its content, its finish reason, usage and size', () => {
    assert.deepEqual(read(CHAT, { pieces: GOOD_CHAT }), {
      status: 200,
      chunkTimesUs: Uint32Array.of(2_000, 3_000),
      outcome: 'complete',
      finishReason: 'stop',
      usage: { inputTokens: 3, cachedInputTokens: 0, outputTokens: 2, reasoningTokens: 0 },
      bytes: Buffer.byteLength(GOOD_CHAT.join('')),
    });
  });

  it('has a chunk for every event with content, when its last byte was there, merged or cut', () => {
    const whole = GOOD_CHAT.join('');
    assert.deepEqual([...read(CHAT, { pieces: [whole] }).chunkTimesUs], [1_000, 1_000]);
    const second = whole.indexOf(GOOD_CHAT[2]!);
    const pieces = [whole.slice(0, second - 1), whole.slice(second - 1, second + 5), whole.slice(second + 5)];
    assert.deepEqual([...read(CHAT, { pieces }).chunkTimesUs], [2_000, 3_000]);
  });

  it('tells how many chunks with content there have been, while it runs', () => {
    const reader = answerReader(CHAT);
    reader.head(200, EVENT_STREAM);
    const counts = GOOD_CHAT.map((piece, index) => {
      reader.bytes(Buffer.from(piece), index);
      return reader.contentChunks;
    });
    assert.deepEqual(counts, [0, 1, 2, 2, 2, 2]);
  });

  it('may end all of its lines in another way, with comments between, from any Uint8Array', () => {
    const bytes = new TextEncoder().encode(`: keep-alive\n\n${GOOD_CHAT.join('')}`.replaceAll('\n', '\r\n'));
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    assert.equal(read(CHAT, { pieces: [larger.subarray(7)] }).outcome, 'complete');
  });

  it('of several choices has the first one’s finish reason', () => {
    const other = dataEvent({ choices: [{ index: 1, delta: {}, finish_reason: 'length' }] });
    assert.equal(read(CHAT, { pieces: [...GOOD_CHAT.slice(0, 4), other, COUNTS, DONE] }).finishReason, 'stop');
  });

  it('owes usage where it was asked for, and only there', () => {
    const pieces = [OPENING, CLOSING, DONE];
    assert.deepEqual(read(CHAT, { pieces }).outcome, 'wrong_usage');
    const unasked = requestOf('openai.chat', true, { fields: { stream_options: undefined } });
    assert.equal(read(unasked, { pieces }).outcome, 'complete');
    const said = [{ role: 'user', content: '"include_usage":true' }];
    const merelySaid = requestOf('openai.chat', true, { fields: { stream_options: undefined, messages: said } });
    assert.equal(read(merelySaid, { pieces }).outcome, 'complete', 'a prompt that says so asks for nothing');
  });

  it('with usage that cannot be right has none', () => {
    const wrong = dataEvent({ choices: [], usage: { ...USAGE, total_tokens: 6 } });
    const { error, outcome, usage } = read(CHAT, { pieces: [OPENING, CLOSING, wrong, DONE] });
    assert.deepEqual([outcome, error, usage], ['wrong_usage', 'usage_inconsistent', undefined]);
  });

  it('that is answered as a whole is no stream, and has the error that it says', () => {
    const headers = { 'content-type': 'application/json' };
    const whole = JSON.stringify({ choices: [{ index: 0, message: { content: 'x' } }], usage: USAGE });
    const { error, outcome } = read(CHAT, { headers, pieces: [whole] });
    assert.deepEqual([outcome, error], ['malformed', 'not_a_stream']);
    const failed = read(CHAT, { headers, pieces: ['{"error":{"code":"upstream_down"}}'] });
    assert.deepEqual([failed.outcome, failed.error], ['error_event', 'upstream_down']);
    assert.equal(read(CHAT, { headers: { 'content-type': 'text/html' }, pieces: ['<p>'] }).error, 'not_a_stream');
  });

  it('that says an error in a chunk with choices ends in an error event', () => {
    const broken = dataEvent({
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { code: 502, type: 'provider_error' },
    });
    const { error, outcome } = read(CHAT, { pieces: [...GOOD_CHAT.slice(0, 2), broken, DONE] });
    assert.deepEqual([outcome, error], ['error_event', 'provider_error']);
  });

  it('is judged by the first thing that is wrong with it', () => {
    const pieces = [OPENING, 'data: {"choices":[\n\n', dataEvent({ error: { code: 'late' } })];
    const { error, outcome } = read(CHAT, { pieces });
    assert.deepEqual([outcome, error], ['malformed', 'invalid_json']);
    assert.equal(read(CHAT, { pieces, reason: 'lost', word: 'ECONNRESET' }).outcome, 'malformed');
  });

  it('may have OpenAI’s mark behind another dialect’s end, and nothing else', () => {
    const request = requestOf('anthropic.messages', true);
    const start = typedEvent({ type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } });
    const close = typedEvent({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 2 },
    });
    const stop = typedEvent({ type: 'message_stop' });
    assert.equal(read(request, { pieces: [start, close, stop] }).outcome, 'complete');
    assert.equal(read(request, { pieces: [start, close, stop, DONE] }).outcome, 'complete');
    assert.equal(read(request, { pieces: [start, close, stop, stop] }).error, 'event_after_end');
    assert.equal(read(request, { pieces: [start, close, DONE] }).outcome, 'malformed');
    assert.equal(read(request, { pieces: [start, stop] }).error, 'usage_missing', 'the output was never counted');
  });

  it('counts thoughts, refusals and arguments of calls as content', () => {
    const call = (args: string) => delta({ tool_calls: [{ index: 0, function: { arguments: args } }] });
    const head = delta({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] });
    const pieces = [
      OPENING,
      delta({ reasoning_content: 'hm' }),
      delta({ refusal: 'no' }),
      head,
      call('{"a"'),
      call(':1}'),
      CLOSING,
      COUNTS,
      DONE,
    ];
    const { capture, chunkTimesUs } = read(CHAT, { pieces, ...CAPTURED });
    assert.deepEqual(
      capture?.texts.filter((text) => text !== ''),
      ['hm', 'no', '{"a"', ':1}'],
    );
    assert.equal(chunkTimesUs.length, 4);
  });
});

describe('Gemini’s stream', () => {
  const request = requestOf('gemini.generate', true);
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };
  const candidate = (index: number, text: string, finishReason?: string) => ({
    index,
    content: { parts: [{ text }] },
    finishReason,
  });
  const chunk = (...candidates: object[]) => dataEvent({ candidates, usageMetadata });

  it('is over when every candidate has finished, in whatever order', () => {
    const begun = chunk(candidate(0, 'a'), candidate(1, 'b'));
    const one = chunk(candidate(1, 'c', 'MAX_TOKENS'));
    assert.equal(read(request, { pieces: [begun, one] }).outcome, 'no_terminal_event');
    const both = read(request, { pieces: [begun, one, chunk(candidate(0, 'd', 'STOP'))] });
    assert.deepEqual([both.outcome, both.finishReason, both.chunkTimesUs.length], ['complete', 'STOP', 3]);
    assert.equal(read(request, { pieces: [begun, one, chunk(candidate(1, 'e'))] }).error, 'event_after_end');
  });

  it('counts in its last chunk or behind it', () => {
    const early = chunk(candidate(0, 'a'));
    const bare = dataEvent({ candidates: [candidate(0, 'b', 'STOP')] });
    assert.equal(read(request, { pieces: [early, bare] }).error, 'usage_missing');
    assert.equal(read(request, { pieces: [early, bare, dataEvent({ usageMetadata })] }).outcome, 'complete');
  });

  it('may be an array, which has to be closed', () => {
    const headers = { 'content-type': 'application/json; charset=UTF-8' };
    const elements = [{ candidates: [candidate(0, 'a')] }, { candidates: [candidate(0, 'b', 'STOP')], usageMetadata }];
    const [first, last] = elements.map((element) => JSON.stringify(element, null, 2));
    const array = read(request, { headers, pieces: [`[${first}`, '\n,\r\n', `${last}\n`, ']'] });
    assert.deepEqual([array.outcome, ...array.chunkTimesUs], ['complete', 1_000, 3_000]);
    assert.equal(read(request, { headers, pieces: [`[${first}\n,\r\n${last}\n`] }).error, 'truncated_event');
  });

  it('of a blocked prompt is over at once', () => {
    const blocked = {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
    };
    const { finishReason, outcome } = read(request, { pieces: [dataEvent(blocked)] });
    assert.deepEqual([outcome, finishReason], ['complete', 'SAFETY']);
  });
});

describe('an answer', () => {
  const whole = requestOf('openai.chat', false);
  const good = JSON.stringify({
    choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }],
    usage: USAGE,
  });

  it('as a whole has one chunk, when its last byte was there', () => {
    const { chunkTimesUs, finishReason, outcome } = read(whole, { pieces: [good.slice(0, 9), good.slice(9)] });
    assert.deepEqual([outcome, finishReason, ...chunkTimesUs], ['complete', 'stop', 2_000]);
  });

  it('that the transport cut says how', () => {
    const cases: [EndReason, Outcome][] = [
      ['lost', 'broken_off'],
      ['timeout', 'timeout'],
      ['cancelled', 'cancelled'],
    ];
    for (const [reason, outcome] of cases) {
      for (const request of [whole, CHAT]) {
        const found = read(request, { pieces: [OPENING], reason, word: 'ECONNRESET' });
        assert.deepEqual([found.outcome, found.error, found.status], [outcome, 'ECONNRESET', 200]);
      }
    }
  });

  it('without a head is none', () => {
    const ends: [EndReason, Outcome][] = [
      ['connect_failed', 'connect_failed'],
      ['lost', 'no_answer'],
      ['timeout', 'timeout'],
      ['cancelled', 'cancelled'],
    ];
    for (const [reason, outcome] of ends) {
      const expected = { chunkTimesUs: new Uint32Array(), outcome, bytes: 0, error: 'ECONNREFUSED' };
      assert.deepEqual(answerReader(CHAT).end(reason, 5, 'ECONNREFUSED'), expected);
    }
  });

  it('of another status than 2xx has the provider’s word and the time to wait', () => {
    const headers = { 'retry-after': '7' };
    const error = '{"error":{"type":"tokens","code":"rate_limit_exceeded"}}';
    const found = read(CHAT, { status: 429, headers, pieces: [error] });
    assert.deepEqual([found.outcome, found.error, found.retryAfterMs], ['http_error', 'rate_limit_exceeded', 7_000]);
    const page = read(CHAT, { status: 502, pieces: ['<html>Bad gateway</html>'] });
    assert.deepEqual([page.outcome, page.error, page.chunkTimesUs.length], ['http_error', undefined, 0]);
    assert.equal(read(CHAT, { status: 502, pieces: ['<ht'], reason: 'lost' }).outcome, 'broken_off');
    assert.equal(read(whole, { status: 302, pieces: [] }).outcome, 'http_error');
  });

  it('is captured as it came', () => {
    const headers = { 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] };
    const { capture } = read(CHAT, { headers, pieces: GOOD_CHAT, ...CAPTURED });
    assert.deepEqual(capture?.headers, { 'content-type': 'text/event-stream', 'set-cookie': 'a=1, b=2' });
    assert.deepEqual(
      capture?.events,
      GOOD_CHAT.map((event) => event.slice('data: '.length, -2)),
    );
    assert.deepEqual(
      capture?.eventNames,
      GOOD_CHAT.map(() => ''),
    );
    assert.deepEqual([...capture!.eventTimesUs], [1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
    assert.deepEqual(capture?.texts, ['', 'Hel', 'lo', '', '', '']);
    assert.deepEqual(read(whole, { pieces: [good], ...CAPTURED }).capture?.texts, ['Hello']);
    const error = read(CHAT, { status: 500, pieces: ['{}'], ...CAPTURED }).capture;
    assert.deepEqual([error?.events, error?.texts], [['{}'], ['']]);
    const part = read(whole, { pieces: ['{"ch'], reason: 'lost', ...CAPTURED }).capture;
    assert.deepEqual(part?.events, ['{"ch']);
  });

  it('that is longer than the bound is malformed, and no more of it is kept', () => {
    const piece = new Uint8Array(8 * 1024 * 1024).fill(0x20);
    const pieces = new Array(ANSWER_BYTES_MAX / piece.length + 1).fill(piece);
    const { bytes, error, outcome } = read(whole, { pieces });
    assert.deepEqual([outcome, error, bytes], ['malformed', 'answer_too_long', pieces.length * piece.length]);
    const short = dataEvent({ choices: [{ delta: { content: 'x' } }] });
    const thousands = short.repeat(10_000);
    const many = read(CHAT, { pieces: [...new Array(EVENTS_MAX / 10_000).fill(thousands), short] });
    assert.deepEqual([many.error, many.chunkTimesUs.length], ['answer_too_long', EVENTS_MAX]);
  });

  it('nested as deep as it may be does not break the reader', () => {
    const depth = 200_000;
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const args = `{"candidates":[{"finishReason":"STOP","content":{"parts":[{"functionCall":{"args":${deep}}}]}}]}`;
    assert.equal(read(requestOf('gemini.generate', false), { pieces: [args] }).outcome, 'malformed');
    const input = `{"content":[{"type":"tool_use","input":${deep}}]}`;
    assert.equal(read(requestOf('anthropic.messages', false), { pieces: [input] }).outcome, 'malformed');
  });
});
