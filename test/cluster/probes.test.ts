/** The metrics port answers an orchestrator's probes as the main port does, and also while no acceptor can. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chatYaml, get, openStream } from '../process/chat-client.js';
import { childrenOf } from '../process/child-processes.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

type Document = Readonly<Record<string, unknown>>;

const PROBES = ['/live', '/ready', '/health'];
const probe = (node: SimulatorProcess, path: string, method = 'GET'): Promise<Response> =>
  fetch(node.metricsUrl.replace('/metrics', path), { method, headers: { connection: 'close' } });
const answer = async (node: SimulatorProcess, path: string): Promise<[number, Document]> => {
  const response = await probe(node, path);
  return [response.status, (await response.json()) as Document];
};
const start = (itlMs = 1) => SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }', { ttftMs: 1, itlMs }) });

describe('the metrics port', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await start();
  });
  after(() => node.end());

  /** What is not the same from one moment to the next. */
  const lasting = ({ saturated, uptime_seconds, ...rest }: Document) => [
    rest,
    typeof uptime_seconds,
    Object.keys(saturated ?? {}),
  ];

  for (const path of PROBES) {
    test(`answers ${path} as the main port does`, async () => {
      const [status, document] = await answer(node, path);
      const main = await get(node.url + path);
      assert.equal(status, 200);
      assert.equal(main.status, 200);
      assert.deepEqual(lasting(document), lasting(JSON.parse(main.text) as Document));
    });

    test(`takes GET and HEAD of ${path} alone`, async () => {
      const head = await probe(node, path, 'HEAD');
      assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'application/json']);
      assert.equal(await head.text(), '');
      const post = await probe(node, path, 'POST');
      assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD']);
      await post.text();
    });
  }

  test('knows no other path', async () => {
    for (const path of ['/', '/live/', '/v1/models', '/admin/stats']) {
      const { status } = await probe(node, path);
      assert.equal(status, 404, path);
    }
  });
});

describe('the metrics port of a node', {
  skip: process.platform !== 'linux' && 'finds acceptors through /proc',
}, () => {
  test('whose acceptors all hang answers every probe', async () => {
    const node = await start();
    const acceptors = childrenOf(node.program.pid);
    assert.equal(acceptors.length, 2);
    for (const pid of acceptors) process.kill(pid, 'SIGSTOP');
    try {
      for (const path of PROBES) assert.equal((await answer(node, path))[0], 200, path);
    } finally {
      for (const pid of acceptors) process.kill(pid, 'SIGCONT');
    }
    await node.end();
  });

  test('is not ready while a lost acceptor is being replaced, but alive', async () => {
    const node = await start();
    await eventually(
      async () => {
        // Each replacement takes longer to be tried than the one before, so that one of them is seen, however slow the machine.
        const [victim] = childrenOf(node.program.pid);
        if (victim !== undefined) process.kill(victim, 'SIGKILL');
        const [status, document] = await answer(node, '/ready');
        if (status !== 503) return undefined;
        assert.deepEqual(document, { status: 'not_ready' });
        return true;
      },
      () => 'not ready after acceptors were killed',
    );
    assert.equal((await answer(node, '/live'))[0], 200);
    await eventually(
      async () => ((await answer(node, '/ready'))[0] === 200 ? true : undefined),
      () => 'ready again',
    );
    assert.equal((await answer(node, '/health'))[1].status, 'healthy');
    await node.end();
  });

  test('that drains says so until the last stream has ended', async () => {
    const node = await start(60_000);
    const { reply } = await openStream(node.url, { maxTokens: 2 });
    node.signal('SIGTERM');
    await eventually(
      async () => ((await answer(node, '/ready'))[0] === 503 ? true : undefined),
      () => 'not ready while it drains',
    );
    assert.equal((await answer(node, '/health'))[1].status, 'draining');
    assert.equal((await answer(node, '/live'))[0], 200);
    // The second signal ends it at once.
    node.signal('SIGTERM');
    assert.equal((await reply).cut, true);
    await node.program.outcome();
  });
});
