/** The levels of a node's logs are changed while it runs, in all of its processes, and a process that starts has them, too. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml } from '../process/chat-client.js';
import { childrenOf } from '../process/child-processes.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const CHANGED = 'log levels changed';
const skip = process.platform !== 'linux' && 'finds the acceptors through /proc';

describe('two acceptors', { skip }, () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({
      yaml: chatYaml('server: { workers: 2 }'),
      env: { LLM_SIM_LOG: 'info,http=warn' },
    });
  });
  after(() => node.end());

  const admin = async (method: string, body?: object) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${node.url}/admin/log-level`, init);
    return { status: response.status, document: (await response.json()) as object };
  };

  const linesOf = (message: string) => node.logLines().filter(({ msg }) => msg === message);

  /** Sends requests until every process has logged one with the message. */
  async function expectOfAll(message: string, acceptors: readonly number[]): Promise<void> {
    const from = node.logLines().length;
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: 16 }, () => chat(node.url)));
        const pids = new Set(
          node
            .logLines()
            .slice(from)
            .flatMap(({ msg, pid }) => (msg === message ? [pid] : [])),
        );
        return acceptors.every((pid) => pids.has(pid)) ? true : undefined;
      },
      () => `not every process wrote "${message}"`,
    );
  }

  async function expectNoAccessLines(): Promise<void> {
    // Lines are gathered for a fifth of a second before they are written.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const lines = linesOf('request').length;
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 16 }, () => chat(node.url)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(linesOf('request').length, lines);
  }

  test('have no access lines while the module is above info', async () => {
    await expectNoAccessLines();
    assert.deepEqual(await admin('GET'), {
      status: 200,
      document: {
        level: 'info',
        modules: { http: 'warn' },
        configured: { level: 'info', modules: { http: 'warn' } },
        overridden: false,
      },
    });
    assert.deepEqual(linesOf('request'), []);
  });

  test('write what the admin API asks for, one that replaces another included, and say so', async () => {
    const { status, document } = await admin('PUT', { modules: { http: 'debug' } });
    assert.equal(status, 200);
    assert.deepEqual(document, {
      level: 'info',
      modules: { http: 'debug' },
      configured: { level: 'info', modules: { http: 'warn' } },
      overridden: true,
    });
    await expectOfAll('request begins', childrenOf(node.program.pid));
    const line = await node.logLine(CHANGED);
    assert.deepEqual([line.trigger, line.from, line.to], ['api', 'info,http=warn', 'info,http=debug']);

    const [victim] = childrenOf(node.program.pid) as [number];
    process.kill(victim, 'SIGKILL');
    const replaced = await node.logLine('another acceptor serves in its place');
    assert.equal(replaced.replaces_pid, victim);
    const now = childrenOf(node.program.pid);
    assert.ok(now.includes(replaced.acceptor_pid as number));
    await expectOfAll('request begins', now);
  });

  test('go back to what is configured', async () => {
    const { document } = await admin('DELETE');
    assert.deepEqual(document, {
      level: 'info',
      modules: { http: 'warn' },
      configured: { level: 'info', modules: { http: 'warn' } },
      overridden: false,
    });
    await expectNoAccessLines();
  });

  test('write everything from debug on after SIGUSR2, and after another what was before', async () => {
    const before = linesOf(CHANGED).length;
    node.signal('SIGUSR2');
    const on = await node.logLine(CHANGED, before + 1);
    assert.deepEqual([on.trigger, on.to], ['signal', 'debug']);
    await expectOfAll('request begins', childrenOf(node.program.pid));
    node.signal('SIGUSR2');
    const off = await node.logLine(CHANGED, before + 2);
    assert.deepEqual([off.from, off.to], ['debug', 'info,http=warn']);
    assert.equal((await admin('GET')).status, 200);
    // The acceptors take messages in order: whoever has answered this has taken in the levels, too.
    assert.equal((await admin('DELETE')).status, 200);
    await expectNoAccessLines();
  });

  test('live on when every process gets the signal', async () => {
    const acceptors = childrenOf(node.program.pid);
    for (const pid of acceptors) process.kill(pid, 'SIGUSR2');
    assert.equal((await chat(node.url)).status, 200);
    assert.deepEqual(childrenOf(node.program.pid), acceptors);
  });
});

test('levels that mean nothing are refused', async (t) => {
  const node = await SimulatorProcess.start({ yaml: chatYaml('') });
  t.after(() => node.end());
  for (const body of [{ level: 'loud' }, { modules: { htp: 'debug' } }, { modules: { http: 7 } }, []]) {
    const response = await fetch(`${node.url}/admin/log-level`, { method: 'PUT', body: JSON.stringify(body) });
    assert.equal(response.status, 422, JSON.stringify(body));
    await response.text();
  }
});
