/** Scenarios in a node of two processes: what one of them is told holds in both from the answer on, and in one that is started later. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml, get } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { samplesOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const YAML = chatYaml(`
server: { workers: 2 }
scenarios:
  slow: { steps: [{ latency_factor: 7 }] }
  flaky: { parameters: { rate: { default: 0.5 } }, steps: [{ faults: [{ fault: overloaded, probability: "\${rate}" }] }] }
  brief: { duration_secs: 0.05, steps: [{ latency_factor: 7 }] }
`);
/** Of five tokens: 1 ms to the first one, 1 ms between them. */
const USUAL = 'e2e_ms=5.0,';
const SLOW = 'e2e_ms=35.0,';

describe('a scenario in a node of two acceptors', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({ yaml: YAML });
  });
  after(() => node.end());

  const admin = async (path: string, body: object = {}) => {
    const url = `${node.url}/admin/scenarios/${path}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as { readonly expires_at: string | null };
  };
  const plans = async (count: number) => {
    const ask = () => chat(node.url, { key: 'one', headers: { 'x-llm-sim-plan': '1' } });
    const replies = await Promise.all(Array.from({ length: count }, ask));
    return replies.map(({ headers }) => String(headers['x-llm-sim-plan']));
  };
  /** The processes that have logged requests since the line of the number. */
  const pidsSince = (line: number) =>
    new Set(
      node
        .logLines()
        .slice(line)
        .flatMap(({ msg, pid }) => (msg === 'request' ? [pid] : [])),
    );

  /** Asks until both processes have answered; every answer has to be as expected. */
  async function assertEverywhere(expected: string): Promise<void> {
    const line = node.logLines().length;
    await eventually(
      async () => {
        for (const plan of await plans(32)) assert.ok(plan.includes(expected), `${plan} instead of ${expected}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return pidsSince(line).size === 2 ? true : undefined;
      },
      () => 'one process answered all requests',
    );
  }

  test('holds in both from the answer on, and no longer than it is told to', async () => {
    await assertEverywhere(USUAL);
    for (let round = 0; round < 3; round++) {
      await admin('slow/activate');
      await assertEverywhere(SLOW);
      await admin('slow/deactivate');
      await assertEverywhere(USUAL);
    }
    const line = await node.logLine('scenario activated');
    assert.equal(line.scenario, 'slow');
    await node.logLine('scenario deactivated');
  });

  test('expires in both by the clock', async () => {
    const { expires_at: expiresAt } = await admin('brief/activate');
    while (Date.now() <= Date.parse(String(expiresAt)) + 5) await new Promise((resolve) => setTimeout(resolve, 5));
    await assertEverywhere(USUAL);
    assert.equal((await node.logLine('scenario expired')).scenario, 'brief');
  });

  test('hits the same requests in either process', async () => {
    await admin('flaky/activate');
    const statusOf = async (key: number) => (await chat(node.url, { key: `k${key}` })).status;
    const round = () => Promise.all(Array.from({ length: 40 }, (_, key) => statusOf(key)));
    const first = await round();
    assert.deepEqual(new Set(first), new Set([200, 503]));
    for (let again = 0; again < 4; again++) assert.deepEqual(await round(), first);
    await admin('flaky/deactivate');
    assert.deepEqual(new Set(await round()), new Set([200]));
  });

  test('is counted once per node', async () => {
    await admin('slow/activate');
    for (const url of [`${node.url}/metrics`, node.metricsUrl]) {
      const samples = samplesOf((await get(url)).text);
      assert.equal(samples.get('llm_simulator_scenario_active{scenario="slow"}'), 1);
      assert.equal(samples.get('llm_simulator_scenario_active{scenario="flaky"}'), 0);
    }
    await admin('slow/deactivate');
  });

  test('holds in a process that takes the place of a dead one', async () => {
    await admin('slow/activate');
    await assertEverywhere(SLOW);
    // On the metrics port a node is ready when all its acceptors are.
    const readyUrl = node.metricsUrl.replace('/metrics', '/ready');
    let lost = 0;
    for (const victim of pidsSince(0)) {
      process.kill(Number(victim), 'SIGKILL');
      await node.logLine('acceptor lost; starting another', ++lost);
      await eventually(
        async () => ((await get(readyUrl)).status === 200 ? true : undefined),
        () => `nobody took the place of ${victim}`,
      );
    }
    await assertEverywhere(SLOW);
    await admin('slow/deactivate');
    await assertEverywhere(USUAL);
  });
});

describe('serve --scenario', () => {
  test('has a scenario active from the first request on, which SIGHUP does not start again', async () => {
    const node = await SimulatorProcess.start({ yaml: YAML, flags: ['--scenario', 'slow:3600'] });
    const planned = async () => {
      const { headers } = await chat(node.url, { headers: { 'x-llm-sim-plan': '1' } });
      return String(headers['x-llm-sim-plan']);
    };
    const startedAt = async () => {
      const { active } = JSON.parse((await get(`${node.url}/admin/scenarios/slow`)).text);
      return Date.parse(active.started_at);
    };
    assert.ok((await planned()).includes(SLOW));
    const before = await startedAt();
    node.signal('SIGHUP');
    await eventually(
      async () => (JSON.parse((await get(`${node.url}/admin/config`)).text).generation > 1 ? true : undefined),
      () => 'the configuration was not reloaded',
    );
    assert.ok((await planned()).includes(SLOW));
    // The node's clock and that of the wall are read one after the other.
    assert.ok(Math.abs((await startedAt()) - before) < 50);
    await node.end();
  });
});
