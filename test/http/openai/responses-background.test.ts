/** Responses that are made in the background: their life, what ends it, and their events for a client that comes back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { RawClient, request } from '../transport/raw-client.js';
import { assertError, documentOf, post } from './post.js';
import {
  eventsIn,
  NEVER,
  NOW,
  type ResponseDocument,
  type ResponseEvent,
  respond,
  respondInEvents,
  retrieve,
} from './responses-client.js';

const MODEL = 'gpt-4o-mini';

describe('a response in the background', () => {
  const simulator = sharedSimulator({
    config: {
      providers: {
        [MODEL]: { latency: { ttft: NOW, itl: NOW } },
        waits: { latency: { ttft: NEVER, itl: NEVER } },
        works: { latency: { ttft: NOW, itl: NEVER } },
        chunky: { latency: { ttft: NOW, itl: NOW, tokens_per_chunk: 5 } },
      },
    },
  });
  const url = (path: string) => `${simulator().url}/v1/responses/${path}`;
  const ask = (body: Json = {}) =>
    respond(simulator(), { model: MODEL, input: 'Why?', max_output_tokens: 16, ...body });
  const cancel = (id: string) => fetch(url(`${id}/cancel`), { method: 'POST' });
  const background = (body: Json = {}) => ask({ background: true, ...body });

  test('is queued, in progress, and completed in its time', async () => {
    const queued = await background({ model: 'waits' });
    assert.deepEqual([queued.status, queued.output, queued.usage], ['queued', [], null]);
    assert.equal((await retrieve(simulator(), queued.id)).status, 'queued');
    const working = await background({ model: 'works' });
    assert.equal((await retrieve(simulator(), working.id)).status, 'in_progress');
    const done = await background({ max_output_tokens: undefined });
    assert.equal(done.status, 'queued');
    const completed = await retrieve(simulator(), done.id);
    assert.deepEqual([completed.status, completed.background], ['completed', true]);
    assert.ok(completed.usage !== null && completed.usage.output_tokens > 0);
  });

  test('is cancelled as often as one likes', async () => {
    for (const model of ['waits', 'works']) {
      const { id } = await background({ model });
      for (let time = 0; time < 2; time++) {
        const cancelled = await documentOf<ResponseDocument>(await cancel(id));
        assertValid('openai', 'Response', cancelled);
        assert.deepEqual([cancelled.status, cancelled.output], ['cancelled', []]);
      }
      assert.equal((await retrieve(simulator(), id)).status, 'cancelled');
    }
  });

  test('is not cancelled when it is over, nor when its client waits for it', async () => {
    const synchronous = await ask();
    await assertError(await cancel(synchronous.id), { message: 'Cannot cancel a synchronous response.' });
    const over = await background({ max_output_tokens: undefined });
    await assertError(await cancel(over.id), { message: 'Cannot cancel a completed response.' });
  });

  test('is streamed anew from any event on', async () => {
    const events = await respondInEvents(simulator(), {
      model: MODEL,
      input: 'Why?',
      max_output_tokens: 16,
      background: true,
    });
    const id = events[0].response?.id;
    assert.deepEqual(
      events.slice(0, 3).map(({ type, response }) => [type, response?.status]),
      [
        ['response.created', 'queued'],
        ['response.queued', 'queued'],
        ['response.in_progress', 'in_progress'],
      ],
    );
    assert.deepEqual(await eventsIn(await fetch(url(`${id}?stream=true`))), events);
    const rest = await eventsIn(await fetch(url(`${id}?stream=true&starting_after=5`)));
    assert.deepEqual(rest, events.slice(6));
    const nothing = await fetch(url(`${id}?stream=true&starting_after=${events.length}`));
    assert.deepEqual([nothing.status, await nothing.text()], [200, '']);
    const padded = await eventsIn(await fetch(url(`${id}?stream=true&include_obfuscation=true`)));
    for (const { delta, obfuscation } of padded)
      if (delta !== undefined) assert.equal((delta.length + (obfuscation?.length ?? 0)) % 16, 0);
  });

  test('is streamed anew in the same chunks of several tokens', async () => {
    const body = { model: 'chunky', input: 'Why?', max_output_tokens: 16, background: true };
    const events = await respondInEvents(simulator(), body);
    assert.equal(events.filter(({ type }) => type === 'response.output_text.delta').length, Math.ceil(16 / 5));
    const id = events[0].response?.id;
    assert.deepEqual(await eventsIn(await fetch(url(`${id}?stream=true&starting_after=6`))), events.slice(7));
  });

  test('is streamed anew while it is made, and to its end when it is cancelled', async () => {
    const controller = new AbortController();
    const response = await post(simulator(), '/v1/responses', {
      model: 'works',
      input: 'Why?',
      background: true,
      stream: true,
    });
    const begun = await firstEvents(response, 6);
    assert.equal(begun.at(-1)?.type, 'response.output_text.delta');
    const id = begun[0].response?.id as string;
    const resumed = await fetch(url(`${id}?stream=true&starting_after=2`), { signal: controller.signal });
    assert.deepEqual(await firstEvents(resumed, 3), begun.slice(3));
    await cancel(id);
    const events = await eventsIn(await fetch(url(`${id}?stream=true`)));
    assert.deepEqual(events.slice(0, -1), begun);
    const last = events.at(-1);
    assert.deepEqual([last?.type, last?.response?.status], ['response.failed', 'cancelled']);
  });

  test('has a head for who asks for no more of its stream, at once and without a place kept', async () => {
    const response = await post(simulator(), '/v1/responses', {
      model: 'works',
      input: 'Why?',
      background: true,
      stream: true,
    });
    const id = (await firstEvents(response, 1))[0].response?.id as string;
    const books = async () => {
      const { sum } = parseExposition(await simulator().metrics());
      const finished = sum('llm_simulator_requests_ended_total', { outcome: 'finished' });
      return { started: sum('llm_simulator_requests_started_total'), finished };
    };
    const before = await books();
    const client = await RawClient.connect(Number(new URL(simulator().url).port));
    client.send(request('HEAD', `/v1/responses/${id}?stream=true`));
    await client.responses(1, true);
    client.send(request('HEAD', '/live'));
    const [head, next] = await client.responses(2, true);
    client.destroy();
    assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
    assert.deepEqual([next.status, next.headers.get('content-type')], [200, 'application/json']);
    assert.deepEqual(await books(), { started: before.started + 1, finished: before.finished + 1 });
  });

  test('is streamed anew only when it was streamed', async () => {
    const message = (how: string) => ({
      message: `This response cannot be streamed because it was not created with ${how}=true.`,
      param: 'stream',
    });
    await assertError(await fetch(url(`${(await ask()).id}?stream=true`)), message('background'));
    await assertError(await fetch(url(`${(await background()).id}?stream=true`)), message('stream'));
  });
});

/** The first events of a stream that goes on; it is left then. */
async function firstEvents(response: Response, count: number): Promise<ResponseEvent[]> {
  assert.ok(response.body !== null);
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    const events = text.split('\n\n').slice(0, -1);
    if (events.length >= count) {
      return events.slice(0, count).map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
    }
  }
  throw new Error(`the stream ended early: ${text}`);
}
