/** The schema of what GET /admin/stats answers, which its document in OpenAPI and its page are written from. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { count, listOf, ms, number, orNull, type Properties, record } from './figure-schemas.js';
import { pressureSchema, saturationSchema } from './saturation-schema.js';

const countsBy = (description: string): JsonSchema => ({
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 0 },
  description,
});

const delays = (description: string): JsonSchema =>
  record(
    { count: count('How many.'), p50_ms: ms('Median.'), p99_ms: ms('99th percentile.'), max_ms: ms('The largest.') },
    description,
  );

const percentiles = (description: string): JsonSchema =>
  orNull(
    record({
      count: count('How many.'),
      p50_ms: ms('Median.'),
      p90_ms: ms('90th percentile.'),
      p95_ms: ms('95th percentile.'),
      p99_ms: ms('99th percentile.'),
    }),
    description,
  );

const latency = (description: string): JsonSchema =>
  record(
    {
      ttft: percentiles('Of streams: from the arrival to the first token. Null where there was none.'),
      gap: percentiles('Of streams: between the chunks of two tokens.'),
      duration: percentiles('Of successful requests: from the arrival to the last byte.'),
    },
    description,
  );

const tokens = record({
  input: count('Of prompts.'),
  cached_input: count('Of the input, what a prompt or prefix cache had.'),
  output: count('Of replies.'),
});

const rates = (description: string): JsonSchema =>
  record(
    {
      requests: number('Answered per second, also with an error.'),
      errors: number('Of those, the ones that were answered with an error or broken off by a fault.'),
      input_tokens: number('Of successful requests, per second, counted when a request ends.'),
      output_tokens: number('The same of output.'),
      chunks: number('Stream chunks written per second.'),
    },
    description,
  );

const processUse: Properties = {
  pid: count('Of the operating system.'),
  uptime_seconds: count('Since its start.'),
  cpu_cores: number('In use, over the last second.'),
  resident_bytes: count('Memory.'),
  heap_bytes: count('Of JavaScript, in use.'),
};

const processRow = record({
  place: count('Its number, from 0.'),
  reports: { type: 'boolean', description: 'False for one that is stalled: its figures are of its last report.' },
  ...processUse,
  active_requests: count('Taken in and not ended.'),
  queued_requests: count('Of those, waiting for a place among those served.'),
  rendering_requests: count('Of those, with worker threads.'),
  generation: count('Of the configuration that its new requests get.'),
  connections: count('Open ones.'),
  slip: delays('How much later than planned.'),
  event_loop_lag: delays('How long events waited for its main thread.'),
});

const modelRow = record({
  model: { type: 'string', description: 'Its configured name; "other" for requests about none.' },
  requests: record({
    success: count('Answered as they should.'),
    error: count('Answered with an error, or broken off by a fault.'),
    aborted: count('Given up by the client.'),
  }),
  tokens,
  streams: count('Begun.'),
  mean_ttft_ms: orNull({ type: 'number' }, 'Since the start; null before the first.'),
  mean_itl_ms: orNull({ type: 'number' }, 'Since the start; null before the first.'),
  latency: latency('Since the start or the last reset of the statistics, each within 3.2 %.'),
});

const batchingRow = record({
  model: { type: 'string' },
  running: count('Requests in the batch.'),
  waiting: count('Requests that wait for a slot.'),
  kv_usage: { type: 'number', minimum: 0, maximum: 1, description: 'Share of the KV-cache blocks in use.' },
  steps: count('Done.'),
  busy_seconds: number('That steps took, summed over the replicas.'),
  preemptions: count('Requests that had to give up their blocks.'),
  rejected: count('Requests that found the queue full.'),
  prefill_tokens: count('Computed of prompts.'),
  decode_tokens: count('Generated.'),
});

const prefixCacheRow = record({
  model: { type: 'string' },
  blocks: count('Held at the moment.'),
  capacity_blocks: count('Held at most.'),
  lookups: count('Prompts that it was asked for.'),
  blocks_asked: count('Of all prompts.'),
  blocks_hit: count('Of those, the ones that it had.'),
});

export const statsSchema: JsonSchema = record({
  version: { type: 'string', description: 'Of the simulator.' },
  uptime_seconds: count('Since the start of the node.'),
  saturated: { ...saturationSchema, description: 'The verdict, as in /health.' },
  backpressure: {
    ...pressureSchema,
    description: 'Over all processes, as of the last second; as in /health.',
  },
  requests: record(
    {
      started: count('Taken in since the start.'),
      active: count('Not ended.'),
      queued: count('Of the active ones, waiting for a place among those served.'),
      rendering: count('Of the active ones, with worker threads.'),
      finished: count('Answered whole.'),
      aborted: count('Given up by the client.'),
      failed: count('Cut by the simulator.'),
      lost: count('Open in a process that died.'),
    },
    'started = active + finished + aborted + failed + lost.',
  ),
  streams: record({ begun: count('Since the start.'), chunks: count('Written.') }),
  tokens: { ...tokens, description: 'Of successful requests.' },
  errors: countsBy('By HTTP status, by what cut the answer, or by the fault that broke it.'),
  faults: countsBy('Injected since the start, by kind.'),
  rate_limited: countsBy('Refused by simulated rate limits since the start, by limit.'),
  scenarios: listOf({ type: 'string' }, 'The names of those that are active.'),
  sessions: record(
    {
      open: count('At the moment.'),
      created: count('Since the start.'),
      evicted: count('Made room for others.'),
      expired: count('Unused for their time to live.'),
      deleted: count('By the admin API.'),
    },
    'As far as the processes have reported, once a second.',
  ),
  rates: record(
    {
      last_10_seconds: rates('Over the last ten whole seconds.'),
      last_60_seconds: rates('Over the last sixty whole seconds.'),
    },
    'Per second; over as many seconds as there have been, where the node is younger.',
  ),
  latency: latency(
    'Percentiles over all models, since the start or the last reset of the statistics, each within 3.2 %.',
  ),
  connections: count('Open ones.'),
  slip: delays('How much later than planned, over the last ten seconds.'),
  start_slip: delays('The same of first tokens and whole replies.'),
  accept_wait: delays('How long the connections of the last ten seconds waited at most to be accepted.'),
  event_loop_lag: delays('Of the process that fares worst.'),
  waiting: record({
    oldest_due_ms: ms('How long the oldest due chunk has been waiting.'),
    oldest_without_plan_ms: ms('How long the oldest request that has no plan has been there.'),
  }),
  primary: orNull(record(processUse), 'The primary process; null in the library.'),
  processes: listOf(processRow, 'Those that accept connections.'),
  models: listOf(modelRow, 'Those that were asked for, by name.'),
  state: orNull(
    record({
      entries: orNull({ type: 'integer' }, 'Stored responses and cached prompts; null where Redis keeps them.'),
      bytes: orNull({ type: 'integer' }, 'What they take.'),
    }),
    'What requests left behind for later ones.',
  ),
  prefix_caches: listOf(prefixCacheRow, 'Of the models that have one.'),
  batching: orNull(
    listOf(batchingRow, 'By model.'),
    'Of the models whose serving engine is simulated; null where there is none.',
  ),
});
