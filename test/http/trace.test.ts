/** Replies whose lengths and delays are those of recorded ones, at a real server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';
import { chatRequest, eventsOf, type Json, postChat, sharedSimulator } from './chat-client.js';

const folder = mkdtempSync(join(tmpdir(), 'trace-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const whole = join(folder, 'whole.csv');
writeFileSync(whole, 'output_tokens,e2e_ms\n11,300\n');
const lengths = join(folder, 'lengths.csv');
writeFileSync(lengths, 'output_tokens\n40\n');

const samples = join(packageRoot, 'docs/how-to/traces');
const constant = (value: number) => ({ distribution: 'constant', value_ms: value });
const latency = { ttft: constant(20), itl: constant(0.5), prefill_tokens_per_sec: 1_000 };
const config = {
  simulation: { plan_header: true, time_scale: 0.01 },
  providers: {
    azure: { latency, trace: { file: join(samples, 'azure.csv') } },
    nearest: { latency, trace: { file: join(samples, 'measured.csv'), row: 'nearest' } },
    chunked: {
      latency: { ...latency, tokens_per_chunk: 5 },
      trace: { file: join(samples, 'measured.csv'), row: 'nearest' },
    },
    whole: { latency, trace: { file: whole } },
    thinking: { latency, reasoning: { enabled: true }, trace: { file: lengths } },
    ruled: { latency, trace: { file: join(samples, 'measured.csv') } },
  },
  replies: { rules: [{ match: { model: 'ruled' }, reply: { latency: { itl: constant(100) } } }] },
};

describe('a trace', () => {
  const simulator = sharedSimulator({ config });

  async function answer(body: Json, id = 'a') {
    const response = await postChat(simulator(), chatRequest(body), { 'x-llm-sim-request-id': id });
    const plan = response.headers.get('x-llm-sim-plan') ?? '';
    const [, ttftMs, e2eMs] = /^ttft_ms=([\d.]+), e2e_ms=([\d.]+),/.exec(plan) ?? [];
    assert.equal(response.status, 200);
    return { response, ttftMs: Number(ttftMs) * 100, e2eMs: Number(e2eMs) * 100 };
  }

  async function usageOf(body: Json, id?: string) {
    const { response, ...times } = await answer(body, id);
    const { usage, choices } = (await response.json()) as {
      usage: { completion_tokens: number; prompt_tokens: number };
      choices: { finish_reason: string }[];
    };
    return { ...times, usage, finish: choices[0]?.finish_reason };
  }

  test('gives replies the lengths of its rows, all of them, each as the request is keyed', async () => {
    const rows = [41, 12, 203, 88, 7, 154];
    const found = new Set<number>();
    for (let id = 0; id < 60; id++) {
      const { usage, finish } = await usageOf({ model: 'azure' }, `${id}`);
      assert.ok(rows.includes(usage.completion_tokens), `${usage.completion_tokens}`);
      assert.equal(finish, 'stop');
      found.add(usage.completion_tokens);
      if (id < 5) assert.deepEqual((await usageOf({ model: 'azure' }, `${id}`)).usage, usage);
    }
    assert.equal(found.size, rows.length);
  });

  test('is cut by a limit, and says so', async () => {
    const { usage, finish } = await usageOf({ model: 'nearest', max_tokens: 9 });
    assert.deepEqual([usage.completion_tokens, finish], [9, 'length']);
  });

  test('gives the delays of the row whose prompt is nearest, as they were measured', async () => {
    const content = 'word '.repeat(950);
    const body = { model: 'nearest', messages: [{ role: 'user', content }], stream: true };
    const { response, ttftMs, e2eMs } = await answer(body);
    const events = eventsOf(await response.text());
    assert.equal(ttftMs, 480);
    assert.ok(Math.abs(e2eMs - (480 + 44 * 12.5)) < 0.2, `${e2eMs}`);
    assert.ok(events.length > 40);
  });

  test('gives a chunk of several tokens the gaps of all of them', async () => {
    const { usage, ttftMs, e2eMs } = await usageOf({ model: 'chunked' });
    const row = [
      [30, 210.5, 11.25],
      [60, 190, 12],
    ].find(([tokens]) => tokens === usage.completion_tokens);
    assert.ok(row !== undefined, `${usage.completion_tokens}`);
    const [tokens, first, gap] = row as [number, number, number];
    // A whole answer is there when its last token is.
    assert.ok(Math.abs(e2eMs - (first + (tokens - 5) * gap)) < 0.2 && ttftMs === e2eMs, `${ttftMs} ${e2eMs}`);
  });

  test('of whole answers spreads what follows the first token over its time', async () => {
    const { response, ttftMs, e2eMs } = await answer({ model: 'whole', stream: true });
    await response.text();
    assert.ok(ttftMs > 20 && ttftMs < 300, `${ttftMs}`);
    assert.ok(Math.abs(e2eMs - 300) < 0.2, `${e2eMs}`);
  });

  test('counts reasoning among the tokens of the reply', async () => {
    const { usage } = await usageOf({ model: 'thinking' });
    assert.equal(usage.completion_tokens, 40);
  });

  test('leaves the times to a rule that gives some', async () => {
    const { usage, e2eMs } = await usageOf({ model: 'ruled' });
    assert.ok([30, 60, 45, 20].includes(usage.completion_tokens));
    const prompt = usage.prompt_tokens;
    assert.ok(Math.abs(e2eMs - (20 + prompt + (usage.completion_tokens - 1) * 100)) < 0.2, `${e2eMs}`);
  });
});
