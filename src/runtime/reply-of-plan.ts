/** Takes a finished reply out of its plan: see finished-reply.ts. */
import type { FinishedReply } from './finished-reply.js';
import { PLAN_WHOLE } from './plan-layout.js';
import { planCompletionTokens, planHeaders, planKind, planOvertureFrames, planStatus } from './plan-reader.js';
import { framesOf } from './plan-summary.js';

/** @param shown by frame of a stream, the tokens shown so far: see PlanBuilder.shownTokens */
export function finishedReplyOf(plan: Uint8Array, shown: readonly number[]): FinishedReply {
  const whole = planKind(plan) === PLAN_WHOLE;
  const wholeTokens = planCompletionTokens(plan);
  const overtureFrames = planOvertureFrames(plan);
  let lastUs = 0;
  const frames = Array.from(framesOf(plan), ({ atUs, bytes }, index) => {
    const delayUs = atUs - lastUs;
    lastUs = atUs;
    const tokens = whole ? wholeTokens : (shown[index] ?? 0);
    return { delayUs, bytes, tokens, overture: index < overtureFrames, held: false };
  });
  return {
    kind: whole ? 'whole' : 'stream',
    status: planStatus(plan),
    headers: planHeaders(plan),
    frames,
    opening: whole ? 'first_frame' : 'at_once',
    ending: 'complete',
    endHoldUs: 0,
    announcedBytes: undefined,
  };
}
