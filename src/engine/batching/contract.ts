/**
 * What a simulated serving engine is asked and what it answers. Times are µs of one clock that the caller reads; the engine knows no other.
 * Tokens here are steps of generation: where one chunk carries several tokens, the caller counts chunks.
 */

export interface BatchedRequest {
  /** Unique among the requests in the engine. */
  readonly id: number;
  readonly arrivalUs: number;
  /** At least 1. */
  readonly promptTokens: number;
  /** Of the prompt, from its beginning; they need no prefill. The last token of a prompt is always computed. */
  readonly cachedTokens: number;
  /** Steps of one token each, of the longest choice; at least 1. */
  readonly outputTokens: number;
  /** Choices: sequences that decode side by side and share the blocks of the prompt; at least 1. */
  readonly sequences: number;
}

/** One iteration of one replica. All that are in `served` get one token at endUs. */
export interface BatchStep {
  readonly replica: number;
  readonly startUs: number;
  readonly endUs: number;
  /** Ids, those that were admitted first in front. Empty when the step only computed a piece of a prompt. */
  readonly served: readonly number[];
}

/** Over all replicas of the engine. The first four are what is now, the rest has only ever grown since the engine was made. */
export interface ServingStats {
  /** Requests in a batch, those with a prompt in the making among them. */
  readonly running: number;
  /** Requests that wait, the preempted ones among them. */
  readonly waiting: number;
  readonly kvBlocksUsed: number;
  readonly kvBlocks: number;
  readonly steps: number;
  /** Tokens of prompts that were computed, those computed anew after a preemption among them. */
  readonly prefillTokens: number;
  /** Tokens that were generated, of all choices. */
  readonly outputTokens: number;
  readonly preemptions: number;
  readonly finished: number;
  /** Requests that left before their last token. */
  readonly left: number;
  /** Requests that found the queue full. */
  readonly rejected: number;
  /** Time that steps took, summed over the replicas. */
  readonly busyUs: number;
}
