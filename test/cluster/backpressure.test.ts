/** Two acceptors share the places and the queue of their node, each with a quarter of slack, and speak of pressure with one voice. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chatYaml, get, MODEL } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { samplesOf } from '../process/prometheus.js';
import { SimulatorProcess } from '../process/simulator-process.js';

/** Of 4 places and 2 that may wait each process has 3 and 2. */
const LIMITS = '{ max_concurrent_requests: 4, queue_size: 2 }';
const PLACES = 6;
const WAITING = 4;
const AN_HOUR_MS = 3_600_000;

interface Health {
  readonly status: string;
  readonly backpressure: { readonly now: boolean; readonly occupancy: number; readonly waiting: number };
}

describe('two acceptors that are full', () => {
  let node: SimulatorProcess;
  const clients: AbortController[] = [];
  before(async () => {
    const yaml = chatYaml(`server: { workers: 2 }\nsimulation: { concurrency: ${LIMITS} }`, { itlMs: AN_HOUR_MS });
    node = await SimulatorProcess.start({ yaml });
  });
  after(() => node.end());

  const ask = (): Promise<Response | undefined> => {
    const controller = new AbortController();
    clients.push(controller);
    const { signal } = controller;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${clients.length}` };
    const messages = [{ role: 'user', content: 'Hi.' }];
    const body = JSON.stringify({ model: MODEL, messages, max_tokens: 4, stream: true });
    return fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body, signal }).catch(() => undefined);
  };
  const gauges = async () => {
    const samples = samplesOf((await get(node.metricsUrl)).text);
    const of = (name: string): number => samples.get(`llm_simulator_${name}`) ?? 0;
    const ended = (outcome: string): number => of(`requests_ended_total{outcome="${outcome}"}`);
    return {
      active: of('active_requests'),
      queued: of('queue_depth'),
      backpressure: of('backpressure'),
      started: of('requests_started_total'),
      ended: ended('finished') + ended('aborted') + ended('failed'),
    };
  };
  const health = async (): Promise<Health> => JSON.parse((await get(`${node.url}/health`)).text);

  test('serve and keep waiting what their node may, refuse the rest, and lose nobody', async () => {
    const refused: Response[] = [];
    const open: Response[] = [];
    let seen = await gauges();
    await eventually(
      async () => {
        for (let index = 0; index < 16; index++)
          void ask().then((response) => {
            // Held: a response that nobody holds is collected, which closes its connection.
            if (response !== undefined) (response.status === 503 ? refused : open).push(response);
          });
        await new Promise((resolve) => setTimeout(resolve, 250));
        seen = await gauges();
        return seen.queued === WAITING ? true : undefined;
      },
      () => `both queues are full: ${JSON.stringify(seen)}`,
    );
    assert.deepEqual([seen.active, seen.backpressure], [PLACES + WAITING, 1]);
    for (const { headers } of refused) {
      assert.match(headers.get('retry-after') ?? '', /^\d+$/);
      assert.ok(headers.has('x-llm-sim-backpressure'));
    }

    const told = await eventually(
      async () => {
        const answers = await Promise.all(Array.from({ length: 16 }, health));
        return answers.every(({ backpressure }) => backpressure.waiting === WAITING) ? answers : undefined;
      },
      () => 'every answer of /health tells of all who wait',
    );
    for (const { backpressure, status } of told)
      assert.deepEqual([status, backpressure], ['degraded', { now: true, occupancy: 1, waiting: WAITING }]);
    const ofPrimary: Health = JSON.parse((await get(node.metricsUrl.replace('/metrics', '/health'))).text);
    assert.equal(ofPrimary.status, 'degraded');
    assert.equal((await get(`${node.url}/ready`)).status, 200);

    assert.equal(open.length, PLACES);
    for (const controller of clients.splice(0)) controller.abort();
    await eventually(
      async () => {
        seen = await gauges();
        return seen.active === 0 && seen.queued === 0 && seen.backpressure === 0 ? true : undefined;
      },
      () => `all are gone: ${JSON.stringify(seen)}`,
    );
    assert.equal(seen.started, seen.ended);
    await eventually(
      async () => ((await health()).status === 'healthy' ? true : undefined),
      () => 'the pressure is over',
    );
  });
});
