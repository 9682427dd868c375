/**
 * The serving engines of a node, one for each model that is batched, and the loop that lets their steps begin in real time. Lives in the
 * primary, or in the process that is the whole node; every acceptor has a connection to it.
 *
 *   acceptors ──enter, leave──▶ engines ──a timer for the next step──▶ steps that have begun ──▶ each acceptor hears of its own
 *
 * Invariants: an acceptor hears that a request is admitted before it hears of a step that serves it; the requests of a connection that is
 * closed leave; when a model's parameters change, requests that are in its engine stay there. Which steps there are and when they end does not depend on the timer: the engines make up for a call that comes late, and
 * only the notice that acceptors have grows shorter by it.
 */
import type { BatchStep, ServingStats } from '../../engine/batching/contract.js';
import type { ServingEngine } from '../../engine/batching/serving-engine.js';
import type { Clock } from '../../kernel/clock.js';
import { BatchingMetrics } from '../../telemetry/batching-metrics.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import { type EngineSource, ModelEngines } from './model-engines.js';
import { BATCH_IDS, type BatchEntry, type BatchListener, type BatchServing } from './serving.js';
import { StepOutbox } from './step-outbox.js';

/** How long steps may be begun before others get their turn; engines that are asked for more fall behind, which shows as slip. */
const TURN_US = 5_000;
/** setTimeout's own limit is 2^31 - 1 ms. */
const SLEEP_MAX_MS = 60_000;

export interface BatchedModel {
  readonly name: string;
  /** See ModelEntry.index. */
  readonly index: number;
  readonly engine: EngineSource;
}

/** How a model's engine fares. */
export interface ModelServingStats extends ServingStats {
  readonly model: string;
}

/** An acceptor's way to the engines. */
export interface EngineConnection extends BatchServing {
  /** The acceptor is gone. */
  close(): void;
}

interface Acceptor {
  readonly listener: BatchListener;
  readonly outbox: StepOutbox;
  /** Its requests that have entered and not left, with the engine that each is in. */
  readonly entered: Map<number, ServingEngine>;
}

export class ServingEngines {
  /** By the model's index: of every model that is or was batched. */
  readonly #models = new Map<number, ModelEngines>();
  /** All of them, those from before a change of parameters too. */
  #engines: readonly ServingEngine[] = [];
  readonly #clock: Clock;
  readonly #metrics = new BatchingMetrics(() => this.stats());
  /** By place. */
  readonly #acceptors: (Acceptor | undefined)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;

  /** @param clock what all times are of: those of entries, and those of steps */
  constructor(models: readonly BatchedModel[], clock: Clock) {
    this.#clock = clock;
    this.use(models);
  }

  /**
   * From now on requests enter these engines. One that is like the present one of its model is that one; the engine of a model that is not
   * among them serves on what was planned for it.
   */
  use(models: readonly BatchedModel[]): void {
    for (const { engine, index, name } of models) {
      const known = this.#models.get(index);
      if (known === undefined) this.#models.set(index, new ModelEngines(name, engine));
      else known.replace(engine);
    }
    this.#listEngines();
  }

  /** @param place a number from 0 that no other open connection has */
  connect(place: number, listener: BatchListener): EngineConnection {
    const acceptor: Acceptor = { listener, outbox: new StepOutbox(), entered: new Map() };
    this.#acceptors[place] = acceptor;
    const idOf = (id: number) => place * BATCH_IDS + id;
    return {
      enter: (entry) => this.#enter(acceptor, idOf(entry.id), entry),
      leave: (id) => this.#leave(acceptor, idOf(id)),
      close: () => {
        for (const id of acceptor.entered.keys()) this.#leave(acceptor, id);
        this.#acceptors[place] = undefined;
      },
    };
  }

  /** What is to be added to the acceptors' figures: nothing as long as no model was batched. */
  async metricsSnapshot(): Promise<MetricsSnapshot> {
    return this.#models.size === 0 ? [] : this.#metrics.snapshot();
  }

  stats(): ModelServingStats[] {
    return [...this.#models.values()].map((model) => ({ model: model.name, ...model.stats() }));
  }

  /** No step begins any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #listEngines(): void {
    this.#engines = [...this.#models.values()].flatMap((model) => model.all());
  }

  #dropIdle(): void {
    for (const model of this.#models.values()) model.dropIdle();
    this.#listEngines();
  }

  #enter({ entered, listener }: Acceptor, id: number, entry: BatchEntry): void {
    const { arrivalUs, cachedTokens, model, promptTokens, sequences, steps } = entry;
    const request = { id, arrivalUs, promptTokens, cachedTokens, outputTokens: steps, sequences };
    const engine = this.#models.get(model)?.current;
    const admitted = engine?.enter(request) ?? false;
    if (engine !== undefined && admitted) entered.set(id, engine);
    listener.onAnswer(entry.id, admitted);
    this.#arm();
  }

  #leave({ entered }: Acceptor, id: number): void {
    entered.get(id)?.leave(id, this.#clock.nowUs());
    if (!entered.delete(id)) return;
    this.#arm();
  }

  readonly #run = (): void => {
    this.#immediate = undefined;
    const nowUs = this.#clock.nowUs();
    const endUs = nowUs + TURN_US;
    let anyDue = true;
    while (anyDue && this.#clock.nowUs() < endUs) {
      anyDue = false;
      for (const engine of this.#engines) {
        const nextUs = engine.nextUs();
        if (nextUs > nowUs) continue;
        anyDue = true;
        this.#sort(engine.advance(nextUs));
      }
    }
    if (this.#engines.length > this.#models.size) this.#dropIdle();
    for (const acceptor of this.#acceptors) {
      if (acceptor?.outbox.isEmpty === false) acceptor.listener.onSteps(acceptor.outbox.take());
    }
    this.#arm();
  };

  #sort(steps: readonly BatchStep[]): void {
    for (const step of steps) {
      for (const id of step.served) {
        const place = Math.floor(id / BATCH_IDS);
        this.#acceptors[place]?.outbox.add(step, id - place * BATCH_IDS);
      }
    }
  }

  /** Sees to it that the next step begins in time, and no earlier. */
  #arm(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    let nextUs = Number.POSITIVE_INFINITY;
    for (const engine of this.#engines) nextUs = Math.min(nextUs, engine.nextUs());
    if (nextUs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.ceil((nextUs - this.#clock.nowUs()) / 1_000);
    if (delayMs > 0) this.#timer = setTimeout(this.#run, Math.min(SLEEP_MAX_MS, delayMs));
    else this.#immediate ??= setImmediate(this.#run);
  }
}
