/** What plans tell of rate limits: what they take from them, and no headers that stand still where they are on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Renderer } from '../../src/engine/renderer.js';
import { requestHeaderNames } from '../../src/engine/request-headers.js';
import { demandedTokens, usedTokens } from '../../src/limits/demand.js';
import { endpoints } from '../../src/providers/registry.js';
import { NO_MODEL } from '../../src/runtime/plan-layout.js';
import {
  planCompletionTokens,
  planHeaders,
  planModelIndex,
  planPromptTokens,
  planStatus,
} from '../../src/runtime/plan-reader.js';
import { summarizePlan } from '../../src/runtime/plan-summary.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const TIERS = { default_tier: 'a', tiers: { a: { limits: [{ models: ['*'], requests_per_minute: 1 }] } } };
const HEADERS: { readonly [name: string]: string } = { 'anthropic-version': '2023-06-01', 'x-api-key': 'any' };

interface Call {
  readonly endpoint: string;
  readonly body: object | null;
  readonly parameters?: readonly string[];
  readonly query?: string;
}

/** A request's plan, and the provider that answers it. */
function render({ endpoint, body, parameters = [], query = '' }: Call, enabled: boolean, config: object = {}) {
  const snapshot = snapshotOf({ ...config, rate_limits: { enabled, ...TIERS } });
  const renderer = new Renderer({
    snapshot,
    tokenizers,
    countOccurrence: () => 0,
    fillRandom: () => assert.fail('asked for entropy'),
    wallClockSecs: () => assert.fail('asked for the time'),
    onDefect: (error) => assert.fail(`defect: ${error}`),
  });
  const place = endpoints.findIndex((route) => route.endpoint.name === endpoint);
  const { provider } = endpoints[place];
  const plan = renderer.render({
    slot: 0,
    generation: 0,
    endpoint: place,
    configurationGeneration: 1,
    requestKey: 'key',
    query,
    atUs: 0,
    parameters,
    headers: requestHeaderNames(provider, snapshot).map((name) => HEADERS[name]),
    steering: undefined,
    recalled: undefined,
    body: body === null ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(body)),
  });
  return { plan: plan.slice(), provider };
}

const messages = [{ role: 'user', content: 'How many tokens does this take?' }];
const CHAT: Call = { endpoint: 'openai.chat.completions', body: { model: 'gpt-4o', messages, max_tokens: 900 } };
const MESSAGE: Call = { endpoint: 'anthropic.messages', body: { model: 'claude-3-opus', messages, max_tokens: 900 } };
const DEPLOYED: Call = {
  endpoint: 'azure.chat.completions',
  body: { messages, max_tokens: 900 },
  parameters: ['gpt-4o'],
  query: 'api-version=2024-10-21',
};
const CONTENT: Call = {
  endpoint: 'gemini.v1beta.models.generate_content',
  body: { contents: [{ role: 'user', parts: [{ text: 'How many?' }] }], generationConfig: { maxOutputTokens: 900 } },
  parameters: ['gemini-2.5-flash'],
};
const EMBEDDING: Call = {
  endpoint: 'openai.embeddings',
  body: { model: 'text-embedding-3-small', input: ['one text', 'another text'] },
};
const MODERATION: Call = { endpoint: 'openai.moderations', body: { input: 'a text' } };

