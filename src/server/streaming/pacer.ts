/**
 * Paces answers: takes response plans in, and writes every frame at its absolute deadline.
 *
 *   AWAITING_PLACE          AWAITING_STEP
 *        │ place     no step ▲│ granted
 *        ▼             so far │▼
 *   AWAITING_PLAN ──plan──▶ PACING ──last frame──▶ finished
 *        │                  │    ▲
 *        │                  │    └──last frame of a reply that breaks off──▶ AWAITING_ENDING ──▶ finished
 *        │     socket full  ▼    │ socket drained
 *        │                  PAUSED ──stall limit──▶ aborted
 *        ├──plan of a whole reply that is due too late──▶ AWAITING_TIMEOUT ─┐
 *        └──request timeout─────────────────────────────────────────────────┴──▶ failed
 *
 * Invariants: a slot has at most one wheel entry, whose meaning follows from its state; lateness of one frame never moves the next
 * one's deadline. No object, closure or view is made per frame.
 */
import type { Clock } from '../../kernel/clock.js';
import type { HttpProblem } from '../../providers/contract.js';
import { FrameFeed } from '../../runtime/frame-feed.js';
import { PLAN_STREAM, PLAN_WHOLE } from '../../runtime/plan-layout.js';
import {
  planConfigurationGeneration,
  planFrameCount,
  planGeneration,
  planKind,
  planModelIndex,
  planOvertureFrames,
  planSlot,
} from '../../runtime/plan-reader.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { TimingWheel } from '../../runtime/timing-wheel.js';
import type { ServedGeneration } from '../generations/served-generation.js';
import type { AddedHeaders } from '../middleware/added-headers.js';
import type { RequestLedger } from '../request-ledger.js';
import type { Exchange, Transport } from '../transport/contract.js';
import { answerError, type EarlyEndParts, endEarly } from './early-end.js';
import { FrameWriter } from './frame-writer.js';
import { ReplyBounds } from './reply-bounds.js';
import { NOT_GRANTED, StepGate } from './step-gate.js';
import type { StreamMeter } from './stream-meter.js';

/** The request is with a worker. Zero is a free slot's state. */
export const AWAITING_PLAN = 1;
/** The next frame waits for its deadline. */
export const PACING = 2;
/** The client does not read; the wheel entry is the stall limit. */
export const PAUSED = 3;
/** The serving engine has not begun the step that the next frame belongs to; the wheel entry is a whole reply's timeout. */
export const AWAITING_STEP = 4;
/** The whole reply that was planned is due after the request's timeout, which is the wheel entry and will answer. */
export const AWAITING_TIMEOUT = 5;
/** Everything that the client is to get of a reply that breaks off is sent; the wheel entry is the moment when it does. */
export const AWAITING_ENDING = 6;
/** As many requests are served as may be; the wheel entry is the timeout. */
export const AWAITING_PLACE = 7;

/** Frames of one stream that may be written one after another before other streams get their turn. */
const FRAMES_PER_TURN = 32;
/** While a stream catches up, the clock is read once for so many of its frames: they go out within some ten microseconds. */
const FRAMES_PER_READING = 4;
/** How long one tick may go on before sockets are served again: see Ticker for why a longer one would shut clients out. */
const TICK_BUDGET_US = 1_000;

/** What holds for a request, by the generation of the configuration that it came under. */
interface LimitsByGeneration {
  of(generation: number): Pick<ServedGeneration, 'requestTimeoutUs' | 'stallLimitUs'>;
}

export interface PacerOptions {
  readonly table: StreamTable<Exchange>;
  readonly wheel: TimingWheel;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly ledger: RequestLedger;
  readonly meter: StreamMeter;
  readonly addedHeaders: AddedHeaders;
  readonly generations: LimitsByGeneration;
}

export class Pacer {
  readonly #table: StreamTable<Exchange>;
  readonly #wheel: TimingWheel;
  readonly #clock: Clock;
  readonly #ledger: RequestLedger;
  readonly #meter: StreamMeter;
  readonly #endParts: EarlyEndParts;
  readonly #generations: LimitsByGeneration;
  readonly #feed: FrameFeed;
  readonly #writer: FrameWriter;
  readonly #bounds: ReplyBounds;
  /** By slot, whether the reply begins with its next frame: status and headers wait for it. */
  readonly #opensWithFrame: Uint8Array;
  /** Undefined as long as no model was batched. */
  #gate: StepGate | undefined;
  #budgetEndUs = 0;

