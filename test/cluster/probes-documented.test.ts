/**
 * A node's probes answer as docs/openapi.json says, on the main port and on the metrics port, from its first request to its last: what a
 * document has beyond its schema fails here.
 */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';
import { assertDocumented } from '../http/documented-answers.js';
import { chat, chatYaml, get, openStream } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

interface Health {
  readonly status: string;
  readonly checks: { readonly state: string };
  readonly saturated: { readonly reasons: readonly string[] };
}

interface Probed {
  /** Of /ready. */
  readonly ready: number;
  readonly health: Health;
}

const PATHS = ['/live', '/ready', '/health'];
/** Longer than any test takes. */
const ITL_MS = 3_600_000;

const portsOf = ({ metricsUrl, url }: SimulatorProcess) => [url, metricsUrl.replace(/\/metrics$/, '')];

/** @param agents one for each path, where the answer is to come on a connection that is open */
async function probed(base: string, agents: readonly Agent[] = []): Promise<Probed> {
  const replies = await Promise.all(PATHS.map((path, index) => get(base + path, agents[index])));
  const documents = replies.map(({ status, text }, index) => {
    const document: unknown = JSON.parse(text);
    assertDocumented(`GET ${PATHS[index]}`, status, document);
    return document;
  });
  return { ready: replies[1].status, health: documents[2] as Health };
}

/** Waits until a port's answers, each of which is as documented, fit. */
function until(base: string, fits: (found: Probed) => boolean, what: string): Promise<Probed> {
  let last: Probed | undefined;
  return eventually(
    async () => {
      last = await probed(base);
      return fits(last) ? last : undefined;
    },
    () => `${base} is not ${what}: ${JSON.stringify(last)}`,
  );
}

test('a node that serves, is full and saturated, and leaves as a lame duck', async (t) => {
  const node = await SimulatorProcess.start({
    yaml: chatYaml(
      `
server: { workers: 1 }
simulation: { concurrency: { max_concurrent_requests: 1, queue_size: 0 } }`,
      { itlMs: ITL_MS },
    ),
    env: { LLM_SIM__SERVER__LAME_DUCK_SECS: '600' },
  });
  t.after(() => node.program.child.kill('SIGKILL'));
  for (const base of portsOf(node)) {
    const { health, ready } = await probed(base);
    assert.deepEqual([ready, health.status, health.checks.state], [200, 'healthy', 'ok'], base);
  }

  const { reply } = await openStream(node.url, { maxTokens: 2 });
  for (const base of portsOf(node)) {
    await eventually(
      async () => {
        // What a refusal leaves behind lasts for ten seconds: it may not be over when the other port is asked.
        assert.equal((await chat(node.url)).status, 503);
        const { health, ready } = await probed(base);
        assert.equal(ready, 200);
        return health.status === 'degraded' && health.saturated.reasons.includes('refusing') ? true : undefined;
      },
      () => `${base} does not say that it is full`,
    );
  }

  node.signal('SIGTERM');
  for (const base of portsOf(node))
    await until(base, ({ health, ready }) => ready === 503 && health.status === 'lame_duck', 'a lame duck');
  node.signal('SIGTERM');
  assert.equal((await reply).cut, true);
  await node.program.outcome();
});

test('a node that has no Redis, and drains', async (t) => {
  const node = await SimulatorProcess.start({
    yaml: chatYaml(
      `
server: { workers: 1 }
state: { backend: redis, redis: { url: "redis://127.0.0.1:1" } }`,
      { itlMs: ITL_MS },
    ),
  });
  t.after(() => node.program.child.kill('SIGKILL'));
  const [main, metrics] = portsOf(node);
  // A node that drains takes no new connections, and answers once more on each that is open.
  const agents = PATHS.map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  t.after(() => agents.forEach((agent) => void agent.destroy()));
  for (const { health, ready } of [await probed(main, agents), await probed(metrics)])
    assert.deepEqual([ready, health.status, health.checks.state], [200, 'healthy', 'unavailable']);

  const { reply } = await openStream(node.url, { maxTokens: 2 });
  node.signal('SIGTERM');
  await until(metrics, ({ health, ready }) => ready === 503 && health.status === 'draining', 'draining');
  await node.logLine('listeners are closed');
  const { health, ready } = await probed(main, agents);
  assert.deepEqual([ready, health.status, health.checks.state], [503, 'draining', 'unavailable']);
  node.signal('SIGTERM');
  assert.equal((await reply).cut, true);
  await node.program.outcome();
});
