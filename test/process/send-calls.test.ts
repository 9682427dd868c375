/**
 * An event costs one send. Counted by strace in the acceptor: every call that sends on a TCP socket, while streams run from their request to
 * their end, headers and the last chunk included.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { availableTransports } from '../http/transport/harness.js';
import { childrenOf } from './child-processes.js';
import { eventually } from './program.js';
import { SimulatorProcess } from './simulator-process.js';

const STREAMS = 20;
const TOKENS = 400;
const SENDS_PER_EVENT_MAX = 1.01;
const ITL_MS = 5;

const yamlOf = (transport: string): string => `
server: { workers: 1, transport: ${transport} }
providers:
  bench:
    dialect: openai
    max_output_tokens: 1000
    latency:
      ttft: { distribution: constant, value_ms: 50 }
      itl: { distribution: constant, value_ms: ${ITL_MS} }
`;

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

for (const { name } of availableTransports) {
  test(`an event costs one send (${name})`, {
    skip: !canTrace && 'strace is not there or may not trace',
  }, async (t) => {
    const simulator = await SimulatorProcess.start({ yaml: yamlOf(name) });
    t.after(() => simulator.end('SIGKILL'));
    const [acceptor] = childrenOf(simulator.program.child.pid as number);
    const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'trace');
    const tracer = await traceSends(acceptor as number, file);
    const events = await Promise.all(Array.from({ length: STREAMS }, () => eventsOf(simulator.url)));
    tracer.kill('SIGINT');
    await once(tracer, 'exit');
    const sends = readFileSync(file, 'utf8').split('\n').filter(isSend).length;
    const received = events.reduce((sum, count) => sum + count, 0);
    assert.ok(received > STREAMS * TOKENS, `${received} events`);
    assert.ok(sends >= received, `${sends} sends were seen of ${received} events: the trace is not whole`);
    assert.ok(sends <= SENDS_PER_EVENT_MAX * received, `${sends} sends for ${received} events`);
  });
}

/** A line of the trace that is the beginning of a call on a TCP socket, or the whole of it. */
const isSend = (line: string): boolean => /\b(write|writev|sendto|sendmsg)\(\d+<TCP/.test(line);

/** Resolves when every call is seen. */
async function traceSends(pid: number, file: string): Promise<ChildProcess> {
  const calls = 'trace=write,writev,sendto,sendmsg';
  const tracer = spawn('strace', ['-f', '-yy', '-s', '0', '-e', calls, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  tracer.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await eventually(
    () => (said.includes('attached') ? true : undefined),
    () => `strace did not attach: ${said}`,
  );
  return tracer;
}

/** Reads a stream to its end and counts its events. */
async function eventsOf(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'bench',
      stream: true,
      max_tokens: TOKENS,
      messages: [{ role: 'user', content: 'Say something long.' }],
    }),
  });
  assert.equal(response.status, 200);
  return (await response.text()).split('data: ').length - 1;
}