describe('a plan, where rate limits are on,', () => {
  for (const [call, tokensOf, outputTokens] of [
    [CHAT, () => 900, 900],
    [{ ...CHAT, body: { ...CHAT.body, stream: true } }, () => 900, 900],
    [DEPLOYED, (prompt: number) => prompt + 900, 900],
    [MESSAGE, (prompt: number) => prompt + 1, 1],
    [CONTENT, (prompt: number) => prompt, 1],
    [EMBEDDING, (prompt: number) => prompt, 0],
  ] as const) {
    it(`demands what ${call.endpoint} is estimated at, and has used what it wrote`, () => {
      const { plan, provider } = render(call, true);
      assert.equal(planStatus(plan), 200);
      const prompt = planPromptTokens(plan);
      assert.ok(prompt > 0);
      assert.deepEqual(demandedTokens(plan, provider.tokenCounting), {
        tokens: tokensOf(prompt),
        inputTokens: prompt,
        outputTokens,
      });
      const written = planCompletionTokens(plan);
      const used = usedTokens(plan, provider.tokenCounting);
      assert.deepEqual(used, {
        tokens: provider.name === 'gemini' ? prompt : prompt + written,
        inputTokens: prompt,
        outputTokens: written,
      });
      assert.equal(usedTokens(plan, provider.tokenCounting, 0).outputTokens, 0);
    });
  }

  it('leaves out the headers that tell how unlimited requests stand', () => {
    for (const call of [CHAT, DEPLOYED, MESSAGE, EMBEDDING]) {
      const limitsIn = (enabled: boolean) =>
        planHeaders(render(call, enabled).plan).filter((name) => /ratelimit/.test(name));
      assert.ok(limitsIn(false).length >= 4, call.endpoint);
      assert.deepEqual(limitsIn(true), [], call.endpoint);
    }
  });

  it('says and lasts as long as without them', () => {
    for (const call of [CHAT, DEPLOYED, MESSAGE, CONTENT, MODERATION]) {
      const summary = (enabled: boolean) => summarizePlan(render(call, enabled).plan);
      assert.deepEqual(summary(true), summary(false), call.endpoint);
    }
  });

  it('demands nothing for what it refuses, nor for what no limit counts', () => {
    const nothing = { tokens: 0, inputTokens: 0, outputTokens: 0 };
    const refused = render({ ...CHAT, body: { model: 'gpt-4o', messages, temperature: 9 } }, true);
    assert.equal(planStatus(refused.plan), 400);
    assert.notEqual(planModelIndex(refused.plan), NO_MODEL);
    const unknown = render({ ...CHAT, body: { model: 'gpt-none', messages, temperature: 9 } }, true);
    assert.equal(planModelIndex(unknown.plan), NO_MODEL);
    assert.deepEqual(demandedTokens(refused.plan, refused.provider.tokenCounting), nothing);
    assert.deepEqual(usedTokens(refused.plan, refused.provider.tokenCounting), nothing);
    const fault = { replies: { rules: [{ match: {}, reply: { fault: { kind: 'overloaded' } } }] } };
    const failed = render(CHAT, true, fault);
    assert.equal(planStatus(failed.plan), 503);
    assert.deepEqual(demandedTokens(failed.plan, failed.provider.tokenCounting), nothing);
    const listed = render({ endpoint: 'openai.models.list', body: null }, true);
    assert.deepEqual(demandedTokens(listed.plan, listed.provider.tokenCounting), nothing);
    const counted = {
      ...MESSAGE,
      endpoint: 'anthropic.messages.count_tokens',
      body: { model: 'claude-3-opus', messages },
    };
    const counting = render(counted, true);
    assert.equal(planStatus(counting.plan), 200);
    assert.deepEqual(demandedTokens(counting.plan, counting.provider.tokenCounting), nothing);
  });

  it('demands nothing where they are off', () => {
    const { plan, provider } = render(CHAT, false);
    assert.equal(demandedTokens(plan, provider.tokenCounting).tokens, 0);
  });
});

describe('endpoints', () => {
  it('count against the limits of models where they generate, embed or moderate, and those that count tokens by themselves', () => {
    const pools = new Map(endpoints.map(({ endpoint }) => [endpoint.name, endpoint.limitPool]));
    for (const [name, pool] of pools) {
      const generates =
        /(completions|embeddings|moderations|responses\.(create|compact)|messages|generate_content|embed_content|embed_contents)$/;
      const expected = /^(anthropic|gemini).*count_tokens$/.test(name)
        ? 'token_counting'
        : generates.test(name)
          ? 'model'
          : undefined;
      assert.equal(pool, expected, name);
    }
  });
});
