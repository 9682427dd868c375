/** Acceptors die: the node replaces them, keeps what they counted, and leaves no process behind when it is the primary that dies. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { chat, chatYaml, get, type Reply } from '../process/chat-client.js';
import { childrenOf } from '../process/child-processes.js';
import { eventually } from '../process/program.js';
import { sumOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const REQUESTS = 'llm_simulator_requests_total';
const LOST = 'acceptor lost; starting another';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Kills an acceptor and waits until another has taken its place. */
async function killOne(node: SimulatorProcess): Promise<number> {
  const before = childrenOf(node.program.pid);
  const [victim] = before;
  process.kill(victim as number, 'SIGKILL');
  await eventually(
    () => {
      const after = childrenOf(node.program.pid);
      return after.length === before.length && !after.includes(victim as number) ? true : undefined;
    },
    () => `no other acceptor took the place of ${victim}`,
  );
  return victim as number;
}

/** The first answer after a time in which connections may be refused or cut. */
const answered = (node: SimulatorProcess): Promise<Reply> =>
  eventually(
    () => chat(node.url).catch(() => undefined),
    () => 'the node does not answer any more',
  );

const skip = process.platform !== 'linux' && 'finds the acceptors through /proc';

describe('an acceptor that is killed', { skip }, () => {
  test('is replaced, the log says so, and counters do not go back', async () => {
    const node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }') });
    await Promise.all(Array.from({ length: 20 }, () => chat(node.url)));
    const before = sumOf((await get(node.metricsUrl)).text, REQUESTS);
    assert.equal(before, 20);

    const victim = await killOne(node);
    const line = await node.logLine(LOST);
    assert.deepEqual([line.level, line.acceptor_pid, line.pause_ms], ['error', victim, 50]);
    assert.match(String(line.cause), /SIGKILL/);

    assert.equal((await answered(node)).status, 200);
    assert.equal(sumOf((await get(node.metricsUrl)).text, REQUESTS), 21);
    assert.equal((await node.end()).code, 0);
  });

  test('is replaced too when it was the only one and nothing else keeps the primary busy', async () => {
    const node = await SimulatorProcess.start({
      yaml: chatYaml('server: { workers: 1 }\ntelemetry: { metrics: { enabled: false } }'),
    });
    await killOne(node);
    assert.equal((await answered(node)).status, 200);
    await killOne(node);
    assert.equal((await answered(node)).status, 200);
    assert.equal((await node.logLine(LOST, 2)).pause_ms, 100, 'the pause has doubled');
    assert.equal((await node.end()).code, 0);
  });

  test('is not replaced during a drain', async () => {
    const node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 1 }', { ttftMs: 100_000 }) });
    const pending = chat(node.url).catch(() => 'cut');
    await eventually(
      async () => (/active_requests 1$/m.test((await get(node.metricsUrl)).text) ? true : undefined),
      () => 'the request was not admitted',
    );
    const [acceptor] = childrenOf(node.program.pid);
    node.signal('SIGTERM');
    await node.logLine('draining');
    process.kill(acceptor as number, 'SIGKILL');
    assert.equal((await node.program.outcome()).code, 0);
    await pending;
    assert.doesNotMatch(node.program.stdout, /starting another/);
  });
});

test('when the primary is killed its acceptors end by themselves', { skip }, async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }') });
  const acceptors = childrenOf(node.program.pid);
  assert.equal(acceptors.length, 2);
  node.signal('SIGKILL');
  await eventually(
    () => (acceptors.some(isAlive) ? undefined : true),
    () => `acceptors outlive their primary: ${acceptors.filter(isAlive)}`,
  );
  assert.equal((await node.program.outcome()).signal, 'SIGKILL');
});

test('SIGTERM to the whole process group, as a terminal or a container runtime sends it, is one orderly end', {
  skip,
}, async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }', { itlMs: 20 }) });
  const pending = chat(node.url, { maxTokens: 30 });
  await eventually(
    async () => (/active_requests 1$/m.test((await get(node.metricsUrl)).text) ? true : undefined),
    () => 'the request was not admitted',
  );
  for (const pid of childrenOf(node.program.pid)) process.kill(pid, 'SIGTERM');
  node.signal('SIGTERM');
  assert.equal((await pending).status, 200);
  assert.equal((await node.program.outcome()).code, 0);
});
