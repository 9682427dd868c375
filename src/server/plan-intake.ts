/**
 * The way of a plan from the worker to the pacer: past the desk that does what it asks of the node's state, and past the one that has a
 * batched reply enter the node's engine. Most plans pass both in the same turn.
 *
 *   worker ──▶ StateDesk ──▶ BatchDesk, where any model is batched ──▶ Pacer
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Recalled } from '../runtime/render-request.js';
import { type StateStore, StateUnavailable } from '../runtime/state-store.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { Logger } from '../telemetry/logging.js';
import { BatchDesk } from './batching/batch-desk.js';
import type { ConnectBatching } from './batching/serving.js';
import { isBatched } from './batching/serving-engines-of.js';
import type { Reconfigured } from './generations/reconfigured.js';
import { StateDesk } from './state-desk.js';
import type { Pacer } from './streaming/pacer.js';
import type { Ticker } from './streaming/ticker.js';

export interface PlanIntakeOptions {
  readonly table: StreamTable<unknown>;
  readonly state: StateStore;
  readonly batching: ConnectBatching;
  readonly snapshot: ConfigurationSnapshot;
  readonly pacer: Pacer;
  readonly ticker: Ticker;
  readonly logger: Logger;
  /** The state that the request asked for is here: a worker is to render it again. */
  readonly onRecalled: (slot: number, recalled: Recalled, configurationGeneration: number) => void;
}

export class PlanIntake implements Reconfigured {
  readonly #options: PlanIntakeOptions;
  readonly #stateDesk: StateDesk;
  /** From the first generation of the configuration on that has a batched model. */
  #batchDesk: BatchDesk | undefined;

  constructor(options: PlanIntakeOptions) {
    this.#options = options;
    this.#stateDesk = this.#createStateDesk();
    this.reconfigure(options.snapshot);
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    const { batching, pacer } = this.#options;
    if (this.#batchDesk !== undefined || !isBatched(snapshot)) return;
    pacer.openGate();
    this.#batchDesk = this.#createBatchDesk(batching);
  }

  /** A plan has come from a worker. */
  take(plan: Uint8Array): void {
    this.#stateDesk.take(Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength));
  }

  /** The slot's request has ended, for whatever reason. */
  ended(slot: number): void {
    this.#batchDesk?.ended(slot);
  }

  #createStateDesk(): StateDesk {
    const { logger, onRecalled, pacer, state, table } = this.#options;
    return new StateDesk({
      store: state,
      table,
      onPlan: (plan) => {
        if (this.#batchDesk === undefined) this.#pace(plan);
        else this.#batchDesk.take(plan);
      },
      onRecalled,
      onFailed: (slot, problem, cause) => {
        const text = cause instanceof Error ? cause.message : String(cause);
        // That it cannot be reached is said once, where that is noticed.
        if (!(cause instanceof StateUnavailable)) logger.error({ cause: text }, 'the state store failed a request');
        pacer.cut(slot, problem);
      },
    });
  }

  #createBatchDesk(connect: ConnectBatching): BatchDesk {
    const { pacer, table, ticker } = this.#options;
    return new BatchDesk({
      table,
      connect,
      onPlan: (plan) => this.#pace(plan),
      onRefused: (slot, problem) => pacer.refuse(slot, problem),
      onGrant: (slot, endUs) => pacer.grant(slot, endUs),
      onSteps: () => ticker.wake(),
    });
  }

  #pace(plan: Buffer): void {
    this.#options.pacer.accept(plan);
    this.#options.ticker.wake();
  }
}
