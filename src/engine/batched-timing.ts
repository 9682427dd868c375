/**
 * The timing of a batched reply as its plan has it: what the model's serving engine would give it if nothing else ran. When its tokens are
 * really due is for the node's engine to say; what a step is follows from these times (server/streaming/step-gate.ts), so they are whole
 * microseconds, and every step is as long as the next.
 */
import type { BatchingParameters } from '../config/batching-parameters.js';
import type { GeneratedChoice } from '../providers/generation.js';
import type { BatchTerms } from '../runtime/batch-terms.js';
import { unloadedStepUs, unloadedTtftUs } from './batching/step-time.js';
import type { Pace, PaceRandom } from './chunks.js';
import { evenSteps } from './even-steps.js';
import type { Timing } from './timing.js';

/** What a plan has room for: an hour and eleven minutes. */
const PLAN_US_MAX = 0xffff_ffff;

export interface BatchedReply {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Tokens of the longest choice, at least one. */
  readonly steps: number;
  /** Choices, at least one. */
  readonly sequences: number;
}

/** @param timeScale simulation.time_scale, more than 0 */
export function batchTermsOf(parameters: BatchingParameters, timeScale: number, reply: BatchedReply): BatchTerms {
  const { cachedTokens, sequences, steps } = reply;
  const promptTokens = Math.max(1, reply.promptTokens);
  // A step grows with what has been said: the one in the middle is as long as all of them on average.
  const contextTokens = promptTokens + Math.floor(steps / 2);
  const ttftUs = unloadedTtftUs(parameters, timeScale, promptTokens, cachedTokens);
  const stepUs = unloadedStepUs(parameters, timeScale, contextTokens, sequences);
  return { ttftUs: planUs(ttftUs), stepUs: Math.max(1, planUs(stepUs)), steps, sequences };
}

/**
 * The plan's times that mean these steps. The engine gives a token per step; where the model's chunks hold several, or come in bursts, a
 * chunk is due when the last token of what goes out with it is there.
 */
export function unloadedTiming(
  { ttftUs, stepUs }: BatchTerms,
  pace: Pace,
  choices: readonly GeneratedChoice[],
  random: PaceRandom,
): Timing {
  const { firstTokens, ...steps } = evenSteps(stepUs, pace, choices, random);
  return { ttftUs: ttftUs + Math.max(0, firstTokens - 1) * stepUs, ...steps };
}

function planUs(us: number): number {
  return Math.min(PLAN_US_MAX, Math.round(us));
}
