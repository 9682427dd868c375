/** Rate limits under a scenario: multiplied while it holds, as configured before and behind it, with what is used still used. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatRequest, postChat, sharedSimulator } from './chat-client.js';

describe('a scenario with a limits_factor', () => {
  const config = {
    simulation: { time_scale: 0 },
    rate_limits: {
      enabled: true,
      default_tier: 'all',
      tiers: { all: { limits: [{ models: ['*'], requests_per_minute: 1_000 }] } },
    },
    scenarios: { tight: { steps: [{ limits_factor: 0.005, match: { provider: 'openai' } }] } },
  };
  const simulator = sharedSimulator({ config });
  const admin = async (path: string) => {
    const response = await fetch(`${simulator().url}/admin/scenarios/tight/${path}`, { method: 'POST' });
    assert.equal(response.status, 200, await response.text());
  };
  const ask = async () => {
    const response = await postChat(simulator(), chatRequest({ max_tokens: 1 }));
    await response.text();
    return { status: response.status, limit: response.headers.get('x-ratelimit-limit-requests') };
  };

  test('tightens the limits at once, and lets them go at once', async () => {
    assert.deepEqual(await ask(), { status: 200, limit: '1000' });
    await admin('activate');
    const tight = [];
    for (let request = 0; request < 12; request++) tight.push(await ask());
    assert.ok(
      tight.every(({ limit }) => limit === '5'),
      JSON.stringify(tight),
    );
    assert.ok(
      tight.some(({ status }) => status === 429),
      JSON.stringify(tight),
    );
    await admin('deactivate');
    assert.deepEqual(await ask(), { status: 200, limit: '1000' });
  });
});
