/** How `llm-simulator serve` ends: SIGTERM and SIGINT let open streams finish within the configured time, a second one does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chat, chatYaml, eventsOf, get, MODEL, openStream } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess, serve } from '../process/simulator-process.js';

const DRAIN = 'server: { workers: 1, shutdown_timeout_secs: 50 }';
const SHORT_DRAIN = 'server: { workers: 1, shutdown_timeout_secs: 0.5 }';

/** 503, or no answer at all: what tells a load balancer to go elsewhere. */
async function notReady(url: string): Promise<true | undefined> {
  try {
    return (await get(`${url}/ready`)).status === 503 ? true : undefined;
  } catch {
    return true;
  }
}

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  test(`${name}: not ready any more, open streams finish, exit code 0`, async () => {
    const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN, { itlMs: 50 }) });
    const streams = await Promise.all([1, 2, 3].map(() => openStream(node.url, { maxTokens: 25 })));
    node.signal(name);
    await eventually(
      () => notReady(node.url),
      () => 'still ready',
    );
    for (const { reply } of streams) {
      const { text, cut } = await reply;
      assert.equal(cut, false);
      assert.equal(eventsOf(text).length, 1 + 25 + 2);
      assert.equal(eventsOf(text).at(-1), '[DONE]');
    }
    const { code, signal, stdout } = await node.program.outcome();
    assert.deepEqual([code, signal], [0, null]);
    assert.match(stdout, new RegExp(`"signal":"${name}".*"msg":"draining"`));
  });
}

test('a Ctrl-C that reaches the node from the terminal and from npm is one', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN, { itlMs: 50 }) });
  const { reply } = await openStream(node.url, { maxTokens: 25 });
  node.signal('SIGINT');
  node.signal('SIGINT');
  assert.equal(eventsOf((await reply).text).at(-1), '[DONE]');
  assert.equal((await node.program.outcome()).code, 0);
});

test('a stream longer than the drain ends with an error event of the provider, and the exit code is 0', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(SHORT_DRAIN, { itlMs: 100 }) });
  const stream = await openStream(node.url, { maxTokens: 4_000 });
  const { code, stdout } = await node.end();
  assert.equal(code, 0);
  const { text, cut } = await stream.reply;
  assert.equal(cut, false, 'the stream has a proper end');
  const { error } = JSON.parse(eventsOf(text).at(-1) as string);
  assert.match(error.message, /shutting down/);
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  assert.doesNotMatch(text, /\[DONE\]/);
  assert.match(stdout, /"cut":1,"msg":"requests were cut at the end of the drain"/);
  assert.match(stdout, /"outcome":"failed","cause":"shutting_down"/);
});

test('a request that waits for its first byte when the drain ends gets the error of the provider as its reply', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(SHORT_DRAIN, { ttftMs: 100_000 }) });
  const pending = fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'test-chat', messages: [{ role: 'user', content: 'wait' }] }),
  });
  await eventually(
    async () => (/active_requests 1$/m.test((await get(node.metricsUrl)).text) ? true : undefined),
    () => 'the request was not admitted',
  );
  node.signal('SIGTERM');
  const response = await pending;
  assert.equal(response.status, 503);
  assert.match(await response.text(), /shutting down/);
  assert.equal((await node.program.outcome()).code, 0);
});

test('a second signal ends it at once, with streams still open, and says so in the exit code', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN, { itlMs: 1_000 }) });
  const stream = await openStream(node.url, { maxTokens: 4_000 });
  const cut = stream.reply.then((reply) => reply.cut);
  node.signal('SIGTERM');
  await node.logLine('draining');
  assert.equal((await node.end('SIGINT')).code, 1);
  assert.equal(await cut, true);
});

/** The tests' own environment leaves the lame duck out. */
const LAME_DUCK = { LLM_SIM__SERVER__LAME_DUCK_SECS: '600' };

test('SIGTERM begins with the lame duck: not ready on either port, alive, and new connections are served', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN), env: LAME_DUCK });
  node.signal('SIGTERM');
  const line = await node.logLine('draining');
  assert.deepEqual([line.lame_duck_secs, line.timeout_secs], [600, 50]);
  for (const url of [node.url, node.metricsUrl.replace('/metrics', '')]) {
    await eventually(
      async () => ((await get(`${url}/ready`)).status === 503 ? true : undefined),
      () => `${url} is ready still`,
    );
    assert.equal((await get(`${url}/live`)).status, 200);
    assert.equal(JSON.parse((await get(`${url}/health`)).text).status, 'lame_duck');
  }
  const reply = await chat(node.url);
  assert.equal(reply.status, 200);
  assert.equal((await node.end('SIGTERM')).code, 1, 'the second signal ends it at once');
});

test('Ctrl-C leaves the lame duck out and says what it waits for', async () => {
  const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN), env: LAME_DUCK });
  const { code, stderr, stdout } = await node.end('SIGINT');
  assert.equal(code, 0);
  assert.match(stdout, /"lame_duck_secs":0/);
  assert.match(stderr, /interrupted: no new connections; open requests have 50 s to finish/);
});

test('a signal during the start ends it with exit code 0', async () => {
  for (const delayMs of [250, 450]) {
    const program = serve({ yaml: chatYaml('server: { workers: 2 }') });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    program.child.kill('SIGTERM');
    const { code, signal, stderr } = await program.outcome();
    // Before the first module is loaded nobody listens for signals yet.
    if (signal === null) assert.equal(code, 0, stderr);
    else assert.equal(signal, 'SIGTERM');
  }
});

describe('clients that do not let go', () => {
  test('an idle connection does not hold up the end', async () => {
    const node = await SimulatorProcess.start({ yaml: chatYaml(DRAIN) });
    const response = await fetch(`${node.url}/live`);
    await response.text();
    assert.equal((await node.end()).code, 0);
  });
});

test('replies that faults hold for an hour do not hold a drain beyond its time', async () => {
  const yaml = chatYaml(`${SHORT_DRAIN}\nsimulation: { request_overrides: { fault: true } }`);
  const node = await SimulatorProcess.start({ yaml });
  const faults = [
    'stall;after_tokens=2;for_ms=3600000',
    'stall;after_tokens=2;ending=silence',
    'stall;after_tokens=2;for_ms=3600000;ending=fin',
    'timeout;answer=silence',
    'timeout;answer=close;hold_ms=3600000',
  ];
  const held = faults.map((fault) =>
    fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-llm-sim-fault': fault },
      body: JSON.stringify({ model: MODEL, stream: true, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
    }).then(
      (response) => response.text().catch((cause: Error) => cause.message),
      (cause: Error) => cause.message,
    ),
  );
  const active = /^llm_simulator_active_requests (\d+)/m;
  await eventually(
    async () =>
      Number(active.exec((await get(`${node.url}/metrics`)).text)?.[1]) === faults.length ? true : undefined,
    () => 'the requests are not under way',
  );
  const { code, stdout } = await node.end();
  assert.equal(code, 0);
  assert.match(stdout, /"cut":5,"msg":"requests were cut at the end of the drain"/);
  assert.equal((await Promise.all(held)).length, faults.length);
});
