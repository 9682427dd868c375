import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ToPrimary } from '../../src/cluster/messages.js';
import { StateClient } from '../../src/cluster/state-client.js';

function createClient() {
  const sent: ToPrimary[] = [];
  return { sent, client: new StateClient((message) => sent.push(message)) };
}

describe('an acceptor that asks the primary for the node’s state', () => {
  test('gets each answer to its own question, in whatever order they come', async () => {
    const { client, sent } = createClient();
    const first = client.recall(['a']);
    const second = client.recall(['b', 'c']);
    const change = client.apply([{ key: 'd', document: null }]);
    const prefix = client.reusePrefix({ model: 1, blocks: [7, 8], ttlSecs: 5 });
    assert.deepEqual(
      sent.map(({ kind }) => kind),
      ['recall_state', 'recall_state', 'change_state', 'reuse_prefix'],
    );
    const [one, two, three, four] = sent.map((message) => ('id' in message ? message.id : -1));
    client.settle(four, 2);
    client.settle(three, []);
    client.settle(two, [
      { document: 'B', ageMs: 1 },
      { document: null, ageMs: 0 },
    ]);
    client.settle(one, [{ document: 'A', ageMs: 2 }]);
    assert.deepEqual((await first)[0].document, 'A');
    assert.deepEqual((await second)[0].document, 'B');
    assert.equal(await change, undefined);
    assert.equal(await prefix, 2);
    client.settle(one, []);
  });

  test('does not wait for a primary that says nothing', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { client, sent } = createClient();
    const lost = client.recall(['a']);
    t.mock.timers.tick(5_000);
    await assert.rejects(lost, /did not answer in time/);
    const [message] = sent;
    client.settle('id' in message ? message.id : -1, [{ document: 'late', ageMs: 0 }]);
  });
});
