/** Scenarios by the admin API on a real server: what is activated holds from the next request on, and what is over has never been. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatRequest, postChat, sharedSimulator } from './chat-client.js';
import { parseExposition } from './prometheus.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const providers = {
  'gpt-4o': { latency: { ttft: constant(1_000), itl: constant(100), tokens_per_chunk: 1, burst: { probability: 0 } } },
};
const scenarios = {
  slow: { parameters: { factor: { default: 2, maximum: 9 } }, steps: [{ latency_factor: `\${factor}` }] },
  brief: { duration_secs: 0.001, steps: [{ latency_factor: 7 }] },
};
const END = /e2e_ms=(\d+(?:\.\d+)?)/;
/** Of five tokens. */
const USUAL_MS = 1_400;

interface Reply {
  readonly [key: string]: unknown;
  readonly started_at: string;
  readonly expires_at: string;
  readonly scenarios: readonly { readonly name: string }[];
  readonly active: { readonly step: number; readonly effects: object };
  readonly parameters: { readonly [name: string]: object };
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems: readonly { readonly param: string }[];
  };
}

describe('a scenario', () => {
  const simulator = sharedSimulator({ config: { simulation: { time_scale: 0.001 }, providers, scenarios } });
  const admin = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator().url}/admin/scenarios${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Reply };
  };
  const planned = async () => {
    const response = await postChat(simulator(), chatRequest({ max_tokens: 5 }), {
      'x-llm-sim-request-id': 'one',
      'x-llm-sim-plan': '1',
    });
    assert.equal(response.status, 200);
    const text = await response.text();
    const header = response.headers.get('x-llm-sim-plan') ?? '';
    return { text, endMs: Number(END.exec(header)?.[1]) * 1_000, header };
  };

  test('holds from the request after the answer on until it is deactivated, with the specified answers', async () => {
    const usual = await planned();
    assert.equal(usual.endMs, USUAL_MS);
    const before = Date.now();
    const { status, body } = await admin('POST', '/slow/activate', {
      duration_seconds: 300,
      parameters: { factor: 4 },
    });
    assert.equal(status, 200);
    const { expires_at: expiresAt, started_at: startedAt, ...rest } = body;
    assert.deepEqual(rest, { scenario: 'slow', status: 'active', parameters: { factor: 4 } });
    assert.match(expiresAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(Date.parse(expiresAt) - Date.parse(startedAt), 300_000);
    assert.ok(Date.parse(startedAt) >= before - 5 && Date.parse(startedAt) <= Date.now() + 5);

    const slowed = await planned();
    assert.equal(slowed.endMs, USUAL_MS * 4);
    assert.equal(slowed.text, usual.text);
    assert.equal((await admin('POST', '/slow/activate')).body.expires_at, null);
    assert.equal((await planned()).endMs, USUAL_MS * 2);

    const off = await admin('POST', '/slow/deactivate');
    assert.deepEqual(off, { status: 200, body: { scenario: 'slow', status: 'inactive' } });
    assert.deepEqual(await planned(), usual);
    assert.deepEqual(await admin('POST', '/slow/deactivate'), off);
  });

  test('that is over leaves the bytes and delays of the time before', async () => {
    const usual = await planned();
    const { body } = await admin('POST', '/brief/activate');
    while (Date.now() <= Date.parse(body.expires_at) + 2) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(await planned(), usual);
    assert.equal((await admin('GET', '/brief')).body.status, 'inactive');
  });

  test('is listed with its timeline, and with what is in effect now', async () => {
    await admin('POST', '/slow/activate', { parameters: { factor: 3 } });
    const { body } = await admin('GET', '');
    assert.deepEqual(body.active, ['slow']);
    const names = body.scenarios.map(({ name }) => name);
    for (const name of ['brownout', 'cold_start', 'slow', 'brief']) assert.ok(names.includes(name), name);
    const { active, parameters, status, timeline } = (await admin('GET', '/slow')).body;
    assert.equal(status, 'active');
    assert.deepEqual(parameters.factor, { default: 2, minimum: 0, maximum: 9, unit: null, description: '' });
    assert.deepEqual(timeline, [{ name: null, from_seconds: 0, until_seconds: null, latency_factor: 3 }]);
    assert.deepEqual([active.step, active.effects], [0, { latency_factor: 3 }]);
    await admin('POST', '/slow/deactivate');
    assert.equal((await admin('GET', '/slow')).body.active, null);
  });

  test('is a gauge of the metrics, one for each that is configured', async () => {
    const gauge = async (scenario: string) => {
      const text = await simulator().metrics();
      return parseExposition(text).sum('llm_simulator_scenario_active', { scenario });
    };
    assert.equal(await gauge('slow'), 0);
    await admin('POST', '/slow/activate');
    assert.equal(await gauge('slow'), 1);
    assert.equal(await gauge('brownout'), 0);
    await admin('POST', '/slow/deactivate');
    assert.equal(await gauge('slow'), 0);
  });

  test('is refused with all that is wrong, and nothing changes', async () => {
    const usual = await planned();
    const refusals: readonly (readonly [string, unknown, number, string, RegExp])[] = [
      ['/slo/activate', {}, 404, 'unknown_scenario', /did you mean "slow"\?/],
      ['/toString/activate', {}, 404, 'unknown_scenario', /no scenario/],
      ['/slow/activate', '{', 400, 'not_json', /not JSON/],
      ['/slow/activate', [], 422, 'invalid_body', /mapping/],
      ['/slow/activate', { duration: 3 }, 422, 'invalid_body', /not a known key/],
      ['/slow/activate', { duration_seconds: 0 }, 422, 'invalid_body', /0\.001/],
      ['/slow/activate', { duration_seconds: '5' }, 422, 'invalid_body', /number/],
      ['/slow/activate', { parameters: { facto: 1, factor: 10 } }, 422, 'invalid_parameters', /did you mean "factor"/],
      ['/slow/activate', '{"parameters":{"__proto__":1}}', 422, 'invalid_parameters', /__proto__/],
      ['/slow/activate', { parameters: { factor: [] } }, 422, 'invalid_parameters', /from 0 to 9/],
    ];
    for (const [path, given, status, code, message] of refusals) {
      const { body, status: got } = await admin('POST', path, given);
      assert.deepEqual([got, body.error.code], [status, code], JSON.stringify(body));
      assert.match(body.error.message, message);
    }
    const both = await admin('POST', '/slow/activate', { parameters: { facto: 1, factor: 10 } });
    assert.deepEqual(
      both.body.error.problems.map(({ param }) => param),
      ['parameters.facto', 'parameters.factor'],
    );
    assert.deepEqual(await planned(), usual);
  });
});

describe('a scenario of simulation.active_scenarios', () => {
  const config = {
    simulation: { time_scale: 0.001, active_scenarios: [{ name: 'slow', parameters: { factor: 5 } }] },
    providers,
    scenarios,
  };
  const simulator = sharedSimulator({ config });

  test('is active from the first request on', async () => {
    const response = await postChat(simulator(), chatRequest({ max_tokens: 5 }), { 'x-llm-sim-plan': '1' });
    assert.match(response.headers.get('x-llm-sim-plan') ?? '', /e2e_ms=7\.0,/);
    await response.text();
  });
});
