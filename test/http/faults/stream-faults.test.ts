/** Faults in streams on the wire: which bytes come, in which writes, and how the connection ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExposition } from '../prometheus.js';
import { availableTransports } from '../transport/harness.js';
import { waitUntil } from '../transport/raw-client.js';
import {
  type Answer,
  answerOf,
  ask,
  brokenAnswer,
  completeAnswer,
  SLOW_MESSAGE,
  saidIn,
  sharedServer,
  WORDS,
} from './fault-server.js';

const HOUR_MS = 3_600_000;
const CASES = {
  nothing_rst: { kind: 'reset_before', manner: 'rst' },
  nothing_fin: { kind: 'reset_before', manner: 'fin' },
  late: { kind: 'slow_headers', delay_ms: HOUR_MS / 60 },
  a_little_late: { kind: 'slow_headers', delay_ms: 30 },
  cut_fin: { kind: 'disconnect', manner: 'fin', after_tokens: 3 },
  cut_rst: { kind: 'disconnect', manner: 'rst', after_tokens: 3 },
  cut_at_once: { kind: 'disconnect', after_tokens: 0 },
  cut_in_time: { kind: 'disconnect', after_ms: 20 },
  cut_at_last: { kind: 'disconnect', after_tokens: 1_000 },
  stall: { kind: 'stall', after_tokens: 3, for_ms: 30 },
  stall_fin: { kind: 'stall', after_tokens: 3, for_ms: 30, ending: 'fin' },
  silence: { kind: 'stall', after_tokens: 3, ending: 'silence' },
  error: { kind: 'error_event', problem: 'overloaded', after_tokens: 3 },
  half_event: { kind: 'truncated_event', after_tokens: 3 },
  half_event_fin: { kind: 'truncated_event', after_tokens: 3, ending: 'fin' },
  malformed: { kind: 'malformed_json', after_tokens: 3 },
  split_character: { kind: 'utf8_split', after_tokens: 3, gap_ms: 1 },
  cut_character: { kind: 'utf8_cut', after_tokens: 3 },
  split_events: { kind: 'event_split', writes: 3, gap_ms: 1 },
  joined: { kind: 'coalesce', events: 4 },
  dripped: { kind: 'drip', bytes: 100, interval_ms: 1 },
  twice: { kind: 'duplicate_terminal' },
  never: { kind: 'missing_terminal' },
  no_usage: { kind: 'missing_usage' },
  wrong_length: { kind: 'wrong_content_length' },
};

const DONE = 'data: [DONE]\n\n';
const texts = (answer: Answer): string[] => answer.chunks!.map((chunk) => chunk.toString());

for (const selected of availableTransports) {
  describe(`a fault in a stream (${selected.name})`, () => {
    const server = sharedServer(selected, CASES);
    const stream = (fault?: keyof typeof CASES, more: { message?: string; fields?: object } = {}) =>
      ask(server(), { stream: true, ...more, ...(fault === undefined ? {} : { fault }) });
    const right = async (fields?: object) =>
      completeAnswer(await stream(undefined, fields === undefined ? {} : { fields }));
    /** Whatever happened to another connection. */
    const assertHealthy = async () => assert.equal(saidIn((await right()).body), WORDS.join(''));
    const resets = selected.name === 'node';

    for (const manner of resets ? (['rst', 'fin'] as const) : (['fin'] as const)) {
      test(`ends the connection before a byte, by ${manner.toUpperCase()}`, async () => {
        const client = await stream(`nothing_${manner}`);
        await client.waitForClose();
        assert.deepEqual([client.text, client.reset], ['', manner === 'rst']);
        await assertHealthy();
      });

      test(`ends the connection in the middle, by ${manner.toUpperCase()}`, async () => {
        const client = await stream(`cut_${manner}`);
        const answer = await brokenAnswer(client);
        assert.equal(client.reset, manner === 'rst');
        assert.equal(saidIn(answer.body), WORDS.slice(0, 3).join(''));
        assert.equal(answer.ended, false);
        assert.deepEqual(answer.body, (await right()).body.subarray(0, answer.body.length));
        await assertHealthy();
      });
    }

    test('ends the connection behind the headers, before a word', async () => {
      const answer = await brokenAnswer(await stream('cut_at_once'));
      assert.equal(answer.status, 200);
      assert.equal(saidIn(answer.body), '');
      assert.match(answer.body.toString(), /^data: .*"role":"assistant".*\n\n$/);
    });

    test('ends the connection at a time, before a word would come', async () => {
      const answer = await brokenAnswer(await stream('cut_in_time', { message: SLOW_MESSAGE }));
      assert.deepEqual([answer.status, answer.ended], [200, false]);
      assert.equal(answer.body.length, 0);
    });

    test('ends the connection behind the last word of an answer that has fewer', async () => {
      const answer = await brokenAnswer(await stream('cut_at_last'));
      assert.equal(saidIn(answer.body), WORDS.join(''));
      assert.ok(!answer.body.includes(DONE));
    });

    test('that the answer does not come to leaves it as it is', async () => {
      for (const fault of ['cut_in_time', 'wrong_length', 'no_usage'] as const) {
        const answer = await completeAnswer(await stream(fault));
        if (fault !== 'cut_in_time') assert.deepEqual(texts(answer), texts(await right()), fault);
      }
    });

    test('holds back the headers', async () => {
      const client = await stream('late');
      await assertHealthy();
      assert.equal(client.text, '', 'a request after it is answered, and this one has no byte');
      client.destroy();
      const late = await completeAnswer(await stream('a_little_late'));
      assert.deepEqual(texts(late), texts(await right()));
    });

    test('stalls, and then goes on', async () => {
      const answer = await completeAnswer(await stream('stall'));
      assert.deepEqual(texts(answer), texts(await right()));
    });

    test('stalls, and then closes', async () => {
      const answer = await brokenAnswer(await stream('stall_fin'));
      assert.equal(saidIn(answer.body), WORDS.slice(0, 3).join(''));
      assert.equal(answer.ended, false);
    });

    test('stalls until the client leaves', async () => {
      const client = await stream('silence');
      await client.waitForText(JSON.stringify(WORDS[2]));
      await assertHealthy();
      assert.deepEqual([client.closed, saidIn(answerOf(client).body)], [false, WORDS.slice(0, 3).join('')]);
      client.destroy();
      const { server: node } = server();
      await waitUntil(() => node.activeRequests === 0, 'the end of the request');
    });

    test('is the provider’s own error in the place of the rest', async () => {
      const answer = await completeAnswer(await stream('error'));
      const chunks = texts(answer);
      const last = chunks.pop()!;
      assert.equal(answer.ended, true);
      assert.deepEqual(chunks, texts(await right()).slice(0, chunks.length));
      assert.equal(saidIn(Buffer.from(chunks.join(''))), WORDS.slice(0, 3).join(''));
      assert.equal(JSON.parse(last.slice('data: '.length)).error.type, 'service_unavailable');
    });

    for (const fault of ['half_event', 'half_event_fin'] as const) {
      test(`cuts an event, then ${fault === 'half_event' ? 'ends as if nothing were wrong' : 'closes'}`, async () => {
        const client = await stream(fault);
        const answer = await (fault === 'half_event' ? completeAnswer(client) : brokenAnswer(client));
        assert.equal(answer.ended, fault === 'half_event');
        const [chunks, whole] = [texts(answer), texts(await right())];
        const last = chunks.pop()!;
        assert.deepEqual(chunks, whole.slice(0, chunks.length));
        assert.equal(saidIn(Buffer.from(chunks.join(''))), WORDS.slice(0, 3).join(''));
        const event = whole[chunks.length]!;
        assert.ok(last.length > 0 && last.length < event.length && event.startsWith(last));
      });
    }

    test('breaks the JSON of one event', async () => {
      const [chunks, whole] = [texts(await completeAnswer(await stream('malformed'))), texts(await right())];
      const changed = chunks.flatMap((chunk, index) => (chunk === whole[index] ? [] : [index]));
      assert.equal(chunks.length, whole.length);
      assert.equal(changed.length, 1);
      const event = chunks[changed[0]!]!;
      assert.ok(event.startsWith('data: {') && event.endsWith('\n\n'));
      assert.throws(() => JSON.parse(event.slice('data: '.length)));
    });

    test('splits a character over two writes', async () => {
      const answer = await completeAnswer(await stream('split_character'));
      assert.equal(saidIn(answer.body), 'one two three four\u2014 five six seven eight');
      assert.equal(answer.chunks!.length, (await right()).chunks!.length + 1);
      const decoder = new TextDecoder('utf-8', { fatal: true });
      const broken = answer.chunks!.filter((chunk) => {
        try {
          decoder.decode(chunk);
          return false;
        } catch {
          return true;
        }
      });
      assert.equal(broken.length, 2);
    });

    test('cuts a byte off a character', async () => {
      const answer = await completeAnswer(await stream('cut_character'));
      assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(answer.body));
      assert.equal(answer.body.toString().replace('\ufffd', '').length, (await right()).body.length);
    });

    test('splits every event over several writes', async () => {
      const [answer, whole] = [await completeAnswer(await stream('split_events')), await right()];
      assert.deepEqual(answer.body, whole.body);
      assert.equal(answer.chunks!.length, whole.chunks!.length * 3);
    });

    test('joins events in one write', async () => {
      const [answer, whole] = [await completeAnswer(await stream('joined')), await right()];
      assert.deepEqual(answer.body, whole.body);
      const expected = [];
      const events = texts(whole);
      for (let at = 0; at < events.length; at += 4) expected.push(events.slice(at, at + 4).join(''));
      assert.deepEqual(texts(answer), expected);
    });

    test('drips', async () => {
      const [answer, whole] = [await completeAnswer(await stream('dripped')), await right()];
      assert.deepEqual(answer.body, whole.body);
      assert.ok(answer.chunks!.every((chunk) => chunk.length <= 100));
      assert.equal(
        answer.chunks!.length,
        whole.chunks!.reduce((sum, { length }) => sum + Math.ceil(length / 100), 0),
      );
    });

    test('ends the stream twice, or never', async () => {
      const whole = texts(await right());
      assert.equal(whole.at(-1), DONE);
      assert.deepEqual(texts(await completeAnswer(await stream('twice'))), [...whole, DONE]);
      assert.deepEqual(texts(await completeAnswer(await stream('never'))), whole.slice(0, -1));
    });

    test('is counted by its kind, and as an error where the client got no right answer', async () => {
      const { server: node } = server();
      const counts = async () => {
        const exposition = parseExposition(await node.metricsText());
        const by = (name: string, labels: Record<string, string>) => exposition.sum(`llm_simulator_${name}`, labels);
        return {
          stalls: by('faults_total', { kind: 'stall' }),
          cuts: by('faults_total', { kind: 'disconnect' }),
          success: by('requests_total', { status: 'success' }),
          errors: by('requests_total', { status: 'error' }),
        };
      };
      await waitUntil(() => node.activeRequests === 0, 'the end of all requests');
      const before = await counts();
      await completeAnswer(await stream('stall'));
      await brokenAnswer(await stream('stall_fin'));
      await brokenAnswer(await stream('cut_fin'));
      await completeAnswer(await stream('wrong_length'));
      await waitUntil(() => node.activeRequests === 0, 'the end of all requests');
      const after = await counts();
      assert.deepEqual(
        [
          after.stalls - before.stalls,
          after.cuts - before.cuts,
          after.success - before.success,
          after.errors - before.errors,
        ],
        [2, 1, 2, 2],
      );
    });

    test('leaves out the usage that was asked for', async () => {
      const fields = { stream_options: { include_usage: true } };
      const whole = texts(await right(fields));
      const answer = await completeAnswer(await stream('no_usage', { fields }));
      assert.match(whole.join(''), /"usage":\{/);
      assert.doesNotMatch(answer.body.toString(), /"usage"/);
      assert.equal(answer.chunks!.length, whole.length - 1);
      assert.equal(texts(answer).at(-1), DONE);
    });
  });
}
