/** What a source of requests promises: the same for the same plan and number, whoever asks and in which order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LoadPlan, MixEntry, NumberedRequest } from '../../../src/load/contract.js';
import { requestSource } from '../../../src/load/requests/request-source.js';
import { entryOf, planOf } from './plans.js';

const TALK = { turns: 4, sharedPrefixTokens: 30, thinkTime: { distribution: 'exponential', mean_ms: 500 } };
const MIX: readonly MixEntry[] = [
  entryOf({
    name: 'talk',
    weight: 3,
    conversation: TALK,
    promptTokens: { p50: 40, p95: 200 },
    outputTokens: { distribution: 'uniform', min_tokens: 5, max_tokens: 60 },
  }),
  entryOf({ name: 'whole', weight: 1, dialect: 'anthropic.messages', model: 'claude-sonnet-4-5', stream: false }),
];

interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly max_tokens?: number;
}

function chatOf({ body }: NumberedRequest): ChatBody {
  return JSON.parse(body) as ChatBody;
}

/** The first turns of conversations from 0 on. */
async function firstTurns(plan: LoadPlan, count: number): Promise<NumberedRequest[]> {
  const source = await requestSource(plan);
  return Array.from({ length: count }, (_, number) => source.conversation(number).turn(0));
}

describe('a request', () => {
  test('is the same from any source and in any order of asking', async () => {
    const plan = planOf(MIX, { identities: { count: 5, skew: 1, prefix: 'sk-' } });
    const reference = await requestSource(plan);
    const other = await requestSource(plan);
    const number = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(2 ** 32, 2 ** 53 - 1));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.nat()), { maxLength: 8 }), (asked) => {
        for (const [conversation, place] of asked) {
          const [one, again] = [reference.conversation(conversation), other.conversation(conversation)];
          assert.equal(one.turns, again.turns);
          const turn = place % one.turns;
          assert.deepEqual(again.turn(turn), one.turn(turn));
          assert.equal(again.thinkTimeMs(turn), one.thinkTimeMs(turn));
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test('has turns that do not depend on which was asked for first', async () => {
    const source = await requestSource(planOf([MIX[0]!]));
    const [forwards, backwards] = [source.conversation(6), source.conversation(6)];
    const last = backwards.turn(3);
    for (let turn = 0; turn < 4; turn++) assert.deepEqual(backwards.turn(turn), forwards.turn(turn));
    assert.deepEqual(forwards.turn(3), last);
  });

  test('is another with another seed or number', async () => {
    const bodies = new Set<string>();
    for (const seed of [0, 1, 2 ** 32, 2 ** 52]) {
      for (const { body } of await firstTurns(planOf(MIX, { seed }), 20)) bodies.add(body);
    }
    assert.equal(bodies.size, 80);
  });

  test('has a key of its own, which is sent if the plan says so', async () => {
    const keys = new Set<string>();
    const source = await requestSource(planOf(MIX));
    for (let number = 0; number < 200; number++) {
      const conversation = source.conversation(number);
      for (let turn = 0; turn < conversation.turns; turn++) {
        const { key, headers } = conversation.turn(turn);
        assert.equal(headers['x-llm-sim-request-id'], key);
        assert.ok(!keys.has(key), key);
        keys.add(key);
      }
    }
    const silent = await requestSource(planOf(MIX, { sendsRequestIds: false }));
    assert.ok(!('x-llm-sim-request-id' in silent.conversation(0).turn(0).headers));
  });

  test('beyond a conversation’s end is refused', async () => {
    const conversation = (await requestSource(planOf([MIX[0]!]))).conversation(0);
    for (const turn of [-1, 4, 0.5, Number.NaN]) {
      assert.throws(() => conversation.turn(turn), RangeError);
      assert.throws(() => conversation.thinkTimeMs(turn), RangeError);
    }
  });

  test('changes in nothing but its length where the plan’s lengths change', async () => {
    const [short, long] = await Promise.all(
      [20, 90].map((promptTokens) => firstTurns(planOf([entryOf({ promptTokens })]), 10)),
    );
    for (const [index, request] of short!.entries()) {
      const [shortText, longText] = [request, long![index]!].map((turn) => chatOf(turn).messages[0]!.content);
      assert.ok(longText!.startsWith(shortText!.slice(0, -1)));
    }
  });
});

describe('a conversation', () => {
  test('says again all that was said, and grows by an answer and a question', async () => {
    const conversation = (await requestSource(planOf([MIX[0]!]))).conversation(1);
    let before: ChatBody['messages'] = [];
    for (let turn = 0; turn < conversation.turns; turn++) {
      const { messages } = chatOf(conversation.turn(turn));
      assert.deepEqual(messages.slice(0, before.length), before);
      const roles = messages.slice(before.length).map(({ role }) => role);
      assert.deepEqual(roles, turn === 0 ? ['system', 'user'] : ['assistant', 'user']);
      before = messages;
    }
  });

  test('begins with the prefix of its share of the mix, which others of the share have too', async () => {
    const other = { ...MIX[0]!, name: 'other' };
    const requests = await firstTurns(planOf([MIX[0]!, other]), 30);
    const prefixes = new Map<number, Set<string>>();
    for (const request of requests) {
      const [system] = chatOf(request).messages;
      prefixes.set(request.mix, (prefixes.get(request.mix) ?? new Set()).add(system!.content));
    }
    assert.deepEqual(
      [...prefixes.values()].map(({ size }) => size),
      [1, 1],
    );
    assert.equal(new Set([...prefixes.values()].flatMap((texts) => [...texts])).size, 2);
  });

  test('that has grown too long leaves out its oldest turns, but never its last question', async () => {
    const conversation = { turns: 4, sharedPrefixTokens: 0, thinkTime: 0 };
    const plan = planOf([entryOf({ promptTokens: 400_000, outputTokens: 10, conversation })]);
    const planned = (await requestSource(plan)).conversation(0);
    const counts = [0, 1, 2, 3].map((turn) => chatOf(planned.turn(turn)).messages.length);
    assert.deepEqual(counts, [1, 3, 3, 3]);
  });

  test('is thought about before each turn but the first', async () => {
    const source = await requestSource(planOf([MIX[0]!]));
    let sum = 0;
    for (let number = 0; number < 1_000; number++) {
      const conversation = source.conversation(number);
      assert.equal(conversation.thinkTimeMs(0), 0);
      for (let turn = 1; turn < 4; turn++) sum += conversation.thinkTimeMs(turn);
    }
    const meanMs = sum / 3_000;
    assert.ok(Math.abs(meanMs - 500) < (4 * 500) / Math.sqrt(3_000), `${meanMs}`);
  });
});

describe('draws', () => {
  test('deal conversations to the mix by weight', async () => {
    const requests = await firstTurns(planOf(MIX), 4_000);
    assertShare(requests.filter(({ mix }) => mix === 0).length, requests.length, 0.75);
  });

  test('never draw what has no weight', async () => {
    const requests = await firstTurns(planOf([{ ...MIX[0]!, weight: 0 }, MIX[1]!]), 200);
    assert.ok(requests.every(({ mix }) => mix === 1));
    await assert.rejects(requestSource(planOf([{ ...MIX[0]!, weight: 0 }])), RangeError);
  });

  test('deal keys by their rank, in the dialect’s own header', async () => {
    const identities = { count: 4, skew: 1, prefix: 'sk-load-' };
    const requests = await firstTurns(planOf(MIX, { identities }), 4_000);
    const whole = 1 + 1 / 2 + 1 / 3 + 1 / 4;
    for (const identity of [0, 1, 2, 3]) {
      const own = requests.filter((request) => request.identity === identity);
      assertShare(own.length, requests.length, 1 / (identity + 1) / whole);
      for (const { dialect, headers } of own) {
        const key = `sk-load-${identity + 1}`;
        if (dialect === 'openai.chat') assert.equal(headers.authorization, `Bearer ${key}`);
        else assert.equal(headers['x-api-key'], key);
      }
    }
  });

  test('leave the key to the target where there are no identities, and out where it has none', async () => {
    const [own] = await firstTurns(planOf([MIX[0]!]), 1);
    assert.equal(own!.headers.authorization, 'Bearer sk-own');
    assert.equal(own!.identity, -1);
    const target = { url: 'http://x', headers: {}, apiKey: '' };
    const [keyless] = await firstTurns(planOf([MIX[0]!], { target }), 1);
    assert.ok(!('authorization' in keyless!.headers));
  });

  test('have clients leave, and read slowly, in their shares', async () => {
    const after = { distribution: 'uniform', min_ms: 100, max_ms: 200 };
    const slowReader = { share: 0.1, bytesPerSec: 64 };
    const leaving = await firstTurns(planOf([entryOf({ cancel: { share: 0.25, after }, slowReader })]), 4_000);
    const left = leaving.filter(({ cancelAfterMs }) => cancelAfterMs !== undefined);
    assertShare(left.length, leaving.length, 0.25);
    assert.ok(left.every(({ cancelAfterMs }) => cancelAfterMs! >= 100 && cancelAfterMs! <= 200));
    assertShare(leaving.filter(({ bytesPerSecMax }) => bytesPerSecMax === 64).length, leaving.length, 0.1);
    const slowAndLeft = left.filter(({ bytesPerSecMax }) => bytesPerSecMax !== undefined);
    assertShare(slowAndLeft.length, left.length, 0.1);

    const counting = await firstTurns(planOf([entryOf({ cancel: { share: 1, afterChunks: 3 } })]), 10);
    assert.ok(counting.every((request) => request.cancelAfterChunks === 3 && request.cancelAfterMs === undefined));
  });

  test('give limits of output as the lengths say', async () => {
    const requests = await firstTurns(planOf([MIX[0]!]), 2_000);
    const limits = requests.map((request) => chatOf(request).max_tokens!);
    assert.ok(limits.every((limit) => Number.isInteger(limit) && limit >= 5 && limit <= 60));
    const mean = limits.reduce((sum, limit) => sum + limit, 0) / limits.length;
    assert.ok(Math.abs(mean - 32.5) < (4 * (55 / Math.sqrt(12))) / Math.sqrt(limits.length), `${mean}`);
  });

  test('give way to the lengths of a trace for the first turns of its conversations', async () => {
    const recordedLengths = { outputTokens: [7, -1, 9] };
    const entry = entryOf({ outputTokens: 33, conversation: { ...TALK, turns: 2 } });
    const source = await requestSource(planOf([entry], { recordedLengths }));
    const limits = [0, 1, 2, 3].map((number) => chatOf(source.conversation(number).turn(0)).max_tokens);
    assert.deepEqual(limits, [7, 33, 9, 33]);
    assert.equal(chatOf(source.conversation(0).turn(1)).max_tokens, 33);
  });
});

/** Within four standard deviations of a binomial count. */
function assertShare(count: number, of: number, share: number): void {
  const deviation = Math.sqrt(of * share * (1 - share));
  assert.ok(Math.abs(count - of * share) < 4 * deviation, `${count} of ${of} for a share of ${share}`);
}
