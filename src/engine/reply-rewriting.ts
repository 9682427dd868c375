/**
 * Lets a fault rewrite a reply that its provider has finished: takes it out of the plan, has the fault change it, and puts it back. A reply
 * that is an error already is none that a fault could spoil.
 */
import type { RewriteContext, StreamFault } from '../faults/contract.js';
import type { Endpoint, HttpProblem, Provider } from '../providers/contract.js';
import type { FinishedReply, ReplyEnding } from '../runtime/finished-reply.js';
import { finishedReplyOf } from '../runtime/reply-of-plan.js';
import type { PlanBuilder } from '../runtime/response-plan.js';

export interface RewrittenRequest extends Pick<RewriteContext, 'random' | 'timeScale'> {
  readonly provider: Provider;
  readonly endpoint: Endpoint;
}

const FIRST_ERROR_STATUS = 400;

/**
 * Expects a plan that is written, and whose shown tokens were counted.
 * @returns whether the fault applies to the reply; where it does not the plan stays as it was
 */
export function rewriteReply<Parameters>(
  plan: PlanBuilder,
  { rewrite }: Pick<StreamFault<Parameters>, 'rewrite'>,
  parameters: Parameters,
  request: RewrittenRequest,
): boolean {
  const reply = finishedReplyOf(plan.draft(), plan.shownTokens);
  if (reply.status >= FIRST_ERROR_STATUS || !rewrite(parameters, reply, contextOf(request, reply))) return false;
  plan.deliver(reply);
  return true;
}

/** No answer: the connection ends without a byte, so long after the request's arrival. */
export function writeNoAnswer(plan: PlanBuilder, ending: Exclude<ReplyEnding, 'complete'>, afterUs: number): void {
  plan.deliver({
    kind: 'whole',
    status: 0,
    headers: [],
    frames: [],
    opening: 'never',
    ending,
    endHoldUs: afterUs,
    announcedBytes: undefined,
  });
}

function contextOf({ endpoint, provider, random, timeScale }: RewrittenRequest, reply: FinishedReply): RewriteContext {
  const contentType = reply.headers[reply.headers.indexOf('content-type') + 1] ?? '';
  const contentName = endpoint.contentName ?? endpoint.name;
  return {
    random,
    timeScale,
    events: provider.replyEvents,
    errorEvent: (problem: HttpProblem, { events }) =>
      provider.streamError(problem, { contentName, contentType, events }),
  };
}
