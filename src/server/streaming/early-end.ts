/**
 * Ends requests before their time with the provider's own error: as a reply where nothing was sent yet, as an event where a stream runs.
 * Invariant: the request's books are closed exactly once, also when the write finds the client gone.
 */
import type { HttpProblem } from '../../providers/contract.js';
import { endpoints } from '../../providers/registry.js';
import { PLAN_STREAM } from '../../runtime/plan-layout.js';
import { planAnnouncedBytes, planFrameCount, planKind } from '../../runtime/plan-reader.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { AddedHeaders } from '../middleware/added-headers.js';
import { refusalOf } from '../refusal.js';
import type { RequestLedger } from '../request-ledger.js';
import { type Exchange, FRAME_HEAD_BYTES, type Transport } from '../transport/contract.js';

export interface EarlyEndParts {
  readonly table: StreamTable<Exchange>;
  readonly transport: Transport;
  readonly ledger: RequestLedger;
  readonly addedHeaders: AddedHeaders;
}

/** Overwrites the transport's scratch buffer. */
export function endEarly(parts: EarlyEndParts, slot: number, problem: HttpProblem): void {
  const { table, ledger } = parts;
  const exchange = table.exchange[slot] as Exchange;
  const plan = table.plans.of(slot);
  if (plan === undefined || planKind(plan) !== PLAN_STREAM) respondError(parts, slot, problem, true);
  else writeError(parts, slot, plan, problem);
  // The write may have found the connection closed, which ends the request.
  if (table.exchange[slot] === exchange) ledger.close(slot, 'failed', problem.kind);
}

/** Answers with an error that is simulated, though no plan holds it: for clients and books an answer like any other. */
export function answerError(parts: EarlyEndParts, slot: number, problem: HttpProblem): void {
  const { table, ledger } = parts;
  const exchange = table.exchange[slot] as Exchange;
  respondError(parts, slot, problem, false);
  if (table.exchange[slot] === exchange) ledger.close(slot, 'finished');
}

function respondError(parts: EarlyEndParts, slot: number, problem: HttpProblem, close: boolean): void {
  const { table, ledger, addedHeaders } = parts;
  const exchange = table.exchange[slot] as Exchange;
  const reply = refusalOf(endpoints[ledger.endpointOf(slot)].provider, problem);
  ledger.refused(slot, reply.status, reply.headers);
  addedHeaders.begin(exchange);
  exchange.respond(reply.status, reply.headers, Buffer.from(reply.body), close);
}

function writeError(
  { table, transport, ledger }: EarlyEndParts,
  slot: number,
  plan: Uint8Array,
  problem: HttpProblem,
): void {
  const exchange = table.exchange[slot] as Exchange;
  if (planAnnouncedBytes(plan) !== undefined) {
    // In a body of known length there is no room for an event.
    exchange.abort('close');
    return;
  }
  const { provider, endpoint } = endpoints[ledger.endpointOf(slot)];
  const contentType = table.contentType[slot] ?? '';
  const events = planFrameCount(plan) - table.framesLeft[slot];
  const contentName = endpoint.contentName ?? endpoint.name;
  const event = Buffer.from(provider.streamError(problem, { contentName, contentType, events }));
  transport.scratch.set(event, FRAME_HEAD_BYTES);
  exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + event.length);
  exchange.endStream();
}
