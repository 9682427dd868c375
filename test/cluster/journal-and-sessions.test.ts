/** The journal and the sessions of a node of two processes are the same whichever of them is asked, and hold what both have done. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { admin, post } from '../http/sessions/admin-client.js';
import { chatYaml } from '../process/chat-client.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const REQUESTS = 60;
const SESSIONS = 7;

describe('two acceptors', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }') });
  });
  after(() => node.end());

  /** Every request on a connection of its own, so that both processes get some. */
  const send = (from: number) =>
    Promise.all(
      Array.from({ length: REQUESTS }, (_, index) =>
        post(
          node.url,
          '/v1/chat/completions',
          { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], max_tokens: 2 },
          {
            connection: 'close',
            'x-session-id': `s${(from + index) % SESSIONS}`,
            'x-llm-sim-request-id': `r${from + index}`,
          },
        ),
      ),
    );

  test('give one list of sessions, with every turn that was answered', async () => {
    await send(0);
    for (let look = 0; look < 6; look++) {
      const { document } = await admin(node.url, '/sessions');
      assert.deepEqual(
        document.sessions.map(({ name }: { name: string }) => name).sort(),
        Array.from({ length: SESSIONS }, (_, index) => `s${index}`),
      );
      const turns = document.sessions.reduce((sum: number, session: { turns: number }) => sum + session.turns, 0);
      assert.equal(turns, REQUESTS);
    }
  });

  test('give one journal in the order in which requests ended, page by page', async () => {
    const { document: first } = await admin(node.url, '/journal?limit=1');
    await send(REQUESTS);
    const ids: string[] = [];
    let cursor: string | null = '';
    let lastEndUs = Number.POSITIVE_INFINITY;
    while (cursor !== null) {
      const { document } = await admin(node.url, `/journal?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      for (const { at_us, duration_ms, request_id } of document.entries) {
        ids.push(request_id);
        const endUs = at_us + duration_ms * 1_000;
        // Both are rounded.
        assert.ok(endUs <= lastEndUs + 2, `${request_id} ended after the one before it`);
        lastEndUs = endUs;
      }
      cursor = document.next_cursor;
    }
    assert.equal(ids.length, 2 * REQUESTS);
    assert.deepEqual(new Set(ids), new Set(Array.from({ length: 2 * REQUESTS }, (_, index) => `r${index}`)));
    const { document: tail } = await admin(node.url, `/journal?limit=1000&cursor=${first.tail_cursor}`);
    const followed = tail.entries.map(({ request_id }: { request_id: string }) => request_id);
    assert.deepEqual(followed, ids.slice(0, REQUESTS).reverse());
    assert.equal(tail.processes.length, 2);
  });

  test('forget both at once', async () => {
    assert.deepEqual((await admin(node.url, '/journal', 'DELETE')).document, { cleared: 2 * REQUESTS });
    assert.deepEqual((await admin(node.url, '/sessions', 'DELETE')).document, { deleted: SESSIONS });
    assert.deepEqual((await admin(node.url, '/journal')).document.entries, []);
    assert.deepEqual((await admin(node.url, '/sessions')).document.sessions, []);
  });
});
