/** Replies of a test's own, as a plan has them, and what a fault of the stream makes of them. */
import type { RewriteContext, StreamFault } from '../../src/faults/contract.js';
import { faultOf } from '../../src/faults/fault.js';
import { openai } from '../../src/providers/openai/index.js';
import type { FinishedReply } from '../../src/runtime/finished-reply.js';
import { framesOf } from '../../src/runtime/plan-summary.js';
import { finishedReplyOf } from '../../src/runtime/reply-of-plan.js';
import { PlanBuilder } from '../../src/runtime/response-plan.js';

export interface PlannedEvent {
  readonly delayUs: number;
  readonly text: string;
  /** How many tokens it shows. */
  readonly tokens: number;
}

export const HEADERS = ['content-type', 'text/event-stream'];

/** A builder with the stream in it. */
export function streamOf(events: readonly PlannedEvent[], overtureFrames = 0): PlanBuilder {
  const builder = newBuilder();
  builder.stream(HEADERS, overtureFrames);
  builder.template('', '');
  for (const { delayUs, text, tokens } of events) {
    builder.frame(0, delayUs, text);
    if (tokens > 0) builder.shows(tokens);
  }
  return builder;
}

/** A builder with the whole reply in it. */
export function wholeOf(text: string, delayUs: number, tokens: number): PlanBuilder {
  const builder = newBuilder();
  builder.whole(200, ['content-type', 'application/json'], text, delayUs);
  builder.completionTokens = tokens;
  return builder;
}

function newBuilder(): PlanBuilder {
  const builder = new PlanBuilder();
  builder.begin(0, 0);
  builder.countShown();
  return builder;
}

export function replyIn(builder: PlanBuilder): FinishedReply {
  return finishedReplyOf(builder.draft(), builder.shownTokens);
}

export interface Spoilt {
  readonly reply: FinishedReply;
  readonly fired: boolean;
}

/** The reply, rewritten in place by the fault, with the kind's defaults for what is not given. */
export function spoil(reply: FinishedReply, setting: Parameters<typeof faultOf>[0], timeScale = 1): Spoilt {
  const { kind, parameters } = faultOf(setting);
  if (kind.stage !== 'stream') throw new TypeError(`${kind.name} rewrites nothing`);
  const { rewrite } = kind as StreamFault<object>;
  return { reply, fired: rewrite(parameters, reply, contextOf(timeScale)) };
}

function contextOf(timeScale: number): RewriteContext {
  return {
    random: { nextUnit: () => 0.5, nextUint32: () => 2 ** 31 } as unknown as RewriteContext['random'],
    timeScale,
    events: openai.replyEvents,
    errorEvent: (problem, { events }) =>
      openai.streamError(problem, { contentName: 'openai.chat.completions', contentType: HEADERS[1], events }),
  };
}

/** The bytes one after another. */
export function bytesIn({ frames }: Pick<FinishedReply, 'frames'>): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

/** When each frame is due after the request's arrival, µs. */
export function frameTimes({ frames }: Pick<FinishedReply, 'frames'>): number[] {
  let atUs = 0;
  return frames.map(({ delayUs }) => {
    atUs += delayUs;
    return atUs;
  });
}

/** When each byte is due after the request's arrival, µs. */
export function dueTimes({ frames }: Pick<FinishedReply, 'frames'>): number[] {
  const atUs = frameTimes({ frames });
  return frames.flatMap(({ bytes }, index) => Array.from(bytes, () => atUs[index]));
}

/** What a receiver of the plan reads, with the reply put back into it. */
export function deliveredFrames(builder: PlanBuilder, reply: FinishedReply): { atUs: number; text: string }[] {
  builder.deliver(reply);
  return [...framesOf(Buffer.from(builder.finish()))].map(({ atUs, bytes }) => ({ atUs, text: bytes.toString() }));
}
