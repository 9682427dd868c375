/** Takes what a span says of a request's head, which an exchange has only until its answer begins, and of its plan. */
import { REQUEST_KEY_HEADER } from '../../engine/request-headers.js';
import { planIdentityHigh, planIdentityLow, planSession, planTraceFacts } from '../../runtime/plan-reader.js';
import { type RequestHead, TEXT_CHARS_MAX } from '../../telemetry/tracing/request-record.js';
import { carriedTraceState, parseTraceParent } from '../../telemetry/tracing/trace-parent.js';
import type { TraceSampler } from '../../telemetry/tracing/trace-sampler.js';
import type { Exchange } from '../transport/contract.js';

/**
 * Undefined for a request that is not traced.
 * @param scenarios asked only where it is
 */
export function openTrace(
  exchange: Exchange,
  sampler: TraceSampler,
  scenarios: () => readonly string[],
): RequestHead | undefined {
  const parent = parseTraceParent(exchange.header('traceparent'));
  const place = sampler.placeOf(parent);
  if (place === undefined) return undefined;
  return {
    traceId: place.traceId,
    spanId: place.spanId,
    parentSpanId: place.parentSpanId,
    traceState: parent === undefined ? undefined : carriedTraceState(exchange.header('tracestate')),
    method: cut(exchange.method),
    path: cut(exchange.path),
    host: cutIfAny(exchange.header('host')),
    userAgent: cutIfAny(exchange.header('user-agent')),
    requestKey: cutIfAny(exchange.header(REQUEST_KEY_HEADER)),
    scenarios: scenarios(),
    identity: undefined,
    session: undefined,
    facts: undefined,
    limit: undefined,
  };
}

/** Takes what a worker's plan says of the request. */
export function describeTrace(open: RequestHead, plan: Uint8Array): void {
  open.identity = hexWord(planIdentityHigh(plan)) + hexWord(planIdentityLow(plan));
  open.session = cutIfAny(planSession(plan)?.id) || undefined;
  open.facts = planTraceFacts(plan);
}

const hexWord = (word: number): string => word.toString(16).padStart(8, '0');
const cut = (text: string): string => text.slice(0, TEXT_CHARS_MAX);
const cutIfAny = (text: string | undefined): string | undefined => text?.slice(0, TEXT_CHARS_MAX);
