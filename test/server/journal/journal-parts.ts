/** Journals without a server: requests that are refused and that are answered, at times of the test's own. */
import { endpoints, providers } from '../../../src/providers/registry.js';
import { PlanBuilder } from '../../../src/runtime/response-plan.js';
import { StreamTable } from '../../../src/runtime/stream-table.js';
import { Journal } from '../../../src/server/journal/journal.js';
import type { JournalNames } from '../../../src/server/journal/journal-entry.js';
import type { Exchange } from '../../../src/server/transport/contract.js';

export const NAMES: JournalNames = { process: 0, models: ['gpt-4o'], faults: ['stall', 'server_error'] };
export const CHAT = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');
const SLOTS = 4;
const WALL_START_MS = Date.parse('2026-01-02T03:04:05.000Z');

export interface TestJournal {
  readonly journal: Journal;
  readonly table: StreamTable<Exchange>;
  /** On the acceptor's clock, which is the node's. */
  nowUs: number;
}

export function testJournal(capacity: number, bodyBytesMax?: number): TestJournal {
  const table = new StreamTable<Exchange>(SLOTS);
  const parts: { nowUs: number } = { nowUs: 0 };
  const wallMs = () => WALL_START_MS + parts.nowUs / 1_000;
  const journal = new Journal({ capacity, bodyBytesMax, table, nodeTimeOffsetUs: 0, wallMs });
  return Object.assign(parts, { journal, table });
}

export function exchangeOf(headers: { readonly [name: string]: string } = {}, over: Partial<Exchange> = {}): Exchange {
  const facts = {
    method: 'POST',
    path: '/v1/chat/completions',
    query: '',
    body: [],
    connectionNumber: 3,
    sentBytes: 0,
  };
  return {
    ...facts,
    ...over,
    header: (name: string) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
  } as unknown as Exchange;
}

export function refuse(
  { journal, nowUs }: TestJournal,
  exchange = exchangeOf(),
  status = 404,
  headers: readonly string[] = [],
): void {
  const provider = providers[0];
  journal.refused(exchange, { provider, status, cause: 'unknown_route', bytes: 10, headers, nowUs });
}

/** A stream of the model's, answered to its end. */
export function answer(
  test: TestJournal,
  exchange = exchangeOf(),
  change: (plan: PlanBuilder) => void = () => {},
): void {
  const { journal, table } = test;
  const slot = table.acquire();
  table.exchange[slot] = exchange;
  table.startUs[slot] = test.nowUs;
  journal.opened(slot, exchange, CHAT);
  const builder = new PlanBuilder(7);
  builder.begin(slot, table.generation[slot]);
  builder.modelIndex = 0;
  builder.promptTokens = 11;
  builder.completionTokens = 2;
  builder.stream(['content-type', 'text/event-stream'], 1);
  const template = builder.template('data: ', '\n\n');
  builder.frame(template, 0, 'opening');
  builder.frame(template, 1_000, 'one');
  builder.frame(template, 500, 'two');
  change(builder);
  const plan = Buffer.from(builder.finish());
  journal.planned(slot, plan);
  table.plans.put(slot, plan);
  table.modelIndex[slot] = 0;
  table.chunksWritten[slot] = 3;
  table.slipMaxUs[slot] = 42;
  const firstByteUs = test.nowUs + 1_010;
  journal.closed(slot, {
    status: 200,
    outcome: 'finished',
    result: 'success',
    cause: '',
    error: '',
    fault: 0,
    firstByteUs,
    waitedUs: 0,
    durationUs: 1_600,
  });
  table.release(slot);
}
