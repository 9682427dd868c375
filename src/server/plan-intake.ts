/**
 * The way of a plan from the worker to the pacer: past the desk that holds it to rate limits, past the one that does what it asks of the
 * node's state, and past the one that has a batched reply enter the node's engine. Most plans pass all of them in the same turn.
 *
 *   worker ──▶ LimitDesk ──▶ StateDesk ──▶ BatchDesk, where any model is batched ──▶ Pacer
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import { PLAN_RECALL, PLAN_STREAM } from '../runtime/plan-layout.js';
import { planGeneration, planHasMemo, planKind, planSlot } from '../runtime/plan-reader.js';
import type { Recalled } from '../runtime/render-request.js';
import { type StateStore, StateUnavailable } from '../runtime/state-store.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { Logger } from '../telemetry/logging.js';
import type { RequestOutcome } from '../telemetry/request-books.js';
import { BatchDesk } from './batching/batch-desk.js';
import type { ConnectBatching } from './batching/serving.js';
import { isBatched } from './batching/serving-engines-of.js';
import type { Reconfigured } from './generations/reconfigured.js';
import type { Journal } from './journal/journal.js';
import type { LimitKeeperLink } from './limits/leasing.js';
import { LimitDesk, type LimitDeskOptions } from './limits/limit-desk.js';
import type { SessionOutbox } from './sessions/session-outbox.js';
import { StateDesk } from './state-desk.js';
import type { Pacer } from './streaming/pacer.js';
import type { Ticker } from './streaming/ticker.js';
import type { RequestTracer } from './tracing/request-tracer.js';
import type { Exchange } from './transport/contract.js';

export interface PlanIntakeOptions
  extends Omit<LimitDeskOptions, 'keeper' | 'table' | 'nowUs' | 'onPlan' | 'onRefused' | 'onDecided'> {
  readonly table: StreamTable<Exchange>;
  readonly journal: Journal | undefined;
  readonly sessions: SessionOutbox;
  readonly tracer: RequestTracer;
  readonly clock: Clock;
  readonly limits: LimitKeeperLink;
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
  readonly #limitDesk: LimitDesk;
  readonly #stateDesk: StateDesk;
  /** From the first generation of the configuration on that has a batched model. */
  #batchDesk: BatchDesk | undefined;

  constructor(options: PlanIntakeOptions) {
    this.#options = options;
    this.#limitDesk = this.#createLimitDesk();
    this.#stateDesk = this.#createStateDesk();
    this.reconfigure(options.snapshot);
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#limitDesk.reconfigure(snapshot);
    const { batching, pacer } = this.#options;
    if (this.#batchDesk !== undefined || !isBatched(snapshot)) return;
    pacer.openGate();
    this.#batchDesk = this.#createBatchDesk(batching);
  }

  /** A plan has come. @param plan is only valid during the call */
  take(plan: Uint8Array): void {
    this.#note(plan);
    const bytes = Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength);
    this.#limitDesk.take(this.#isKept(bytes) ? Buffer.from(bytes) : bytes);
  }

  /** The slot's request has ended, for whatever reason. */
  ended(slot: number, outcome: RequestOutcome): void {
    this.#limitDesk.ended(slot, outcome);
    this.#batchDesk?.ended(slot);
  }

  /** Nothing more is asked of the rate limits' keeper. */
  close(): void {
    this.#limitDesk.close();
  }

  /** Whether anybody holds on to the plan: the pacer copies what it needs of a stream, and desks that answer later come before it. */
  #isKept(plan: Buffer): boolean {
    if (planKind(plan) !== PLAN_STREAM || planHasMemo(plan)) return true;
    return this.#limitDesk.isActive || this.#batchDesk !== undefined;
  }

  #createLimitDesk(): LimitDesk {
    const { clock, journal, ledger, limits, metrics, pacer, snapshot, steering, table, ticker, tracer } = this.#options;
    return new LimitDesk({
      snapshot,
      steering,
      keeper: limits,
      table,
      ledger,
      metrics,
      nowUs: () => clock.nowUs(),
      onPlan: (plan) => this.#stateDesk.take(plan),
      onRefused: (slot, problem) => {
        if (problem.kind === 'rate_limited' && problem.details !== undefined) {
          journal?.limited(slot, problem.details.refusal.dimension);
          tracer.limited(slot, problem.details.refusal.dimension);
        }
        pacer.refuse(slot, problem);
      },
      onDecided: () => ticker.wake(),
    });
  }

  /** What asks for state is no answer yet. */
  #note(plan: Uint8Array): void {
    const { journal, sessions, table, tracer } = this.#options;
    const slot = planSlot(plan);
    if (planKind(plan) === PLAN_RECALL || !table.isCurrent(slot, planGeneration(plan))) return;
    sessions.planned(slot, plan);
    journal?.planned(slot, plan);
    if (tracer.isActive) tracer.planned(slot, plan);
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
