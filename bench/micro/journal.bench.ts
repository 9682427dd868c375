/** What an entry of the journal costs the main thread: a request with the headers of an official SDK, from its slot to the ring. */
import type { Bench } from 'tinybench';
import { endpoints } from '../../src/providers/registry.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { StreamTable } from '../../src/runtime/stream-table.js';
import { Journal } from '../../src/server/journal/journal.js';
import type { Exchange } from '../../src/server/transport/contract.js';

const HEADERS: { readonly [name: string]: string } = {
  accept: 'application/json',
  'content-type': 'application/json',
  'user-agent': 'OpenAI/JS 7.57.0',
  'x-stainless-lang': 'js',
  'x-stainless-os': 'Linux',
  'x-stainless-retry-count': '0',
  authorization: 'Bearer sk-0123456789abcdefghijklmnopqrstuvwxyz',
  'x-llm-sim-request-id': 'load-000001',
};

const exchange = {
  method: 'POST',
  path: '/v1/chat/completions',
  query: '',
  body: [],
  connectionNumber: 1,
  sentBytes: 30_000,
  header: (name: string) => (Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined),
} as unknown as Exchange;

const chat = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');

function planOf(frames: number): Uint8Array {
  const builder = new PlanBuilder();
  builder.begin(0, 0);
  builder.stream(['content-type', 'text/event-stream'], 1);
  const template = builder.template('data: {"choices":[{"delta":{"content":"', '"}}]}\n\n');
  for (let frame = 0; frame < frames; frame++) builder.frame(template, 20_000, 'word');
  return Buffer.from(builder.finish());
}

export function register(bench: Bench): void {
  const table = new StreamTable<Exchange>(10_000);
  const journal = new Journal({
    capacity: 1_000,
    bodyBytesMax: undefined,
    table,
    nodeTimeOffsetUs: 0,
    wallMs: Date.now,
  });
  const plan = planOf(300);
  let slot = 0;
  bench.add('journal: a request opened, planned and closed', () => {
    slot = (slot + 1) % table.capacity;
    journal.opened(slot, exchange, chat);
    journal.planned(slot, plan);
    journal.closed(slot, {
      status: 200,
      outcome: 'finished',
      result: 'success',
      cause: '',
      error: '',
      fault: 0,
      firstByteUs: 1,
      waitedUs: 0,
      durationUs: 2,
    });
  });
}
