/** Connections that drip, beside streams that do not notice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DRIP_KINDS, Drippers } from '../../../bench/drippers/drippers.js';
import { chatRequest, replyText, sharedSimulator } from '../chat-client.js';
import { describeTransports } from '../transport/harness.js';
import { waitUntil } from '../transport/raw-client.js';

const RECEIVE_TIMEOUT_SECS = 1;
const STREAMS = 20;
const CONNECTIONS = 60;
const TOKENS = 30;
const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });

describeTransports('drippers', (selected) => {
  const simulator = sharedSimulator({
    config: {
      server: { transport: selected.name, receive_timeout_secs: RECEIVE_TIMEOUT_SECS },
      providers: { 'gpt-4o': { latency: { ttft: constant(10), itl: constant(50) } } },
    },
  });
  // uWebSockets.js ends headers by a limit of its own, of some 30 s.
  const kinds = selected.name === 'uws' ? DRIP_KINDS.filter((kind) => kind.startsWith('body')) : DRIP_KINDS;

  test('are all gone, and change no byte of the streams beside them', async (t) => {
    const body = chatRequest({ stream: true, max_tokens: TOKENS });
    const streams = () =>
      Promise.all(
        Array.from({ length: STREAMS }, (_, index) =>
          replyText(simulator(), body, { 'x-llm-sim-request-id': `stream ${index}` }),
        ),
      );
    const alone = await streams();
    const plan = { port: simulator().port, connections: CONNECTIONS, rampMs: 50, dropMs: 100, kinds };
    const drippers = new Drippers(plan);
    t.after(() => drippers.stop());
    drippers.start();
    assert.deepEqual(await streams(), alone);
    await waitUntil(
      () => drippers.figures().opened === CONNECTIONS && drippers.figures().open === 0,
      'the end of the drippers',
    );
    assert.deepEqual(drippers.figures().statuses, { 408: CONNECTIONS });
  });
});
