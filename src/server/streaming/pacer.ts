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
 * one's deadline.
 */
import type { Clock } from '../../kernel/clock.js';
import type { HttpProblem } from '../../providers/contract.js';
import { ENDING_COMPLETE, ENDING_RESET } from '../../runtime/plan-delivery.js';
import { NO_STATUS, PLAN_STREAM, PLAN_WHOLE } from '../../runtime/plan-layout.js';
import {
  FrameCursor,
  planAnnouncedBytes,
  planConfigurationGeneration,
  planEndHoldUs,
  planEnding,
  planFirstFrame,
  planFrameCount,
  planGeneration,
  planHeaders,
  planKind,
  planModelIndex,
  planOvertureFrames,
  planSlot,
  planStatus,
} from '../../runtime/plan-reader.js';
import { setPlanKind } from '../../runtime/response-plan.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { TimingWheel } from '../../runtime/timing-wheel.js';
import type { ServedGeneration } from '../generations/served-generation.js';
import type { AddedHeaders } from '../middleware/added-headers.js';
import type { RequestLedger } from '../request-ledger.js';
import { type Exchange, FRAME_HEAD_BYTES, type Transport } from '../transport/contract.js';
import { answerError, type EarlyEndParts, endEarly } from './early-end.js';
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
/** How long one tick may go on before sockets are served again: see Ticker for why a longer one would shut clients out. */
const TICK_BUDGET_US = 1_000;
/** The clock is read once for so many frames when the budget is checked. */
const FRAMES_PER_BUDGET_CHECK = 16;

