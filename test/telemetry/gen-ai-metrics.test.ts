/** The metrics of OpenTelemetry's GenAI conventions: what they tell apart, and that it is never too much. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endpoints } from '../../src/providers/registry.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { GenAiMetrics } from '../../src/telemetry/gen-ai-metrics.js';
import { genAiOperationOf } from '../../src/telemetry/gen-ai-names.js';
import { parseExposition } from '../http/prometheus.js';

const CHAT = { operation: 'chat', provider: 'openai' };
const DURATION = 'gen_ai_server_request_duration_seconds_count';
const TTFT = 'gen_ai_server_time_to_first_token_seconds_count';
const TPOT = 'gen_ai_server_time_per_output_token_seconds_count';

const read = (metrics: GenAiMetrics) => parseExposition(renderMetrics([metrics.families()]));

test('requests count by model, operation, provider and error; endpoints that do the same come together', () => {
  const metrics = new GenAiMetrics([CHAT, undefined, { ...CHAT }], ['m-0', 'm-1']);
  metrics.answered(0, 0, '', 1_000);
  metrics.answered(2, 0, '', 2_000);
  metrics.answered(0, 0, '429', 0);
  metrics.answered(0, 0xffff, '404', 0);
  metrics.answered(1, 0, '', 1_000);
  metrics.streamed(0, 1, 500, 20);
  metrics.streamed(0, 1, 500, -1);
  const { samples, sum } = read(metrics);
  const rows = samples.filter(({ name }) => name === DURATION).map(({ labels, value }) => [labels, value]);
  const common = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'openai' };
  assert.deepEqual(rows, [
    [{ ...common, gen_ai_request_model: 'm-0' }, 2],
    [{ ...common, gen_ai_request_model: 'm-0', error_type: '429' }, 1],
    [{ ...common, gen_ai_request_model: 'other', error_type: '404' }, 1],
  ]);
  assert.deepEqual([sum(TTFT), sum(TPOT)], [2, 1]);
});

test('a model that comes with a reload has its own name, and those before keep theirs', () => {
  const metrics = new GenAiMetrics([CHAT], ['m-0']);
  metrics.answered(0, 1, '', 1);
  metrics.reconfigure(['m-0', 'm-1']);
  metrics.answered(0, 0, '', 1);
  metrics.answered(0, 1, '', 1);
  const { sum } = read(metrics);
  for (const model of ['m-0', 'm-1', 'other']) assert.equal(sum(DURATION, { gen_ai_request_model: model }), 1, model);
});

test('more combinations than there is room for count in one, and none is lost', () => {
  const models = Array.from({ length: 5_000 }, (_, index) => `m-${index}`);
  const metrics = new GenAiMetrics([CHAT], models);
  for (let round = 0; round < 2; round++)
    for (let model = 0; model < models.length; model++) metrics.answered(0, model, '', 1);
  const { samples, sum } = read(metrics);
  assert.equal(sum(DURATION), 10_000);
  assert.equal(sum(DURATION, { gen_ai_operation_name: 'other' }), 6_000);
  assert.equal(samples.filter(({ name }) => name === DURATION).length, 2_001);
});

describe('the endpoints', () => {
  const named = (name: string) => {
    const found = endpoints.find(({ endpoint }) => endpoint.name === name);
    assert.ok(found !== undefined, name);
    return genAiOperationOf(found.provider.name, name);
  };

  for (const [name, operation, provider] of [
    ['openai.chat.completions', 'chat', 'openai'],
    ['openai.completions', 'text_completion', 'openai'],
    ['openai.responses.create', 'chat', 'openai'],
    ['openai.embeddings', 'embeddings', 'openai'],
    ['openai.moderations', 'moderation', 'openai'],
    ['anthropic.messages', 'chat', 'anthropic'],
    ['anthropic.messages.count_tokens', 'count_tokens', 'anthropic'],
    ['gemini.v1beta.models.generate_content', 'generate_content', 'gcp.gemini'],
    ['gemini.v1beta.models.stream_generate_content', 'generate_content', 'gcp.gemini'],
    ['gemini.v1beta.models.embed_content', 'embeddings', 'gcp.gemini'],
    ['gemini.v1beta.models.batch_embed_contents', 'embeddings', 'gcp.gemini'],
    ['gemini.v1beta.models.count_tokens', 'count_tokens', 'gcp.gemini'],
    ['azure.chat.completions', 'chat', 'azure.ai.openai'],
    ['azure.v1.chat.completions', 'chat', 'azure.ai.openai'],
  ])
    test(`${name} is ${operation} of ${provider}`, () =>
      assert.deepEqual(named(name as string), { operation, provider }));

  for (const name of ['openai.models.list', 'openai.responses.retrieve', 'gemini.v1beta.cached_contents.create'])
    test(`${name} asks no model`, () => assert.equal(named(name), undefined));
});
