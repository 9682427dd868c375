/** Acceptors that do not start, made to fail by a module that node loads before them. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { chat, chatYaml } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess, serve } from '../process/simulator-process.js';

/** Arguments for node that run a statement in the acceptors with these numbers; they are counted from 1. */
function inAcceptors(numbers: readonly number[], statement: string): string[] {
  const source = `
    import cluster from 'node:cluster';
    import net from 'node:net';
    if (${JSON.stringify(numbers)}.includes(cluster.worker?.id)) { ${statement} }`;
  return ['--import', `data:text/javascript,${encodeURIComponent(source)}`];
}

const EXIT = 'process.exit(7)';
const PORT_IN_USE = `
  net.Server.prototype.listen = function () {
    process.nextTick(() => this.emit('error', Object.assign(new Error('in use'), { code: 'EADDRINUSE' })));
  };`;

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const yaml = chatYaml('server: { workers: 2, transport: node }');

describe('at the start', () => {
  for (const number of [1, 2]) {
    test(`acceptor ${number} of 2 that dies ends the node with exit code 1 and how it died`, async () => {
      const { code, stderr } = await serve({ yaml, nodeArguments: inAcceptors([number], EXIT) }).outcome();
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^llm-simulator: an acceptor process ended with exit code 7\n {2}\S/);
    });
  }

  test("the acceptor's own reason decides the exit code", async () => {
    const port = await freePort();
    const nodeArguments = inAcceptors([1, 2], PORT_IN_USE);
    const { code, stderr } = await serve({ yaml, nodeArguments, flags: ['--port', String(port)] }).outcome();
    assert.equal(code, 4, stderr);
    assert.match(stderr, new RegExp(`port ${port} is in use`));
  });

  test('a free port that is lost before the acceptors have it is replaced by another', async () => {
    const node = await SimulatorProcess.start({ yaml, nodeArguments: inAcceptors([2, 3], PORT_IN_USE) });
    assert.equal((await chat(node.url)).status, 200);
    assert.equal((await node.end()).code, 0);
  });

  test('when no free port can be had the node gives up', async () => {
    const { code, stderr } = await serve({ yaml, nodeArguments: inAcceptors([1, 3, 5], PORT_IN_USE) }).outcome();
    assert.equal(code, 4, stderr);
  });
});

test('a replacement that does not start is tried again after a longer pause', async () => {
  const yaml = chatYaml('server: { workers: 1 }');
  const node = await SimulatorProcess.start({ yaml, nodeArguments: inAcceptors([2, 3], EXIT) });
  await chat(node.url);
  const { pid } = await node.logLine('request');
  process.kill(pid as number, 'SIGKILL');
  assert.equal((await node.logLine('acceptor lost; starting another')).pause_ms, 50);
  for (const [index, pauseMs] of [100, 200].entries()) {
    const line = await node.logLine('acceptor did not start; trying again', index + 1);
    assert.deepEqual([line.pause_ms, line.cause], [pauseMs, 'an acceptor process ended with exit code 7']);
  }
  const reply = await eventually(
    () => chat(node.url).catch(() => undefined),
    () => 'the node does not answer any more',
  );
  assert.equal(reply.status, 200);
  assert.equal((await node.end()).code, 0);
});
