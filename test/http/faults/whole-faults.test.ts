/** Faults in whole replies on the wire: how much of the body comes, under which length, and how the connection ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { availableTransports } from '../transport/harness.js';
import { waitUntil } from '../transport/raw-client.js';
import { answerOf, ask, brokenAnswer, completeAnswer, sharedServer } from './fault-server.js';

const CASES = {
  nothing_rst: { kind: 'reset_before', manner: 'rst' },
  nothing_fin: { kind: 'reset_before', manner: 'fin', after_ms: 10 },
  late: { kind: 'slow_headers', delay_ms: 60_000 },
  a_little_late: { kind: 'slow_headers', delay_ms: 30 },
  cut_fin: { kind: 'disconnect', manner: 'fin', after_tokens: 4 },
  cut_rst: { kind: 'disconnect', manner: 'rst', after_tokens: 4 },
  cut_at_once: { kind: 'disconnect', after_tokens: 0 },
  cut_in_time: { kind: 'disconnect', after_ms: 1 },
  stall: { kind: 'stall', after_tokens: 4, for_ms: 30 },
  silence: { kind: 'stall', after_tokens: 4, ending: 'silence' },
  half: { kind: 'truncated_event', after_tokens: 4 },
  half_fin: { kind: 'truncated_event', after_tokens: 4, ending: 'fin' },
  malformed: { kind: 'malformed_json', after_tokens: 0 },
  split_character: { kind: 'utf8_split', after_tokens: 3, gap_ms: 1 },
  cut_character: { kind: 'utf8_cut', after_tokens: 3 },
  split: { kind: 'event_split', writes: 3, gap_ms: 1 },
  dripped: { kind: 'drip', bytes: 60, interval_ms: 1 },
  dripped_slowly: { kind: 'drip', bytes: 60, interval_ms: 60_000 },
  longer: { kind: 'wrong_content_length', difference_bytes: 40 },
  shorter: { kind: 'wrong_content_length', difference_bytes: -40 },
  no_usage: { kind: 'missing_usage' },
  error: { kind: 'error_event' },
  joined: { kind: 'coalesce' },
  twice: { kind: 'duplicate_terminal' },
  never: { kind: 'missing_terminal' },
};

for (const selected of availableTransports) {
  describe(`a fault in a whole reply (${selected.name})`, () => {
    const server = sharedServer(selected, CASES);
    const whole = (fault?: keyof typeof CASES) =>
      ask(server(), { stream: false, ...(fault === undefined ? {} : { fault }) });
    const right = async () => completeAnswer(await whole());
    const assertHealthy = async () => assert.equal((await right()).status, 200);
    const resets = selected.name === 'node';

    for (const manner of resets ? (['rst', 'fin'] as const) : (['fin'] as const)) {
      test(`ends the connection before a byte, by ${manner.toUpperCase()}`, async () => {
        const client = await whole(`nothing_${manner}`);
        await client.waitForClose();
        assert.deepEqual([client.text, client.reset], ['', manner === 'rst']);
        await assertHealthy();
      });

      test(`ends the connection in the middle of the body, by ${manner.toUpperCase()}`, async () => {
        const client = await whole(`cut_${manner}`);
        const [answer, { body }] = [await brokenAnswer(client), await right()];
        assert.equal(client.reset, manner === 'rst');
        assert.equal(Number(answer.headers.get('content-length')), body.length);
        assert.deepEqual(answer.body, body.subarray(0, Math.floor(body.length / 2)));
        await assertHealthy();
      });
    }

    test('ends the connection behind the headers', async () => {
      const answer = await brokenAnswer(await whole('cut_at_once'));
      assert.deepEqual([answer.status, answer.body.length], [200, 0]);
      assert.equal(Number(answer.headers.get('content-length')), (await right()).body.length);
    });

    test('ends the connection at a time, before the reply is due', async () => {
      const client = await whole('cut_in_time');
      await client.waitForClose();
      assert.equal(client.text, '');
    });

    test('holds the reply back', async () => {
      const client = await whole('late');
      await assertHealthy();
      assert.equal(client.text, '');
      client.destroy();
      assert.deepEqual((await completeAnswer(await whole('a_little_late'))).body, (await right()).body);
    });

    for (const fault of ['stall', 'split', 'dripped'] as const) {
      test(`sends the right body in pieces, and the connection goes on (${fault})`, async () => {
        const [answer, { body }] = [await completeAnswer(await whole(fault)), await right()];
        assert.deepEqual(answer.body, body);
        assert.equal(Number(answer.headers.get('content-length')), body.length);
      });
    }

    test('sends a piece, and the next in a minute', async () => {
      const client = await whole('dripped_slowly');
      await waitUntil(() => client.text.includes('\r\n\r\n') && answerOf(client).body.length > 0, 'the first piece');
      await assertHealthy();
      assert.deepEqual(answerOf(client).body, (await right()).body.subarray(0, 60));
      client.destroy();
    });

    test('stalls until the client leaves', async () => {
      const client = await whole('silence');
      await waitUntil(() => client.text.includes('\r\n\r\n') && answerOf(client).body.length > 0, 'half of the body');
      await assertHealthy();
      assert.equal(client.closed, false);
      client.destroy();
      const { server: node } = server();
      await waitUntil(() => node.activeRequests === 0, 'the end of the request');
    });

    test('cuts the body, and says that it is whole', async () => {
      const [answer, { body }] = [await completeAnswer(await whole('half')), await right()];
      assert.deepEqual(answer.body, body.subarray(0, Math.floor(body.length / 2)));
      assert.equal(Number(answer.headers.get('content-length')), answer.body.length);
    });

    test('cuts the body, and closes', async () => {
      const [answer, { body }] = [await brokenAnswer(await whole('half_fin')), await right()];
      assert.deepEqual(answer.body, body.subarray(0, Math.floor(body.length / 2)));
      assert.equal(Number(answer.headers.get('content-length')), body.length);
    });

    test('breaks the JSON', async () => {
      const [answer, { body }] = [await completeAnswer(await whole('malformed')), await right()];
      assert.equal(answer.body.length, body.length - 1);
      assert.throws(() => JSON.parse(answer.body.toString()));
    });

    test('has a character in two writes, or without its last byte', async () => {
      const split = await completeAnswer(await whole('split_character'));
      assert.match(JSON.parse(split.body.toString()).choices[0].message.content, /four\u2014 five/);
      const cut = await completeAnswer(await whole('cut_character'));
      assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(cut.body));
      assert.equal(cut.body.length, split.body.length - 1);
    });

    test('announces more than comes', async () => {
      const [answer, { body }] = [await brokenAnswer(await whole('longer')), await right()];
      assert.equal(Number(answer.headers.get('content-length')), body.length + 40);
      assert.deepEqual(answer.body, body);
    });

    test('announces less than comes', async () => {
      const [answer, { body }] = [await brokenAnswer(await whole('shorter')), await right()];
      assert.equal(Number(answer.headers.get('content-length')), body.length - 40);
      assert.deepEqual(answer.body, body);
      await assertHealthy();
    });

    test('leaves out the usage', async () => {
      const { usage, ...rest } = JSON.parse((await right()).body.toString());
      assert.equal(typeof usage, 'object');
      assert.deepEqual(JSON.parse((await completeAnswer(await whole('no_usage'))).body.toString()), rest);
    });

    test('of streams alone leaves it as it is', async () => {
      const { body } = await right();
      for (const fault of ['error', 'joined', 'twice', 'never'] as const) {
        assert.deepEqual((await completeAnswer(await whole(fault))).body, body, fault);
      }
    });
  });
}
