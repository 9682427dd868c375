/**
 * Between the workers' plans and the pacer: does what a plan's memo asks of the node's state before the plan is paced.
 *
 *   plan ──no memo──────────────────────────────▶ pacer
 *        ──changes──▶ store.apply ──done────────▶ pacer      (what was kept is found from anywhere before the client hears of it)
 *        ──recall───▶ store.recall ──found──▶ worker, second round
 *
 * Invariants: at most one look-up or change per request is under way; a request that ended meanwhile is dropped, and what it left is kept
 * all the same; a store that fails costs its request the provider's own server error, one that cannot be reached that of overload.
 */
import type { HttpProblem } from '../providers/contract.js';
import { PLAN_RECALL, type RecallMemo } from '../runtime/plan-layout.js';
import { planConfigurationGeneration, planGeneration, planKind, planMemo, planSlot } from '../runtime/plan-reader.js';
import type { PrefixAnswer } from '../runtime/prefix-cache.js';
import type { Recalled, RecalledEntry } from '../runtime/render-request.js';
import { type StateChange, type StateStore, StateUnavailable } from '../runtime/state-store.js';
import { NO_WORKER, type StreamTable } from '../runtime/stream-table.js';

export interface StateDeskOptions {
  readonly store: StateStore;
  readonly table: Pick<StreamTable<unknown>, 'isCurrent' | 'workerIndex'>;
  /** The plan can be paced. */
  readonly onPlan: (plan: Buffer) => void;
  /** The request is to be rendered again, under the same generation of the configuration. */
  readonly onRecalled: (slot: number, recalled: Recalled, configurationGeneration: number) => void;
  readonly onFailed: (slot: number, problem: HttpProblem, cause: unknown) => void;
}

export class StateDesk {
  readonly #options: StateDeskOptions;

  constructor(options: StateDeskOptions) {
    this.#options = options;
  }

  take(plan: Buffer): void {
    const memo = planMemo(plan);
    if (memo === undefined) this.#options.onPlan(plan);
    else if (planKind(plan) === PLAN_RECALL) this.#recall(plan, memo as RecallMemo);
    else this.#apply(plan, memo as readonly StateChange[]);
  }

  #recall(plan: Buffer, { keys, identity, prefix, count }: RecallMemo): void {
    const { onRecalled } = this.#options;
    const configurationGeneration = planConfigurationGeneration(plan);
    this.#settle(plan, Promise.all([this.#entries(keys), this.#prefix(prefix)]), ([entries, answer], slot) => {
      const recalled = { identity: Uint32Array.from(identity), entries, ...(count !== undefined && { count }) };
      const found = answer === undefined ? recalled : { ...recalled, prefix: answer };
      onRecalled(slot, found, configurationGeneration);
    });
  }

  async #entries(keys: readonly string[]): Promise<RecalledEntry[]> {
    if (keys.length === 0) return [];
    const documents = await this.#options.store.recall(keys);
    return documents.map((document, index) => ({ key: keys[index], ...document }));
  }

  async #prefix(prefix: RecallMemo['prefix']): Promise<PrefixAnswer | undefined> {
    if (prefix === undefined || 'hits' in prefix) return prefix;
    return { hits: await this.#options.store.reusePrefix(prefix.lookup), measured: prefix.measured };
  }

  #apply(plan: Buffer, changes: readonly StateChange[]): void {
    const { store, onPlan } = this.#options;
    this.#settle(plan, store.apply(changes), () => onPlan(plan));
  }

  #settle<Result>(plan: Buffer, work: Promise<Result>, next: (result: Result, slot: number) => void): void {
    const { table, onFailed } = this.#options;
    const slot = planSlot(plan);
    const generation = planGeneration(plan);
    if (!table.isCurrent(slot, generation)) return;
    // Its worker is done with it: losing that thread meanwhile would not matter.
    table.workerIndex[slot] = NO_WORKER;
    work.then(
      (result) => {
        if (table.isCurrent(slot, generation)) next(result, slot);
      },
      (cause) => {
        if (table.isCurrent(slot, generation))
          onFailed(slot, { kind: cause instanceof StateUnavailable ? 'overloaded' : 'internal' }, cause);
      },
    );
  }
}
