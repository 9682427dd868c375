/**
 * Between the plans and the pacer, for models that are batched: has a reply enter the node's engine before it is paced, passes the engine's
 * steps on to the pacer, and tells the engine when a request has ended, for whatever reason.
 *
 *   plan ──not batched, or due before its first token──▶ pacer
 *        ──enter──▶ engine ──admitted──▶ pacer ◀──grant per step── engine
 *                          ──queue full──▶ the provider's overloaded error
 *
 * Invariants: a slot is in the engine at most once, and leaves it at the latest when its books are closed; what the engine says of a request
 * that has ended is dropped.
 */
import type { HttpProblem } from '../../providers/contract.js';
import { PLAN_WHOLE } from '../../runtime/plan-layout.js';
import {
  FrameCursor,
  planBatch,
  planCachedTokens,
  planFirstFrame,
  planGeneration,
  planKind,
  planModelIndex,
  planPromptTokens,
  planSlot,
} from '../../runtime/plan-reader.js';
import { NO_WORKER, type StreamTable } from '../../runtime/stream-table.js';
import {
  type BatchListener,
  type BatchServing,
  type BegunSteps,
  batchId,
  type ConnectBatching,
  slotOfBatchId,
} from './serving.js';

export interface BatchDeskOptions {
  readonly table: Pick<StreamTable<unknown>, 'capacity' | 'isCurrent' | 'modelIndex' | 'startUs' | 'workerIndex'>;
  /** Makes the node's engines talk to the desk. */
  readonly connect: ConnectBatching;
  /** The plan can be paced. */
  readonly onPlan: (plan: Buffer) => void;
  readonly onRefused: (slot: number, problem: HttpProblem) => void;
  readonly onGrant: (slot: number, endUs: number) => void;
  /** Steps have been passed on. */
  readonly onSteps: () => void;
}

const NOT_IN_ENGINE = -1;

export class BatchDesk implements BatchListener {
  readonly #options: BatchDeskOptions;
  readonly #serving: BatchServing;
  /** By slot: its request's number in the engine. */
  readonly #ids: Float64Array;
  readonly #models: Uint16Array;
  /** By slot: the plan that waits for the engine's answer. */
  readonly #plans: (Buffer | undefined)[];
  readonly #cursor = new FrameCursor();

  constructor(options: BatchDeskOptions) {
    const { capacity } = options.table;
    this.#options = options;
    this.#ids = new Float64Array(capacity).fill(NOT_IN_ENGINE);
    this.#models = new Uint16Array(capacity);
    this.#plans = new Array<undefined>(capacity).fill(undefined);
    this.#serving = options.connect(this);
  }

  take(plan: Buffer): void {
    const { onPlan, table } = this.#options;
    const terms = planBatch(plan);
    const slot = planSlot(plan);
    const generation = planGeneration(plan);
    if (terms === undefined || this.#isBeforeFirstToken(plan, terms.ttftUs)) {
      onPlan(plan);
      return;
    }
    if (!table.isCurrent(slot, generation)) return;
    const id = batchId(slot, generation);
    const model = planModelIndex(plan);
    // Its worker is done with it: losing that thread meanwhile would not matter.
    table.workerIndex[slot] = NO_WORKER;
    table.modelIndex[slot] = model;
    this.#ids[slot] = id;
    this.#models[slot] = model;
    this.#plans[slot] = plan;
    this.#serving.enter({
      id,
      model,
      arrivalUs: table.startUs[slot],
      promptTokens: planPromptTokens(plan),
      cachedTokens: planCachedTokens(plan),
      steps: terms.steps,
      sequences: terms.sequences,
    });
  }

  /** The slot's request has ended, or is about to. */
  ended(slot: number): void {
    const id = this.#ids[slot];
    if (id === NOT_IN_ENGINE) return;
    this.#ids[slot] = NOT_IN_ENGINE;
    this.#plans[slot] = undefined;
    this.#serving.leave(id, this.#models[slot]);
  }

  onAnswer(id: number, admitted: boolean): void {
    const slot = slotOfBatchId(id);
    if (this.#ids[slot] !== id) return;
    const plan = this.#plans[slot] as Buffer;
    this.#plans[slot] = undefined;
    if (admitted) this.#options.onPlan(plan);
    else {
      this.#ids[slot] = NOT_IN_ENGINE;
      this.#options.onRefused(slot, { kind: 'overloaded' });
    }
  }

  onSteps({ endsUs, counts, ids }: BegunSteps): void {
    const { onGrant, onSteps } = this.#options;
    let at = 0;
    for (let step = 0; step < endsUs.length; step++) {
      for (const end = at + counts[step]; at < end; at++) {
        const slot = slotOfBatchId(ids[at]);
        if (this.#ids[slot] === ids[at]) onGrant(slot, endsUs[step]);
      }
    }
    onSteps();
  }

  /** A whole reply that has nothing of the model's in it, such as that of a response which is made in the background. */
  #isBeforeFirstToken(plan: Buffer, ttftUs: number): boolean {
    if (planKind(plan) !== PLAN_WHOLE) return false;
    this.#cursor.position = planFirstFrame(plan);
    return this.#cursor.varint(plan) < ttftUs;
  }
}
