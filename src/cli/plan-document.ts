/** A plan as a JSON document, for programs. Times are in ms after the request's arrival, exact to the microsecond. */
import { type GeneratedChoice, textOf } from '../providers/generation.js';
import type { RequestPlan } from '../server/request-plan.js';

/** @param withFrames whether every frame is listed; without them a document is a few hundred bytes */
export function planDocument(plan: RequestPlan, withFrames: boolean): object {
  return {
    endpoint: plan.endpoint ?? null,
    model: plan.model ?? null,
    status: plan.status,
    stream: plan.stream,
    batched: plan.batched,
    tokens: {
      prompt: plan.promptTokens,
      cached: plan.cachedTokens,
      completion: plan.completionTokens,
      reasoning: plan.reasoningTokens,
    },
    ttft_ms: plan.ttftUs / 1_000,
    e2e_ms: plan.e2eUs / 1_000,
    frame_count: plan.frames.length,
    digest: plan.digest ?? null,
    content_digest: plan.contentDigest ?? null,
    plan_header: plan.announcement ?? null,
    fault: faultDocument(plan),
    headers: headersDocument(plan.headers),
    content: plan.choices.map(choiceDocument),
    ...(withFrames ? { frames: framesDocument(plan) } : {}),
  };
}

function faultDocument({ fault }: RequestPlan): object | null {
  if (fault === undefined) return null;
  const { kind, injected, rule, message, delayUs } = fault;
  return { kind, injected, rule: rule ?? null, message, delay_ms: delayUs / 1_000 };
}

/** Names that occur twice have a list. */
function headersDocument(flat: readonly string[]): object {
  const headers = new Map<string, string | string[]>();
  for (let at = 0; at < flat.length; at += 2) {
    const before = headers.get(flat[at]);
    headers.set(flat[at], before === undefined ? flat[at + 1] : [before, flat[at + 1]].flat());
  }
  return Object.fromEntries(headers);
}

function choiceDocument(choice: GeneratedChoice): object {
  const calls = choice.parts.flatMap((part) =>
    part.kind === 'tool_call' ? [{ name: part.name, input: part.tokens.join('') }] : [],
  );
  return {
    reasoning: textOf(choice, 'reasoning'),
    text: textOf(choice, 'text'),
    tool_calls: calls,
    finish: choice.finish,
    stop_sequence: choice.stopSequence ?? null,
  };
}

function framesDocument({ frames }: RequestPlan): object[] {
  return frames.map(({ atUs, bytes }, index) => ({
    at_ms: atUs / 1_000,
    gap_ms: (atUs - (index === 0 ? 0 : frames[index - 1].atUs)) / 1_000,
    data: bytes.toString(),
  }));
}
