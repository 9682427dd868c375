/** A reload of the configuration while requests are under way, in a node of one process. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ConfigurationFailure, type Simulator, startSimulator } from '../../src/index.js';
import { samplesOf } from '../process/prometheus.js';

const KEY = 'sk-canary-5b1d';
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

let folder: string;
let file: string;
let simulator: Simulator;
const write = (yaml: string) => writeFileSync(file, `admin: {api_key: ${KEY}}\n${yaml}`);

async function chat(request: object, id = '1'): Promise<Response> {
  return fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...HEADERS, 'x-llm-sim-request-id': id },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], max_tokens: 5, ...request }),
  });
}

const modelOf = async (request: object): Promise<unknown> =>
  ((await (await chat(request)).json()) as { model?: unknown }).model;

async function reload(): Promise<{ status: number; document: { [key: string]: unknown } }> {
  const response = await fetch(`${simulator.url}/admin/config/reload`, { method: 'POST', headers: HEADERS });
  return { status: response.status, document: (await response.json()) as { [key: string]: unknown } };
}

async function configuration(query = ''): Promise<{ [key: string]: unknown }> {
  const response = await fetch(`${simulator.url}/admin/config${query}`, { headers: HEADERS });
  return (await response.json()) as { [key: string]: unknown };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reload-'));
  file = join(folder, 'simulator.yaml');
  write('simulation: {time_scale: 0, seed: null}');
  simulator = await startSimulator({ config: file });
});
after(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

describe('a reload', () => {
  test('takes effect with the next request and says what has changed', async () => {
    const { seed } = simulator;
    assert.equal(await modelOf({}), 'gpt-4o-simulated');
    write('simulation: {time_scale: 0, seed: null, model_suffix: -two}\nproviders: {aardvark: {extends: gpt-4o}}');
    const { status, document } = await reload();
    assert.equal(status, 200, JSON.stringify(document));
    const { timestamp, ...rest } = document;
    assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      status: 'reloaded',
      generation: 2,
      changed: ['simulation.model_suffix', 'providers.aardvark'],
      needs_restart: [],
    });
    assert.equal(await modelOf({}), 'gpt-4o-two');
    assert.equal(await modelOf({ model: 'aardvark' }), 'aardvark-two');
    const shown = await configuration();
    assert.equal(shown.generation, 2);
    assert.equal(shown.source, file);
    assert.equal(shown.seed, seed, 'a seed that was drawn stays');
    assert.ok((shown.providers as string[]).includes('aardvark'));
  });

  test('keeps what needs a restart, and says so', async () => {
    write('server: {port: 81, threads: 3}\nsimulation: {time_scale: 0, model_suffix: -three}\nstate: {max_entries: 7}');
    const { document } = await reload();
    assert.deepEqual(document.needs_restart, ['server.port', 'server.threads', 'state.max_entries']);
    const shown = (await configuration()) as { server: { port: number }; state: { max_entries: number } };
    assert.deepEqual([shown.server.port, shown.state.max_entries], [8080, 100_000]);
    assert.equal(await modelOf({}), 'gpt-4o-three');
  });

  test('that finds problems changes nothing and says where each of them is', async () => {
    const before = await configuration('?expand=models');
    write(`simulation: {time_scale: -1,\n  model_sufix: -x}\nserver: {api_keys: [[${KEY}]]}`);
    const { status, document } = await reload();
    assert.equal(status, 422);
    const { code, problems } = document.error as { code: string; problems: { [key: string]: unknown }[] };
    assert.equal(code, 'config_invalid');
    assert.deepEqual(
      problems.map(({ param, line, column, file: where }) => [param, line, column, where === file]),
      [
        ['simulation.time_scale', 2, 26, true],
        ['simulation.model_sufix', 3, 3, true],
        ['server.api_keys[0]', 4, 21, true],
      ],
    );
    assert.ok(!JSON.stringify(document).includes(KEY));
    assert.deepEqual(await configuration('?expand=models'), before);
    assert.equal(await modelOf({}), 'gpt-4o-three');
    const applied = samplesOf(await simulator.metrics());
    assert.equal(applied.get('llm_simulator_config_reloads_total{result="refused"}'), 1);
    assert.equal(applied.get('llm_simulator_config_reloads_total{result="applied"}'), 2);
    assert.equal(applied.get('llm_simulator_config_generation'), 3);
    assert.equal(applied.get('llm_simulator_config_generation_oldest'), 3);
  });

  test('leaves a stream that is under way as it was planned, to the last byte', async () => {
    write('providers: {gpt-4o: {latency: {itl: {distribution: constant, value_ms: 15}}}}');
    assert.equal((await reload()).status, 200);
    const request = { stream: true, max_tokens: 60 };
    const whole = await (await chat(request, 'stream')).text();
    const open = await chat(request, 'stream');
    const reader = (open.body as ReadableStream<Uint8Array>).getReader();
    const pieces: Uint8Array[] = [(await reader.read()).value as Uint8Array];
    write('simulation: {time_scale: 0, model_suffix: -four, seed: 9}\nproviders: {gpt-4o: {enabled: false}}');
    assert.equal((await reload()).status, 200);
    for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value);
    assert.equal(Buffer.concat(pieces).toString(), whole);
    assert.equal((await chat({})).status, 404);
    assert.equal(await modelOf({ model: 'gpt-4o-mini' }), 'gpt-4o-mini-four');
  });

  test('changes the keys that clients need, and the admin key', async () => {
    write('simulation: {time_scale: 0}\nserver: {api_keys: [client-key]}');
    assert.equal((await reload()).status, 200);
    assert.equal((await chat({})).status, 401);
    write(`simulation: {time_scale: 0}\nserver: {api_keys: [${KEY}]}`);
    assert.equal((await reload()).status, 200);
    assert.equal((await chat({})).status, 200);
    writeFileSync(file, 'admin: {api_key: another}\nsimulation: {time_scale: 0}');
    assert.equal((await reload()).status, 200);
    assert.equal((await reload()).status, 401);
    await simulator.reload({ admin: { api_key: KEY }, simulation: { time_scale: 0 } });
    assert.equal(((await configuration()) as { source: unknown }).source, null);
  });

  test('counts models by their names, whatever came before them or went', async () => {
    await simulator.reload({
      providers: { 'aa-first': { extends: 'gpt-4o' }, 'zz-last': { extends: 'gpt-4o' } },
      simulation: { time_scale: 0 },
    });
    for (const model of ['aa-first', 'gpt-4o', 'zz-last']) await modelOf({ model });
    await simulator.reload({
      providers: { 'mm-more': { extends: 'gpt-4o' }, 'zz-last': { extends: 'gpt-4o' } },
      simulation: { time_scale: 0 },
    });
    for (const model of ['mm-more', 'zz-last']) await modelOf({ model });
    const samples = samplesOf(await simulator.metrics());
    const counted = (model: string) => samples.get(`llm_simulator_requests_total{model="${model}",status="success"}`);
    assert.deepEqual(['aa-first', 'mm-more', 'zz-last'].map(counted), [1, 1, 2]);
  });

  test('starts a serving engine for a model that is batched from then on', async () => {
    const batching = { enabled: true, step_time: { base_ms: 1, weights_ms: 0 } };
    await simulator.reload({ providers: { 'gpt-4o': { latency: { batching } } } });
    const text = await (await chat({ stream: true })).text();
    assert.match(text, /\[DONE\]/);
    assert.match(await simulator.metrics(), /llm_simulator_batch_steps_total\{model="gpt-4o"\} [1-9]/);
  });

  test('of the library throws what is wrong, and goes on with what held', async () => {
    await assert.rejects(simulator.reload({ simulation: { time_scale: 'fast' } }), ConfigurationFailure);
    await assert.rejects(simulator.reload({ simulation: { seed: () => 1 } }), ConfigurationFailure);
    assert.equal((await chat({ stream: true })).status, 200);
  });

  test('that others ask for while it is under way is done once more for all of them', async () => {
    const first = simulator.reload();
    await new Promise((resolve) => setImmediate(resolve));
    const outcomes = await Promise.all([first, ...Array.from({ length: 8 }, () => simulator.reload())]);
    const generations = outcomes.map(({ generation }) => generation);
    assert.equal(new Set(generations).size, 2, `${generations}`);
    assert.equal((await configuration()).generation, Math.max(...generations));
  });
});
