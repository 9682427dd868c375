/**
 * Same seed, same key, same bytes: whichever thread answers, in whatever order and however many requests are under way. And what
 * is allowed to differ does.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import {
  AT_ONCE,
  chatRequest,
  chunksOf,
  complete,
  contentOf,
  type Json,
  replyText,
  sharedSimulator,
} from './chat-client.js';

const { simulation } = AT_ONCE;
const keyed = (key: string) => ({ 'x-llm-sim-request-id': key });
const contentOfReply = async (simulator: Simulator, body: Json, key?: string) =>
  (await complete(simulator, body, key === undefined ? {} : keyed(key))).choices[0].message.content;

/** Requests that differ in content, key, or both; some stream. */
const REQUESTS: readonly (readonly [body: Json, key: string])[] = Array.from({ length: 40 }, (_, i) => [
  chatRequest({ n: 1 + (i % 3), max_tokens: 5 + (i % 7), stream: i % 2 === 0, user: `user ${i % 5}` }),
  `key ${i}`,
]);

/** The bodies of the replies by request, asked in the given order, so many at a time. */
async function repliesOf(simulator: Simulator, order: readonly number[], concurrency: number): Promise<string[]> {
  const replies: string[] = [];
  const waiting = [...order];
  const client = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const [body, key] = REQUESTS[index];
      replies[index] = await replyText(simulator, body, keyed(key));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return replies;
}

describe('a request with a key', () => {
  const one = sharedSimulator({ config: { simulation, server: { threads: 1 } } });
  const three = sharedSimulator({ config: { simulation, server: { threads: 3 } } });

  test('gets the same bytes from any simulator, in any order and at any concurrency', async () => {
    const forward = REQUESTS.map((_, index) => index);
    const shuffled = forward.toSorted((left, right) => ((left * 17) % 40) - ((right * 17) % 40));
    const expected = await repliesOf(one(), forward, 1);
    assert.deepEqual(await repliesOf(one(), forward.toReversed(), 8), expected);
    assert.deepEqual(await repliesOf(three(), shuffled, 20), expected);
    assert.deepEqual(await repliesOf(three(), forward, 3), expected);
    assert.equal(new Set(expected).size, REQUESTS.length);
  });

  test('is the same request however its JSON is written', async () => {
    const body = chatRequest({ max_tokens: 12, store: true, metadata: { a: '1', b: '2' }, temperature: 0.5 });
    const expected = await replyText(one(), JSON.stringify(body), keyed('spelling'));
    const reordered = Object.fromEntries(Object.entries({ ...body, metadata: { b: '2', a: '1' } }).reverse());
    const escaped = JSON.stringify(body).replace('sky', '\\u0073ky').replace('0.5', '5e-1');
    for (const text of [JSON.stringify(reordered), JSON.stringify(body, null, 3), escaped]) {
      assert.equal(await replyText(one(), text, keyed('spelling')), expected);
    }
  });

  test('says the same streamed and whole', async () => {
    for (const key of ['a', 'b', 'c']) {
      const body = chatRequest({ n: 2, max_tokens: 30 });
      const whole = await complete(one(), body, keyed(key));
      const chunks = chunksOf(await replyText(one(), { ...body, stream: true }, keyed(key)));
      assert.deepEqual(
        [contentOf(chunks, 0), contentOf(chunks, 1)],
        whole.choices.map((c) => c.message.content),
      );
      assert.deepEqual([chunks[0].id, chunks[0].created], [whole.id, whole.created]);
    }
  });

  test('gets another answer under another key, with another seed field, and for any other content', async () => {
    const body = chatRequest({ max_tokens: 30 });
    const answers = [
      await contentOfReply(one(), body, 'a'),
      await contentOfReply(one(), body, 'b'),
      await contentOfReply(one(), { ...body, seed: 1 }, 'a'),
      await contentOfReply(one(), { ...body, seed: 2 }, 'a'),
      await contentOfReply(one(), { ...body, messages: [{ role: 'user', content: 'Why is the sky blue!' }] }, 'a'),
    ];
    assert.equal(new Set(answers).size, answers.length);
  });
});

describe('requests without a key', () => {
  const body = chatRequest({ max_tokens: 30 });
  const COUNT = 50;

  test('that are identical differ among themselves, and the same set of answers comes back from a fresh start', async () => {
    const sets: string[][] = [];
    for (const threads of [1, 3]) {
      const simulator = await startSimulator({ config: { simulation, server: { threads } } });
      const answers = await Promise.all(Array.from({ length: COUNT }, () => replyText(simulator, body)));
      await simulator.stop();
      sets.push(answers.toSorted());
    }
    assert.equal(new Set(sets[0]).size, COUNT);
    assert.deepEqual(sets[1], sets[0]);
  });
});

describe('the seed', () => {
  async function answerWith(options: Parameters<typeof startSimulator>[0]): Promise<{ seed: number; text: string }> {
    const simulator = await startSimulator(options);
    try {
      return { seed: simulator.seed, text: await replyText(simulator, chatRequest({ max_tokens: 30 }), keyed('a')) };
    } finally {
      await simulator.stop();
    }
  }

  test('changes the answers, and names itself in system_fingerprint', async () => {
    const [seven, eight] = [
      await answerWith({ config: AT_ONCE, seed: 7 }),
      await answerWith({ config: AT_ONCE, seed: 8 }),
    ];
    assert.notEqual(
      JSON.parse(seven.text).choices[0].message.content,
      JSON.parse(eight.text).choices[0].message.content,
    );
    assert.equal(JSON.parse(seven.text).system_fingerprint, 'sim-7');
  });

  test('null differs from start to start, and the drawn one repeats the run', async () => {
    const config = { simulation: { ...simulation, seed: null } };
    const [first, second] = [await answerWith({ config }), await answerWith({ config })];
    assert.notEqual(first.seed, second.seed);
    assert.notEqual(first.text, second.text);
    assert.equal((await answerWith({ config: AT_ONCE, seed: first.seed })).text, first.text);
  });
});

describe('a simulation that is not deterministic', () => {
  const simulator = sharedSimulator({ config: { simulation: { ...simulation, deterministic: false } } });

  test('answers the same request and key differently, with the wall clock in `created`', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const body = chatRequest({ max_tokens: 30 });
    const replies = [await complete(simulator(), body, keyed('a')), await complete(simulator(), body, keyed('a'))];
    const after = Math.floor(Date.now() / 1_000);
    assert.notEqual(replies[0].choices[0].message.content, replies[1].choices[0].message.content);
    assert.notEqual(replies[0].id, replies[1].id);
    for (const { created } of replies) assert.ok(created >= before && created <= after);
  });
});
