/**
 * What the response header `x-llm-sim-plan` says: a dictionary of RFC 9651 (Structured Field Values for HTTP), so that any of its
 * parsers reads it.
 *
 *   ttft_ms=812.345, e2e_ms=4012.7, prompt_tokens=12, cached_tokens=0, completion_tokens=150, frames=152, digest="…", content="…"
 *
 * Times are from the request's arrival, in ms with up to three decimals, which is what a plan holds. `batched` stands behind the frames
 * where they are those of a request that has a batching engine for itself; `fault=KIND` names the fault that the reply carries. For the digests see runtime/plan-summary.ts.
 */
import { faultNames } from '../faults/registry.js';
import {
  planBatch,
  planCachedTokens,
  planCompletionTokens,
  planFault,
  planFrameCount,
  planPromptTokens,
} from '../runtime/plan-reader.js';
import { type PlanSummary, summarizePlan } from '../runtime/plan-summary.js';

/** Whether the value of the request's header asks for it. */
export function asksForPlan(value: string | undefined): boolean {
  return value !== undefined && /^(1|true)$/i.test(value);
}

/** The header's value for a finished plan. */
export function planAnnouncement(plan: Uint8Array, summary: PlanSummary = summarizePlan(plan)): string {
  return [
    `ttft_ms=${milliseconds(summary.ttftUs)}`,
    `e2e_ms=${milliseconds(summary.e2eUs)}`,
    `prompt_tokens=${planPromptTokens(plan)}`,
    `cached_tokens=${planCachedTokens(plan)}`,
    `completion_tokens=${planCompletionTokens(plan)}`,
    `frames=${planFrameCount(plan)}`,
    ...(planBatch(plan) === undefined ? [] : ['batched']),
    ...(planFault(plan) === 0 ? [] : [`fault=${faultNames[planFault(plan) - 1]}`]),
    `digest="${summary.digest}"`,
    `content="${summary.content}"`,
  ].join(', ');
}

/** A decimal with one to three digits behind the point, as RFC 9651 wants one. */
function milliseconds(us: number): string {
  return (us / 1_000).toFixed(3).replace(/0{1,2}$/, '');
}
