/**
 * The node's serving engines as an acceptor sees them: it says who comes and who goes, and hears which of its requests each step serves.
 * There is one engine per batched model for all processes of a node, so requests compete for its batch whichever process took them.
 *
 *   acceptor ──enter──▶ engines        engines ──onAnswer(admitted or not), onSteps …──▶ acceptor
 *            ──leave──▶
 *
 * Invariants: every enter is answered exactly once, before a step serves it; a step is told when it begins and serves only what was admitted
 * and has not left; all times are of the acceptor's clock.
 */

/** A request at the engine's door. */
export interface BatchEntry {
  /** See batchId(). */
  readonly id: number;
  /** The model's index, see ModelEntry. */
  readonly model: number;
  readonly arrivalUs: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Steps of the longest choice. */
  readonly steps: number;
  /** Choices, side by side. */
  readonly sequences: number;
}

/** Steps that have begun, one after another. */
export interface BegunSteps {
  readonly endsUs: Float64Array;
  /** How many ids each of them serves. */
  readonly counts: Uint32Array;
  /** Whom they serve: the first step's ids, then the second's … */
  readonly ids: Float64Array;
}

export interface BatchListener {
  onAnswer(id: number, admitted: boolean): void;
  onSteps(steps: BegunSteps): void;
}

export interface BatchServing {
  enter(entry: BatchEntry): void;
  /** The request wants no more steps. One that is not in an engine is ignored. */
  leave(id: number, model: number): void;
}

/** Makes the engines talk to the listener, and returns what it talks back with. */
export type ConnectBatching = (listener: BatchListener) => BatchServing;

/** Slots of an acceptor: more than a stream table can have. */
const SLOTS = 2 ** 20;
/** Generations of a slot that are told apart: the slot would have to change hands so often while a message is under way. */
const GENERATIONS = 2 ** 24;
/** Ids of one acceptor are below this. */
export const BATCH_IDS = SLOTS * GENERATIONS;

/** A request's number, unique in its acceptor: an integer in [0, BATCH_IDS). */
export function batchId(slot: number, generation: number): number {
  return slot * GENERATIONS + (generation % GENERATIONS);
}

export function slotOfBatchId(id: number): number {
  return Math.floor(id / GENERATIONS);
}
