/**
 * The request header that sets the times of its own reply, where simulation.request_overrides allows it:
 *
 *   x-llm-sim-latency: ttft_ms=500;itl_ms=20;factor=2
 *
 * Each part may be left out. A time replaces the one that would be drawn, the factor multiplies both; simulation.time_scale holds besides.
 */
import { HeaderProblem, partsOf, readParameters } from '../faults/parameter-syntax.js';
import type { JsonSchema } from '../kernel/json-schema.js';
import { delayMsMax } from '../latency/contract.js';
import type { SteeredLatency } from '../scenarios/compiled-steering.js';
import { FACTOR_MAX } from '../scenarios/contract.js';

const time = { type: 'number', minimum: 0, maximum: delayMsMax } as const;

const schema = {
  type: 'object',
  properties: { ttft_ms: time, itl_ms: time, factor: { type: 'number', minimum: 0, maximum: FACTOR_MAX } },
} as const satisfies JsonSchema;

type Asked = { readonly ttft_ms?: number; readonly itl_ms?: number; readonly factor?: number };

/** @throws HeaderProblem with a sentence that names what is valid */
export function parseLatencyHeader(value: string): SteeredLatency {
  const parts = partsOf(value);
  if (parts.length === 0) throw new HeaderProblem('It is empty; it takes ttft_ms, itl_ms and factor as name=value.');
  const { ttft_ms: ttftMs, itl_ms: itlMs, factor = 1 } = readParameters(parts, schema) as Asked;
  return { ttftMs, itlMs, ttftFactor: factor, itlFactor: factor };
}

/** What a request asks for, on top of what operators and scenarios ask for. */
export function withAsked(
  steered: SteeredLatency | undefined,
  asked: SteeredLatency | undefined,
): SteeredLatency | undefined {
  if (steered === undefined || asked === undefined) return asked ?? steered;
  return {
    ttftMs: asked.ttftMs ?? steered.ttftMs,
    itlMs: asked.itlMs ?? steered.itlMs,
    ttftFactor: steered.ttftFactor * asked.ttftFactor,
    itlFactor: steered.itlFactor * asked.itlFactor,
  };
}
