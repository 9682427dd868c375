/**
 * When the frames of batched replies are due. A frame's place in its plan's time, where the reply is alone in the engine, says which step of
 * the engine it belongs to; it is due when that step ends. A step is granted as soon as it has begun, so its end is known before it comes.
 *
 *   time in the plan:  0 … ttft │ ttft      ttft + step   ttft + 2 × step …
 *   step:              0        │ 1         2             3                      step 0: before the first token, due when the plan says
 *
 * Invariants: no frame is due before its step has ended; a frame whose step is not granted yet has the deadline NOT_GRANTED. Nothing is
 * allocated per frame or step: a column per fact, a row per slot.
 */
import { planBatch, planFrameCount, planFreeFrames } from '../../runtime/plan-reader.js';

/** The deadline of a frame whose step has not begun. */
export const NOT_GRANTED = Number.POSITIVE_INFINITY;

/**
 * Ends of steps that are kept for a slot. A step is granted while the frames of the one before wait for its end, so two are enough for a
 * server that keeps up; a stream that is further behind has its lateness counted from the oldest end that is kept.
 */
const KEPT_STEPS = 8;

export class StepGate {
  readonly #stepUs: Float64Array;
  readonly #ttftUs: Float64Array;
  readonly #steps: Uint32Array;
  readonly #startUs: Float64Array;
  /** When the next frame would be due if its reply were alone, µs after the request's arrival. */
  readonly #plannedUs: Float64Array;
  readonly #granted: Uint32Array;
  /** By slot, how many frames at the end of its plan wait for no step. */
  readonly #freeFrames: Uint32Array;
  /** By slot, the end of step n at n modulo KEPT_STEPS. */
  readonly #endsUs: Float64Array;

  /** @param capacity slots are 0 … capacity - 1 */
  constructor(capacity: number) {
    this.#stepUs = new Float64Array(capacity);
    this.#ttftUs = new Float64Array(capacity);
    this.#steps = new Uint32Array(capacity);
    this.#startUs = new Float64Array(capacity);
    this.#plannedUs = new Float64Array(capacity);
    this.#granted = new Uint32Array(capacity);
    this.#freeFrames = new Uint32Array(capacity);
    this.#endsUs = new Float64Array(capacity * KEPT_STEPS);
  }

  /**
   * Begins with the slot's plan and its first frame. No step is granted yet.
   * @param startUs the request's arrival
   * @param delayUs the first frame's delay after it, in the plan
   * @returns when the frame is due, or NOT_GRANTED; for a plan that is not batched, when it says itself
   */
  begin(slot: number, plan: Uint8Array, startUs: number, delayUs: number): number {
    const terms = planBatch(plan);
    this.#stepUs[slot] = terms?.stepUs ?? 0;
    this.#freeFrames[slot] = planFreeFrames(plan);
    if (terms === undefined || !this.decides(slot, planFrameCount(plan))) return startUs + delayUs;
    this.#ttftUs[slot] = terms.ttftUs;
    this.#steps[slot] = terms.steps;
    this.#startUs[slot] = startUs;
    this.#plannedUs[slot] = delayUs;
    this.#granted[slot] = 0;
    return this.deadlineUs(slot);
  }

  /** Whether the slot's plan is batched, and its next frame, with which so many are left, one that waits for a step. */
  decides(slot: number, framesLeft: number): boolean {
    return this.#stepUs[slot] > 0 && framesLeft > this.#freeFrames[slot];
  }

  /** To the next frame, planned delayUs after the one before; returns when it is due, or NOT_GRANTED. */
  next(slot: number, delayUs: number): number {
    this.#plannedUs[slot] += delayUs;
    return this.deadlineUs(slot);
  }

  /** One more step serves the slot. One whose plan is not batched ignores it. */
  grant(slot: number, endUs: number): void {
    if (this.#stepUs[slot] === 0) return;
    const step = ++this.#granted[slot];
    this.#endsUs[slot * KEPT_STEPS + (step % KEPT_STEPS)] = endUs;
  }

  /** When the frame that is next is due, or NOT_GRANTED. */
  deadlineUs(slot: number): number {
    const afterFirstUs = this.#plannedUs[slot] - this.#ttftUs[slot];
    if (afterFirstUs < 0) return this.#startUs[slot] + this.#plannedUs[slot];
    const step = Math.min(1 + Math.round(afterFirstUs / this.#stepUs[slot]), this.#steps[slot]);
    const granted = this.#granted[slot];
    if (step > granted) return NOT_GRANTED;
    const known = Math.max(step, granted - KEPT_STEPS + 1);
    return this.#endsUs[slot * KEPT_STEPS + (known % KEPT_STEPS)];
  }
}
