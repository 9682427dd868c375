/**
 * The random streams of a plan's requests: one per conversation, turn and purpose, so that any thread draws the same for the same number in any
 * order, and another length of prompts, say, changes nothing else of a plan.
 */
import { seededRandom } from '../../engine/rng.js';
import type { RandomSource } from '../../kernel/random-source.js';
import { createSampler, type DistributionParameters } from '../../latency/registry.js';
import type { Delay } from '../contract.js';

/** What is drawn of a conversation. */
export const KIND = 1;
export const IDENTITY = 2;
export const TURNS = 3;
/** What is drawn of a turn. */
export const PROMPT_LENGTH = 4;
export const OUTPUT_LENGTH = 5;
export const PROMPT_TEXT = 6;
export const ANSWER_TEXT = 7;
export const THINK_TIME = 8;
export const CANCELLATION = 9;
export const SLOW_READING = 10;
/** Drawn once for an entry of the mix, whose position stands in the place of the conversation. */
export const PREFIX_TEXT = 11;
/** Drawn once for a plan. */
export const POOL_TEXT = 12;

const TWO_POW_32 = 2 ** 32;
/** Keeps these streams apart from those of others that draw from the same seed: the letters "requ". */
const REQUESTS = 0x7265_7175;

/** @param seed integer in [0, 2^53) @param conversation integer in [0, 2^53) @param turn integer in [0, 2^32) */
export function drawsOf(seed: number, conversation: number, turn: number, purpose: number): RandomSource {
  return seededRandom(seed, Uint32Array.of(conversation, conversation / TWO_POW_32, turn, REQUESTS), purpose);
}

/** Draws a delay in milliseconds. */
export function delaySampler(delay: Delay): (random: RandomSource) => number {
  if (typeof delay === 'number') return () => delay;
  const sampler = createSampler(delay as DistributionParameters);
  return (random) => sampler.sampleMs(random);
}
