/** The admin API of a node of two processes: what it resets and counts is that of both, whichever answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml, get } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

/** Requests that each process must have had before the reset: more than one of them gets of those behind it. */
const AFTER_RESET = 8;

describe('the admin API of two acceptors', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }\nsimulation: { seed: 42 }') });
  });
  after(() => node.end());

  const identifiers = async (count: number): Promise<string[]> => {
    const replies = await Promise.all(Array.from({ length: count }, () => chat(node.url, {})));
    return replies.map(({ text }) => (JSON.parse(text) as { id: string }).id);
  };
  const served = (): number[] => {
    const pids = node.logLines().flatMap((line) => (line.msg === 'request' ? [line.pid] : []));
    return [...new Set(pids)].map((pid) => pids.filter((other) => other === pid).length);
  };
  const stats = async () => JSON.parse((await get(`${node.url}/admin/stats`)).text);
  const reset = async (what: string) => {
    const body = JSON.stringify({ what: [what] });
    const response = await fetch(`${node.url}/admin/reset`, { method: 'POST', body });
    assert.deepEqual([response.status, await response.json()], [200, { reset: [what] }]);
  };

  test('has both count equal requests from the start again', async () => {
    const first = new Set<string>();
    await eventually(
      async () => {
        for (const id of await identifiers(32)) first.add(id);
        await new Promise((resolve) => setTimeout(resolve, 250));
        const [one = 0, other = 0] = served();
        return Math.min(one, other) >= AFTER_RESET ? true : undefined;
      },
      () => `one process answered nearly all of ${first.size} requests`,
    );
    await reset('occurrences');
    for (const id of await identifiers(AFTER_RESET)) assert.ok(first.has(id), `${id} is of a number that never was`);
  });

  test('is not on the metrics port', async () => {
    for (const path of ['/admin', '/admin/stats'])
      assert.equal((await get(new URL(path, node.metricsUrl).href)).status, 404, path);
  });

  test('counts the delays of both, and forgets those of both', async () => {
    const { latency, models, processes } = await stats();
    const requests = models[0].requests.success;
    assert.deepEqual([latency.duration.count, models[0].latency.duration.count], [requests, requests]);
    assert.deepEqual(
      processes.map(({ generation, place }: { generation: number; place: number }) => [place, generation]),
      [
        [0, 1],
        [1, 1],
      ],
    );
    await reset('stats');
    for (let question = 0; question < 4; question++) assert.equal((await stats()).latency.duration, null);
    assert.equal((await stats()).models[0].requests.success, requests, 'what the metrics count goes on');
  });
});