  constructor(options: PacerOptions) {
    const { table } = options;
    this.#table = table;
    this.#wheel = options.wheel;
    this.#clock = options.clock;
    this.#ledger = options.ledger;
    this.#meter = options.meter;
    this.#endParts = options;
    this.#generations = options.generations;
    this.#feed = new FrameFeed(table.plans, table.capacity);
    this.#writer = new FrameWriter(this.#feed, options.transport);
    this.#bounds = new ReplyBounds(options, this.#feed);
    this.#opensWithFrame = new Uint8Array(table.capacity);
  }

  /** Takes in a worker's plan. A plan for a request that has ended meanwhile is dropped. */
  accept(plan: Buffer): void {
    const table = this.#table;
    const slot = planSlot(plan);
    if (!table.isCurrent(slot, planGeneration(plan))) return;
    const exchange = table.exchange[slot] as Exchange;
    // The worker has read the request for the last time.
    exchange.recycleBody();
    table.modelIndex[slot] = planModelIndex(plan);
    const late = planKind(plan) !== PLAN_STREAM;
    // One that is late begins with its frame, and belongs to the transport then if it is in one piece.
    if (late) table.plans.keep(slot, plan);
    else table.plans.put(slot, plan);
    this.#feed.begin(slot);
    const firstUs = this.#feed.delayUs(slot);
    // A stream begins at once, with its headers, and has no timeout.
    if (late && table.waitedUs[slot] + firstUs > this.#servedUnder(slot).requestTimeoutUs) {
      table.plans.drop(slot);
      table.state[slot] = AWAITING_TIMEOUT;
      return;
    }
    this.#ledger.describe(slot, plan);
    table.framesLeft[slot] = planFrameCount(plan);
    table.deadlineUs[slot] =
      this.#gate?.begin(slot, plan, table.startUs[slot], firstUs) ?? table.startUs[slot] + firstUs;
    this.#opensWithFrame[slot] = late ? 1 : 0;
    this.#meter.begin(slot, planOvertureFrames(plan));
    if (!late) this.#bounds.startStream(slot, exchange, plan);
    // The request has ended if the headers were all that was asked for, or found the connection closed.
    if (table.exchange[slot] !== exchange) return;
    this.#await(slot);
    // What is planned for at once is due with this turn's tick, together with what else is: the wheel would round it up to its next one.
    if (table.deadlineUs[slot] <= table.startUs[slot]) this.#wheel.schedule(slot, 0);
  }

  /** Plans may be batched from now on: grants decide when their frames are due. */
  openGate(): void {
    this.#gate ??= new StepGate(this.#table.capacity);
  }

