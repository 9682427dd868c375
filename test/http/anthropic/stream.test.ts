/** The stream of a message: the order of its events, when each is due, and what cuts it short. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startSimulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { parseEvents } from '../event-stream.js';
import { startServer } from '../server-harness.js';
import { eventsOf, messageRequest, post, type StreamEvent, streamMessage } from './messages-client.js';

/** The kinds of events, runs of deltas as one. */
function order(events: readonly StreamEvent[]): string[] {
  const kinds = events.map(({ type, delta }) => (type === 'content_block_delta' ? String(delta?.type) : type));
  return kinds.filter((kind, index) => kind !== kinds[index - 1]);
}

describe('the events of a message', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('come in the order of the API, the ping behind the first start', async () => {
    assert.deepEqual(order(await streamMessage(simulator(), messageRequest({ max_tokens: 9 }))), [
      'message_start',
      'content_block_start',
      'ping',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('keep the blocks apart', async () => {
    const body = messageRequest({ thinking: { type: 'adaptive' } });
    assert.deepEqual(order(await streamMessage(simulator(), body)), [
      'message_start',
      'content_block_start',
      'ping',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'content_block_start',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('begin with the counts of the prompt and end with those of the answer', async () => {
    const events = await streamMessage(simulator(), messageRequest({ max_tokens: 9 }));
    const { message } = events[0];
    assert.deepEqual([message?.stop_reason, message?.content, message?.usage.output_tokens], [null, [], 1]);
    const last = events.find(({ type }) => type === 'message_delta');
    assert.equal(last?.usage?.output_tokens, 9);
    assert.equal(last?.usage?.input_tokens, message?.usage.input_tokens);
  });

  test('carry one token each', async () => {
    const events = await streamMessage(simulator(), messageRequest({ max_tokens: 9 }));
    assert.equal(events.filter(({ type }) => type === 'content_block_delta').length, 9);
  });

  test('escape what JSON has to', async () => {
    const said = 'a "quoted" \\ line\nand \u0007 or \u2028';
    const rules = [{ reply: { text: said } }];
    const other = await startSimulator({ config: { ...AT_ONCE, replies: { rules } } });
    try {
      const events = await streamMessage(other, messageRequest());
      assert.equal(events.map(({ delta }) => delta?.text ?? '').join(''), said);
    } finally {
      await other.stop();
    }
  });

  test('come as event-stream that nobody caches', async () => {
    const { headers } = await post(simulator(), messageRequest({ stream: true, max_tokens: 2 }));
    assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(headers.get('cache-control'), 'no-cache');
    assert.match(headers.get('request-id') ?? '', /^req_[0-9a-f]{32}$/);
  });

  test('of the beta API say more', async () => {
    const body = messageRequest({
      stream: true,
      max_tokens: 2_000,
      thinking: { type: 'adaptive' },
      context_management: { edits: [] },
    });
    const text = await (await post(simulator(), body, { path: '/v1/messages?beta=true' })).text();
    const events = parseEvents(text).map(({ data }) => JSON.parse(data));
    const [{ message }] = events;
    const { context_management: edited, usage, ...rest } = message;
    const { iterations, fallback_credit: credit, ...known } = usage;
    assert.deepEqual([edited, iterations, credit], [{ applied_edits: [] }, null, null]);
    assertValid('anthropic', 'Message', { ...rest, usage: known });
    const last = events.find(({ type }) => type === 'message_delta');
    assert.deepEqual([last.context_management, last.usage.iterations], [{ applied_edits: [] }, null]);
    const thought = events.find(({ delta }) => delta?.type === 'thinking_delta');
    assert.equal(thought.delta.estimated_tokens, null);
  });
});

describe('the time of a message', () => {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const simulator = sharedSimulator({
    config: {
      providers: {
        'claude-sonnet-4-5': { latency: { ttft: constant(300), itl: constant(20) } },
      },
    },
  });

  test('begins with TTFT, and every further token takes an ITL', async () => {
    const begun = performance.now();
    const response = await post(simulator(), messageRequest({ stream: true, max_tokens: 10 }));
    const arrivals: number[] = [];
    for await (const chunk of response.body ?? []) {
      if (String(new TextDecoder().decode(chunk)).includes('event:')) arrivals.push(performance.now() - begun);
    }
    // Never early; how late is the machine's affair.
    assert.ok(arrivals[0] >= 295, String(arrivals[0]));
    assert.ok((arrivals.at(-1) ?? 0) >= 295 + 9 * 20, String(arrivals.at(-1)));
  });

  test('has room for the thinking that is not shown', async () => {
    const thinking = { type: 'adaptive', display: 'omitted' };
    const begun = performance.now();
    const events = await streamMessage(simulator(), messageRequest({ max_tokens: 30, thinking }));
    const tookMs = performance.now() - begun;
    const { output_tokens: tokens, output_tokens_details: details } =
      events.find(({ type }) => type === 'message_delta')?.usage ?? assert.fail('no usage');
    const shown = events.filter(({ delta }) => delta?.type === 'text_delta').length;
    assert.ok(details.thinking_tokens > 0);
    assert.equal(shown + details.thinking_tokens, tokens);
    assert.ok(tookMs >= 295 + (tokens - 1) * 20, `${tokens} tokens in ${tookMs} ms`);
  });

  test('ends early when the server shuts down, with an error that clients understand', async () => {
    const config = { providers: { 'claude-3-opus': { latency: { ttft: constant(0), itl: constant(600_000) } } } };
    const { server, port } = await startServer({ config });
    try {
      const body = messageRequest({ model: 'claude-3-opus', max_tokens: 100, stream: true });
      const response = await post({ url: `http://127.0.0.1:${port}` }, body);
      assert.equal(await server.drain(0), 1);
      const events = eventsOf(await response.text());
      assert.equal(events[0].type, 'message_start');
      const error = { type: 'overloaded_error', message: 'Overloaded' };
      assert.deepEqual(events.at(-1), { type: 'error', error, request_id: null });
    } finally {
      await server.stop();
    }
  });
});
