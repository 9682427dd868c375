/** The library: simulators inside the calling process that keep apart from each other and from everything else in it. */
import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { ConfigurationFailure, Failure, type Simulator, type StartOptions, startSimulator } from '../../src/index.js';
import { chat, eventsOf, get, MODEL, openStream } from '../process/chat-client.js';
import { temporaryFile } from '../process/program.js';
import { sumOf } from '../process/prometheus.js';

/** Worker threads of this process that have been started and have not ended. */
const threads = new Set<Worker>();
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker };
  threads.add(worker);
  worker.once('exit', () => threads.delete(worker));
});

const started: Simulator[] = [];
after(() => Promise.all(started.map((simulator) => simulator.stop())));

async function start(options: StartOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ config: configuration({}), ...options });
  started.push(simulator);
  return simulator;
}

function configuration({ itlMs = 1, seed = 1 }: { itlMs?: number; seed?: number }) {
  const latency = {
    ttft: { distribution: 'constant', value_ms: 1 },
    itl: { distribution: 'constant', value_ms: itlMs },
  };
  return { simulation: { seed }, providers: { [MODEL]: { latency } } };
}

test('several at once, each with its own configuration, figures and port', async () => {
  const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const simulators = await Promise.all([1, 2, 3].map((seed) => start({ config: configuration({ seed }) })));
  assert.equal(new Set(simulators.map(({ port }) => port)).size, 3);
  await Promise.all(
    simulators.map(async (simulator, index) => {
      assert.equal(simulator.seed, index + 1);
      assert.equal(simulator.url, `http://127.0.0.1:${simulator.port}`);
      for (let request = 0; request <= index; request++) {
        const { status, text } = await chat(simulator.url);
        assert.deepEqual([status, JSON.parse(text).system_fingerprint], [200, `sim-${index + 1}`]);
      }
      const figures = await simulator.metrics();
      assert.equal(sumOf(figures, 'llm_simulator_requests_total'), index + 1);
      assert.equal(
        sumOf((await get(`${simulator.url}/metrics`)).text, 'llm_simulator_requests_started_total'),
        index + 1,
      );
    }),
  );
  const signals = (names: typeof before) => names.filter(([name]) => /^SIG|uncaught|unhandled/.test(String(name)));
  const now = process.eventNames().map((name) => [name, process.listenerCount(name)]) as typeof before;
  assert.deepEqual(signals(now), signals(before), 'no handler of signals or errors was added to the process');
  await simulators[0]?.stop();
  assert.equal((await chat(simulators[1]?.url as string)).status, 200, 'the others go on when one is stopped');
  await Promise.all(simulators.map((simulator) => simulator.stop()));
});

describe('options', () => {
  test('the configuration may be a file', async () => {
    const file = temporaryFile('library.yaml', JSON.stringify(configuration({ seed: 11 })));
    const simulator = await start({ config: file });
    assert.equal(simulator.seed, 11);
    assert.equal((await chat(simulator.url)).status, 200);
    await simulator.stop();
  });

  test('the seed option overrides the configuration; host and port of the configuration are not used', async () => {
    const config = { ...configuration({ seed: 5 }), server: { host: '192.0.2.1', port: 1, workers: 3 } };
    const simulator = await start({ config, seed: 6 });
    assert.deepEqual([simulator.seed, simulator.host], [6, '127.0.0.1']);
    await simulator.stop();
  });

  test('without options it serves the default catalogue on a free port', async () => {
    const simulator = await startSimulator();
    started.push(simulator);
    assert.equal((await get(`${simulator.url}/v1/models`)).status, 200);
    await simulator.stop();
  });

  test('environment variables are not read', async () => {
    process.env.LLM_SIM__SIMULATION__SEED = '99';
    process.env.LLM_SIM__SERVER__THREADS = 'nonsense';
    try {
      const simulator = await start();
      assert.equal(simulator.seed, 1);
      await simulator.stop();
    } finally {
      delete process.env.LLM_SIM__SIMULATION__SEED;
      delete process.env.LLM_SIM__SERVER__THREADS;
    }
  });
});

describe('stop()', () => {
  test('frees the port and the threads, and may be called again', async () => {
    const simulator = await start();
    assert.ok(threads.size > 0);
    await Promise.all([simulator.stop(), simulator.stop()]);
    await simulator.stop();
    assert.equal(threads.size, 0);
    await assert.rejects(chat(simulator.url), { code: 'ECONNREFUSED' });
    const again = await start({ port: simulator.port });
    assert.equal(again.port, simulator.port);
    await again.stop();
  });

  test('ends open streams', async () => {
    const simulator = await start({ config: configuration({ itlMs: 100 }) });
    const { reply } = await openStream(simulator.url, { maxTokens: 4_000 });
    await simulator.stop();
    const { cut, text } = await reply;
    assert.equal(cut, true);
    assert.ok(eventsOf(text).length < 4_000);
    const figures = await simulator.metrics();
    assert.equal(sumOf(figures, 'llm_simulator_active_requests'), 0, 'the books are closed');
    assert.equal(sumOf(figures, 'llm_simulator_requests_ended_total'), 1);
  });
});

describe('a start that fails leaves nothing behind', () => {
  test('an invalid configuration is a ConfigurationFailure with every problem', async () => {
    const config = { server: { prot: 1 }, simulation: { time_scale: -1 } };
    await assert.rejects(startSimulator({ config }), (error) => {
      assert.ok(error instanceof ConfigurationFailure);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.deepEqual(error.problems.map(({ path }) => path).sort(), ['server.prot', 'simulation.time_scale']);
      assert.match(error.message, /2 problems[\s\S]*options\.config {2}server\.prot/);
      return true;
    });
    assert.equal(threads.size, 0);
  });

  test('a file that cannot be read is a ConfigurationFailure', async () => {
    await assert.rejects(startSimulator({ config: '/nowhere/simulator.yaml' }), { code: 'CONFIG_UNREADABLE' });
  });

  test('a used port is a Failure PORT_IN_USE, and the threads are gone', async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const { port } = stranger.address() as { port: number };
    await assert.rejects(start({ port }), (error) => error instanceof Failure && error.code === 'PORT_IN_USE');
    assert.equal(threads.size, 0);
    stranger.close();
  });
});