/** The largest frame that goes out in one write; a larger one is cut into several. */
export const FRAME_BYTES_MAX = 256 * 1024;

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
  readonly #transport: Transport;
  readonly #ledger: RequestLedger;
  readonly #meter: StreamMeter;
  readonly #addedHeaders: AddedHeaders;
  readonly #endParts: EarlyEndParts;
  readonly #generations: LimitsByGeneration;
  /** Undefined as long as no model was batched. */
  #gate: StepGate | undefined;
  readonly #cursor = new FrameCursor();
  #budgetEndUs = 0;
  #untilBudgetCheck = FRAMES_PER_BUDGET_CHECK;

  constructor(options: PacerOptions) {
    this.#table = options.table;
    this.#wheel = options.wheel;
    this.#clock = options.clock;
    this.#transport = options.transport;
    this.#ledger = options.ledger;
    this.#meter = options.meter;
    this.#addedHeaders = options.addedHeaders;
    this.#endParts = options;
    this.#generations = options.generations;
  }

  /** Takes in a worker's plan. A plan for a request that has ended meanwhile is dropped. */
  accept(plan: Buffer): void {
    const table = this.#table;
    const slot = planSlot(plan);
    if (!table.isCurrent(slot, planGeneration(plan))) return;
    // The worker has read the request for the last time.
    table.exchange[slot]?.recycleBody();
    table.modelIndex[slot] = planModelIndex(plan);
    this.#cursor.position = planFirstFrame(plan);
    const firstUs = this.#cursor.varint(plan);
    const late = planKind(plan) !== PLAN_STREAM;
    // A stream begins at once, with its headers, and has no timeout.
    if (late && table.waitedUs[slot] + firstUs > this.#servedUnder(plan).requestTimeoutUs) {
      table.state[slot] = AWAITING_TIMEOUT;
      return;
    }
    this.#ledger.describe(slot, plan);
    table.plan[slot] = plan;
    table.framesLeft[slot] = planFrameCount(plan);
    table.deadlineUs[slot] =
      this.#gate?.begin(slot, plan, table.startUs[slot], firstUs) ?? table.startUs[slot] + firstUs;
    table.planCursor[slot] = this.#cursor.position;
    this.#meter.begin(slot, planOvertureFrames(plan));
    if (!late) this.#startStream(table.exchange[slot] as Exchange, plan);
    // The headers may have found the connection closed, which ends the request.
    if (table.plan[slot] === plan) this.#await(slot);
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
    if (this.#table.state[slot] === PACING) this.#write(slot);
    else this.#expired(slot);
    if (--this.#untilBudgetCheck > 0) return true;
    this.#untilBudgetCheck = FRAMES_PER_BUDGET_CHECK;
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
    this.#cursor.forget();
    endEarly(this.#endParts, slot, problem);
  }

  /** Answers a request that nothing was sent of with an error that the simulation means. */
  refuse(slot: number, problem: HttpProblem): void {
    this.#cursor.forget();
    answerError(this.#endParts, slot, problem);
  }

  #expired(slot: number): void {
    const { exchange, plan, state } = this.#table;
    if (state[slot] === PAUSED) {
      exchange[slot]?.abort();
      this.#ledger.close(slot, 'aborted', 'stalled');
    } else if (state[slot] === AWAITING_ENDING) this.#breakOff(slot, plan[slot] as Buffer, exchange[slot] as Exchange);
    else this.cut(slot, { kind: 'timeout' });
  }

  /** Writes the frames that are due. */
  #write(slot: number): void {
    const table = this.#table;
    const plan = table.plan[slot] as Buffer;
    const exchange = table.exchange[slot] as Exchange;
    this.#cursor.position = table.planCursor[slot];
    if (planKind(plan) !== PLAN_STREAM && !this.#open(slot, plan, exchange)) return;
    if (table.framesLeft[slot] === 0) {
      this.#finish(slot, plan, exchange);
      return;
    }
    for (let turn = 0; turn < FRAMES_PER_TURN; turn++) {
      const deadlineUs = table.deadlineUs[slot];
      const writable = this.#writeFrame(plan, exchange);
      // The write may have found the connection closed, which ends the request.
      if (table.exchange[slot] !== exchange) return;
      const nowUs = this.#clock.nowUs();
      this.#meter.wrote(slot, deadlineUs, nowUs);
      const left = --table.framesLeft[slot];
      if (left > 0) this.#toNextDeadline(slot, plan);
      if (!writable) {
        table.state[slot] = PAUSED;
        this.#wheel.schedule(slot, nowUs + this.#servedUnder(plan).stallLimitUs);
        return;
      }
      if (left === 0) {
        this.#finish(slot, plan, exchange);
        return;
      }
      if (table.deadlineUs[slot] > nowUs) break;
    }
    this.#await(slot);
  }

  /** What the plan's request came under. */
  #servedUnder(plan: Buffer): Pick<ServedGeneration, 'requestTimeoutUs' | 'stallLimitUs'> {
    return this.#generations.of(planConfigurationGeneration(plan));
  }

  /** Whether a whole reply's step ends after its timeout, which will answer instead. */
  #isTooLate(slot: number): boolean {
    const { deadlineUs, plan, startUs, waitedUs } = this.#table;
    if (planKind(plan[slot] as Buffer) === PLAN_STREAM) return false;
    const arrivedUs = startUs[slot] - waitedUs[slot];
    return deadlineUs[slot] > arrivedUs + this.#servedUnder(plan[slot] as Buffer).requestTimeoutUs;
  }

  /** Until the next frame is due. Where no step is granted for it, until there is one: a whole reply's timeout goes on, a stream has none. */
  #await(slot: number): void {
    const table = this.#table;
    const deadlineUs = table.deadlineUs[slot];
    if (deadlineUs === NOT_GRANTED) {
      table.state[slot] = AWAITING_STEP;
      if (planKind(table.plan[slot] as Buffer) === PLAN_STREAM) this.#wheel.cancel(slot);
    } else {
      table.state[slot] = PACING;
      this.#wheel.schedule(slot, deadlineUs);
    }
  }

  #startStream(exchange: Exchange, plan: Buffer): void {
    this.#addedHeaders.begin(exchange);
    exchange.startStream(planStatus(plan), planHeaders(plan), planAnnouncedBytes(plan));
  }

  /** The first frame is due of a reply that begins with it. Returns whether there is a stream to go on with. */
  #open(slot: number, plan: Buffer, exchange: Exchange): boolean {
    if (planKind(plan) === PLAN_WHOLE) {
      this.#respond(slot, plan, exchange);
      return false;
    }
    if (planStatus(plan) === NO_STATUS) return true;
    // From here on it is a stream like any other.
    setPlanKind(plan, PLAN_STREAM);
    this.#startStream(exchange, plan);
    return this.#table.exchange[slot] === exchange;
  }

  #finish(slot: number, plan: Buffer, exchange: Exchange): void {
    if (planEnding(plan) !== ENDING_COMPLETE) {
      this.#holdEnding(slot, plan, exchange);
      return;
    }
    exchange.endStream();
    if (this.#table.exchange[slot] === exchange) this.#ledger.close(slot, 'finished');
  }

  #holdEnding(slot: number, plan: Buffer, exchange: Exchange): void {
    const holdUs = planEndHoldUs(plan);
    if (holdUs === 0) {
      this.#breakOff(slot, plan, exchange);
      return;
    }
    const table = this.#table;
    table.state[slot] = AWAITING_ENDING;
    this.#wheel.schedule(slot, table.deadlineUs[slot] + holdUs);
  }

  /** As it was planned: for the books a reply that breaks off has been given. */
  #breakOff(slot: number, plan: Buffer, exchange: Exchange): void {
    exchange.abort(planEnding(plan) === ENDING_RESET ? 'reset' : 'close');
    this.#ledger.close(slot, 'finished');
  }

  #respond(slot: number, plan: Buffer, exchange: Exchange): void {
    this.#cursor.readFrame(plan);
    this.#meter.replied(slot, this.#clock.nowUs());
    this.#addedHeaders.begin(exchange);
    exchange.respond(planStatus(plan), planHeaders(plan), this.#cursor.payload(plan));
    if (this.#table.exchange[slot] === exchange) this.#ledger.close(slot, 'finished');
  }

  #writeFrame(plan: Buffer, exchange: Exchange): boolean {
    const transport = this.#transport;
    const length = this.#cursor.readFrame(plan);
    if (length <= FRAME_BYTES_MAX) {
      this.#cursor.copyFrame(plan, transport.scratch, FRAME_HEAD_BYTES);
      return exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
    }
    const frame = Buffer.allocUnsafe(length);
    this.#cursor.copyFrame(plan, frame, 0);
    this.#cursor.forget();
    let writable = true;
    for (let at = 0; at < length; at += FRAME_BYTES_MAX) {
      const piece = frame.subarray(at, at + FRAME_BYTES_MAX);
      transport.scratch.set(piece, FRAME_HEAD_BYTES);
      writable = exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + piece.length);
    }
    return writable;
  }

  /** Reads the next frame's delay and stores where the frame itself begins. */
  #toNextDeadline(slot: number, plan: Buffer): void {
    const delayUs = this.#cursor.varint(plan);
    const table = this.#table;
    if (this.#gate?.decides(slot, table.framesLeft[slot])) table.deadlineUs[slot] = this.#gate.next(slot, delayUs);
    else table.deadlineUs[slot] += delayUs;
    table.planCursor[slot] = this.#cursor.position;
    this.#meter.next(slot, delayUs);
  }
}
