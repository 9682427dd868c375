/** Whom the primary tells what: see acceptor-crew.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcceptorCrew } from '../../src/cluster/acceptor-crew.js';
import type { AcceptorHandle } from '../../src/cluster/acceptor-handle.js';
import type { ToAcceptor } from '../../src/cluster/messages.js';

test('one that stands by is told nothing, and is ended when the others leave', () => {
  const heard: string[] = [];
  const acceptor = (name: string, started: boolean): AcceptorHandle =>
    ({
      started,
      readyMs: started ? 1 : 0,
      send: ({ kind }: ToAcceptor) => heard.push(`${name} ${kind}`),
      kill: () => heard.push(`${name} killed`),
    }) as unknown as AcceptorHandle;
  const crew = new AcceptorCrew();
  crew.add(acceptor('serving', true));
  crew.add(acceptor('spare', false));
  crew.send({ kind: 'collect', id: 1 });
  assert.deepEqual(heard, ['serving collect']);
  crew.drain(0, false);
  assert.deepEqual(heard, ['serving collect', 'serving drain', 'spare killed']);
});
