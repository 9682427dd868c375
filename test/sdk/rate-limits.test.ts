/** The official SDK waits as long as a refusal says, and then gets its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/index.js';
import { describeOpenAi } from './openai-majors.js';

const config = {
  simulation: { time_scale: 0 },
  rate_limits: {
    enabled: true,
    default_tier: 'small',
    tiers: { small: { limits: [{ models: ['*'], requests_per_minute: 60 }] } },
  },
};

describeOpenAi(({ sdk: { OpenAI, RateLimitError } }) => {
  test('a client that may retry gets through what the budget has room for again', async (t) => {
    const simulator = await startSimulator({ config });
    t.after(() => simulator.stop());
    const client = (maxRetries: number) =>
      new OpenAI({ apiKey: 'key', baseURL: `${simulator.url}/v1`, maxRetries, timeout: 60_000 });
    const ask = (maxRetries: number) =>
      client(maxRetries).chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi.' }] });
    const refusals: unknown[] = [];
    while (refusals.length === 0) {
      await Promise.all(Array.from({ length: 20 }, () => ask(0).catch((error) => refusals.push(error))));
    }
    const [refusal] = refusals;
    assert.ok(refusal instanceof RateLimitError);
    assert.equal(refusal.code, 'rate_limit_exceeded');
    assert.ok(Number(refusal.headers.get('retry-after-ms')) <= 1_000);
    const answer = await ask(5);
    assert.ok((answer.choices[0].message.content ?? '').length > 0);
  });
});