  /** A step of the node's engine that serves the slot has begun and will end at the time. */
  grant(slot: number, endUs: number): void {
    const gate = this.#gate;
    if (gate === undefined) return;
    gate.grant(slot, endUs);
    const table = this.#table;
    if (table.deadlineUs[slot] !== NOT_GRANTED) return;
    table.deadlineUs[slot] = gate.deadlineUs(slot);
    if (table.state[slot] === AWAITING_STEP && !this.#isTooLate(slot)) this.#await(slot);
  }

  /** Does what is due, for at most the tick's budget; false when something due is left. */
  tick(): boolean {
    const nowUs = this.#clock.nowUs();
    this.#budgetEndUs = nowUs + TICK_BUDGET_US;
    return this.#wheel.advance(nowUs, this);
  }

  /** The wheel's call for a slot whose entry is due; false stops the wheel until the next tick. */
  onExpire(slot: number): boolean {
    if (this.#table.state[slot] === PACING) return this.#write(slot);
    this.#expired(slot);
    return this.#clock.nowUs() < this.#budgetEndUs;
  }

  /** The client reads again: what is due goes out, what is not waits for its own deadline. */
  resume(slot: number): void {
    if (this.#table.state[slot] !== PAUSED) return;
    this.#meter.resumed(slot, this.#clock.nowUs());
    this.#await(slot);
  }

  /** Ends a request before its time with the provider's own error. */
  cut(slot: number, problem: HttpProblem): void {
    this.#feed.forget();
    endEarly(this.#endParts, slot, problem);
  }

  /** The same for every request that has a slot. */
  cutAll(problem: HttpProblem): void {
    const { capacity, state } = this.#table;
    for (let slot = 0; slot < capacity; slot++) if (state[slot] !== 0) this.cut(slot, problem);
  }

  /** Answers a request that nothing was sent of with an error that the simulation means. */
  refuse(slot: number, problem: HttpProblem): void {
    this.#feed.forget();
    answerError(this.#endParts, slot, problem);
  }

  #expired(slot: number): void {
    const { exchange, state } = this.#table;
    if (state[slot] === PAUSED) {
      exchange[slot]?.abort();
      this.#ledger.close(slot, 'aborted', 'stalled');
    } else if (state[slot] === AWAITING_ENDING) this.#bounds.breakOff(slot, exchange[slot] as Exchange);
    else this.cut(slot, { kind: 'timeout' });
  }

  /** Writes the frames that are due. Returns whether the tick has time left; a time would have to be allocated. */
  #write(slot: number): boolean {
    const table = this.#table;
    const exchange = table.exchange[slot] as Exchange;
    let nowUs = 0;
    if (this.#opensWithFrame[slot] === 1) {
      nowUs = this.#clock.nowUs();
      if (!this.#open(slot, exchange, nowUs)) return nowUs < this.#budgetEndUs;
    }
    if (table.framesLeft[slot] === 0) {
      this.#finish(slot, exchange);
      return this.#clock.nowUs() < this.#budgetEndUs;
    }
    for (let turn = 0; turn < FRAMES_PER_TURN; turn++) {
      const writable = this.#writer.write(slot, exchange);
      // The write may have found the connection closed, which ends the request.
      if (table.exchange[slot] !== exchange) return this.#clock.nowUs() < this.#budgetEndUs;
      if (turn % FRAMES_PER_READING === 0) nowUs = this.#clock.nowUs();
      this.#meter.wrote(slot, table.deadlineUs[slot], nowUs);
      const left = --table.framesLeft[slot];
      if (left > 0) this.#toNextDeadline(slot, left);
      if (!writable) {
        table.state[slot] = PAUSED;
        this.#wheel.schedule(slot, nowUs + this.#servedUnder(slot).stallLimitUs);
        return nowUs < this.#budgetEndUs;
      }
      if (left === 0) {
        this.#finish(slot, exchange);
        return nowUs < this.#budgetEndUs;
      }
      if (table.deadlineUs[slot] > nowUs) break;
    }
    this.#await(slot);
    return nowUs < this.#budgetEndUs;
  }

  /** What the slot's plan came under. */
  #servedUnder(slot: number): Pick<ServedGeneration, 'requestTimeoutUs' | 'stallLimitUs'> {
    return this.#generations.of(planConfigurationGeneration(this.#table.plans.of(slot) as Buffer));
  }

  /** Whether a whole reply's step ends after its timeout, which will answer instead. */
  #isTooLate(slot: number): boolean {
    if (this.#opensWithFrame[slot] === 0) return false;
    const { deadlineUs, startUs, waitedUs } = this.#table;
    const arrivedUs = startUs[slot] - waitedUs[slot];
    return deadlineUs[slot] > arrivedUs + this.#servedUnder(slot).requestTimeoutUs;
  }

  /** Until the next frame is due. Where no step is granted for it, until there is one: a whole reply's timeout goes on, a stream has none. */
  #await(slot: number): void {
    const table = this.#table;
    const deadlineUs = table.deadlineUs[slot];
    if (deadlineUs === NOT_GRANTED) {
      table.state[slot] = AWAITING_STEP;
      if (this.#opensWithFrame[slot] === 0) this.#wheel.cancel(slot);
    } else {
      table.state[slot] = PACING;
      this.#wheel.schedule(slot, deadlineUs);
    }
  }

  /** The first frame is due of a reply that begins with it. Returns whether there is a stream to go on with. */
  #open(slot: number, exchange: Exchange, nowUs: number): boolean {
    const plan = this.#table.plans.of(slot) as Buffer;
    if (planKind(plan) === PLAN_WHOLE) this.#meter.replied(slot, nowUs);
    if (!this.#bounds.open(slot, exchange)) return false;
    this.#opensWithFrame[slot] = planKind(plan) === PLAN_STREAM ? 0 : 1;
    return true;
  }

  #finish(slot: number, exchange: Exchange): void {
    const holdUs = this.#bounds.finish(slot, exchange);
    if (holdUs === 0) return;
    const table = this.#table;
    table.state[slot] = AWAITING_ENDING;
    this.#wheel.schedule(slot, table.deadlineUs[slot] + holdUs);
  }

  /** Reads the next frame's delay. @param left how many frames are left, that one included */
  #toNextDeadline(slot: number, left: number): void {
    const delayUs = this.#feed.delayUs(slot);
    const table = this.#table;
    if (this.#gate?.decides(slot, left)) table.deadlineUs[slot] = this.#gate.next(slot, delayUs);
    else table.deadlineUs[slot] += delayUs;
    this.#meter.next(slot, delayUs);
  }
}
