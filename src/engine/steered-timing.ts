/**
 * What operators and scenarios make of a reply's times: some are replaced before they are drawn, and what has been drawn is multiplied. What is
 * drawn is what would be drawn without steering, so with factors alone every delay is exactly so many times as long.
 *
 * A batched reply has its times from the model's engine, which it shares: it is held back there for as many more steps as its factors ask
 * for, as if the engine gave it a token only now and then, and keeps its place meanwhile. Factors below 1 cannot hurry it.
 */
import { delayMsMax, type Sampler } from '../latency/contract.js';
import type { BatchTerms } from '../runtime/batch-terms.js';
import type { SteeredLatency } from '../scenarios/compiled-steering.js';
import type { RuleReply } from './reply-rules.js';
import type { ReplyTiming } from './reply-timing.js';
import type { Timing } from './timing.js';

const STEPS_MAX = 0xffff_ffff;

/** The times that are given in place of the model's: the operator's before the rule's. */
export function givenTimes(
  rule: Pick<RuleReply, 'ttft' | 'itl'> | undefined,
  steered: SteeredLatency | undefined,
): { readonly ttft: Sampler | undefined; readonly itl: Sampler | undefined } {
  return {
    ttft: steered?.ttftMs === undefined ? rule?.ttft : constant(steered.ttftMs),
    itl: steered?.itlMs === undefined ? rule?.itl : constant(steered.itlMs),
  };
}

function constant(ms: number): Sampler {
  return { sampleMs: () => ms };
}

/** The reply's times, multiplied; none beyond an hour of simulated time, the bound of every delay. */
export function steeredTiming(reply: ReplyTiming, steered: SteeredLatency | undefined, timeScale: number): ReplyTiming {
  if (steered === undefined || (steered.ttftFactor === 1 && steered.itlFactor === 1)) return reply;
  const { batch, timing } = reply;
  if (batch === undefined) return { timing: stretched(timing, steered, timeScale), batch };
  const held = { ttftFactor: Math.max(1, steered.ttftFactor), itlFactor: Math.max(1, steered.itlFactor) };
  const longer = stretched(timing, held, timeScale);
  return { timing: longer, batch: { ...batch, steps: stepsOf(longer, batch) } };
}

function stretched(
  timing: Timing,
  { ttftFactor, itlFactor }: Pick<SteeredLatency, 'ttftFactor' | 'itlFactor'>,
  timeScale: number,
): Timing {
  const longestUs = delayMsMax * 1_000 * timeScale;
  return {
    ...timing,
    ttftUs: Math.min(longestUs, timing.ttftUs * ttftFactor),
    itlUs: itlFactor === 1 ? timing.itlUs : timing.itlUs.map((gapUs) => Math.min(longestUs, gapUs * itlFactor)),
  };
}

/** Steps until the last token may go. */
function stepsOf({ ttftUs, itlUs }: Timing, batch: BatchTerms): number {
  const endUs = itlUs.reduce((sum, gapUs) => sum + gapUs, ttftUs);
  const steps = 1 + Math.ceil((endUs - batch.ttftUs) / batch.stepUs);
  return Math.min(STEPS_MAX, Math.max(batch.steps, steps));
}

/** The time of an answer that is not generated token by token, µs. */
export function steeredProcessingUs(drawnUs: number, steered: SteeredLatency | undefined, timeScale: number): number {
  if (steered === undefined) return drawnUs;
  const { ttftFactor, ttftMs } = steered;
  const us = ttftMs === undefined ? drawnUs : ttftMs * 1_000 * timeScale;
  return Math.min(delayMsMax * 1_000 * timeScale, us * ttftFactor);
}
