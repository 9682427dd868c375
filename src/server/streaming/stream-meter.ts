/**
 * Measures what the pacer writes: time to the first token, gaps between tokens, and slip, how much later than planned. Keeps per slot
 * what it takes to tell which frames say something about time, and the slip of the last seconds for the verdict on saturation.
 *
 * Invariants: a frame that is late because its client did not read does not count as slip; what was planned for at once (an error,
 * everything at time_scale 0) has no time that it could miss, so the windows leave it out; frames without a planned gap before them
 * (other choices, the end) are no ITL; nothing is allocated per frame.
 */
import type { StreamTable } from '../../runtime/stream-table.js';
import { delayBucketOf } from '../../telemetry/delay-histogram.js';
import { DelayWindow } from '../../telemetry/delay-window.js';
import type { AcceptorMetrics } from '../../telemetry/metrics.js';
import type { RequestLedger } from '../request-ledger.js';

export interface StreamMeterOptions {
  readonly table: StreamTable<unknown>;
  readonly ledger: Pick<RequestLedger, 'firstByte'>;
  readonly metrics: AcceptorMetrics;
  /** The present. */
  readonly nowUs: number;
}

export class StreamMeter {
  readonly #table: StreamTable<unknown>;
  readonly #ledger: Pick<RequestLedger, 'firstByte'>;
  readonly #metrics: AcceptorMetrics;
  /** Of every frame and whole reply with a planned delay. */
  readonly slip: DelayWindow;
  /** Of the first token of each stream, and of whole replies. */
  readonly starts: DelayWindow;
  /** Deadlines before this moment passed while the client did not read: they say nothing about us. */
  readonly #resumedUs: Float64Array;
  /** Frames that are still to come before the model says something. */
  readonly #overtureLeft: Uint16Array;
  /** Whether the frame that is next comes after a planned gap. */
  readonly #opensGap: Uint8Array;

  constructor({ table, ledger, metrics, nowUs }: StreamMeterOptions) {
    this.#table = table;
    this.#ledger = ledger;
    this.#metrics = metrics;
    this.slip = new DelayWindow(nowUs);
    this.starts = new DelayWindow(nowUs);
    this.#resumedUs = new Float64Array(table.capacity);
    this.#overtureLeft = new Uint16Array(table.capacity);
    this.#opensGap = new Uint8Array(table.capacity);
  }

  /** A plan has come for the slot. */
  begin(slot: number, overtureFrames: number): void {
    this.#table.lastWriteUs[slot] = 0;
    this.#resumedUs[slot] = 0;
    this.#overtureLeft[slot] = overtureFrames;
    this.#opensGap[slot] = overtureFrames > 0 ? 0 : 1;
  }

  /** The client reads again. */
  resumed(slot: number, nowUs: number): void {
    this.#resumedUs[slot] = nowUs;
  }

  /** A whole reply goes out. */
  replied(slot: number, nowUs: number): void {
    const deadlineUs = this.#table.deadlineUs[slot];
    const slipUs = Math.max(0, nowUs - deadlineUs);
    this.#table.slipMaxUs[slot] = slipUs;
    this.#metrics.slip.observe(slipUs, 0);
    if (deadlineUs <= this.#table.startUs[slot]) return;
    this.slip.observe(slipUs, nowUs);
    this.starts.observe(slipUs, nowUs);
  }

  /** A frame that was due at deadlineUs went out at nowUs. */
  wrote(slot: number, deadlineUs: number, nowUs: number): void {
    const metrics = this.#metrics;
    const table = this.#table;
    let isFirst = false;
    if (this.#opensGap[slot] === 1) {
      const lastUs = table.lastWriteUs[slot];
      if (lastUs === 0) {
        metrics.firstToken(table.modelIndex[slot], nowUs - table.startUs[slot] + table.waitedUs[slot]);
        this.#ledger.firstByte(slot, nowUs);
        isFirst = true;
      } else metrics.gap(table.modelIndex[slot], nowUs - lastUs);
      table.lastWriteUs[slot] = nowUs;
    }
    metrics.chunkWritten();
    table.chunksWritten[slot]++;
    if (deadlineUs <= this.#resumedUs[slot]) return;
    const slipUs = nowUs > deadlineUs ? nowUs - deadlineUs : 0;
    const bucket = delayBucketOf(slipUs);
    metrics.slip.observe(slipUs, 0, bucket);
    if (slipUs > table.slipMaxUs[slot]) table.slipMaxUs[slot] = slipUs;
    if (deadlineUs <= table.startUs[slot]) return;
    this.slip.observe(slipUs, nowUs, bucket);
    if (isFirst) this.starts.observe(slipUs, nowUs, bucket);
  }

  /** How long the slot's next frame has been due without being written; 0 when it is not due, or was planned for at once. */
  overdueUs(slot: number, nowUs: number): number {
    const deadlineUs = this.#table.deadlineUs[slot];
    if (deadlineUs <= this.#table.startUs[slot]) return 0;
    return Math.max(0, nowUs - Math.max(deadlineUs, this.#resumedUs[slot]));
  }

  /** The slot's next frame is planned delayUs after the one before it. */
  next(slot: number, delayUs: number): void {
    const overture = this.#overtureLeft[slot];
    if (overture === 0) this.#opensGap[slot] = delayUs > 0 ? 1 : 0;
    else {
      this.#overtureLeft[slot] = overture - 1;
      this.#opensGap[slot] = overture === 1 ? 1 : 0;
    }
  }
}
