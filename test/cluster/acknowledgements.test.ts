import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Acknowledgements } from '../../src/cluster/acknowledgements.js';
import type { ToAcceptor } from '../../src/cluster/messages.js';

function createRound(acceptors: number, timeoutMs = 60_000) {
  const acknowledgements = new Acknowledgements();
  const heard: ToAcceptor[] = [];
  const told = Array.from({ length: acceptors }, (_, id) => ({
    id,
    send: (message: ToAcceptor) => heard.push(message),
  }));
  const done = acknowledgements.tell(told, (id) => ({ kind: 'commit', id, generation: 2 }), timeoutMs);
  const [first] = heard;
  return { acknowledgements, heard, done, id: first !== undefined && 'id' in first ? first.id : 0 };
}

describe('what the primary tells all acceptors', () => {
  test('is taken in when every one of them has said so', async () => {
    const { acknowledgements, done, heard, id } = createRound(3);
    assert.equal(heard.length, 3);
    let settled = false;
    void done.then(() => {
      settled = true;
    });
    for (const acceptor of [2, 0, 2]) acknowledgements.acknowledge(acceptor, id);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!settled);
    acknowledgements.acknowledge(1, id);
    await done;
  });

  test('is not waited for of one that is gone', async () => {
    const { acknowledgements, done, id } = createRound(2);
    acknowledgements.acknowledge(0, id);
    acknowledgements.left(1);
    await done;
    await createRound(0).done;
  });

  test('is refused as soon as one of them refuses', async () => {
    const { acknowledgements, done, id } = createRound(3);
    acknowledgements.acknowledge(1, id, 'no tokenizer');
    acknowledgements.acknowledge(0, id);
    await assert.rejects(done, /no tokenizer/);
  });

  test('fails when one of them does not answer in time', async () => {
    const { acknowledgements, done, id } = createRound(2, 20);
    acknowledgements.acknowledge(0, id);
    await assert.rejects(done, /1 of 2 acceptors did not answer in time/);
  });
});
