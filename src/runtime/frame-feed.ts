/**
 * The frames of all open streams, each stream's one after another, from the plans in the store: the hot path's reader, called per chunk.
 * What it needs of a plan again and again, where the constants of the template in use lie, stands in a row per slot: a frame then touches
 * the row, the constants and the frame itself, and nothing else of its plan. For the layout see plan-layout.ts; nothing is checked, a plan
 * comes from our own worker.
 *
 *   row of a slot:  position │ template │ beginning, its length │ prefix, its length │ suffix, its length
 *
 * Invariants: offsets are those of the memory that the store says the plan lies in; no object and no view is made per frame.
 */
import { getUint32 } from './byte-order.js';
import { TEMPLATE_BYTES } from './plan-layout.js';
import { copyPart, planFirstFrame, planTemplates } from './plan-reader.js';
import type { PlanStore } from './plan-store.js';

/** Columns of a row, which is half a cache line. The beginning is the template's head, and its prefix where that lies behind it. */
const POSITION = 0;
const TEMPLATE = 1;
const BEGINNING = 2;
const BEGINNING_BYTES = 3;
const PREFIX = 4;
const PREFIX_BYTES = 5;
const SUFFIX = 6;
const SUFFIX_BYTES = 7;
const COLUMNS = 8;

const NO_TEMPLATE = 0xffff_ffff;
const NO_SLOT = -1;

export class FrameFeed {
  readonly #plans: PlanStore;
  readonly #rows: Uint32Array;
  /** Where the next read begins. */
  #at = 0;
  /** Of the frame last read. */
  #payload = 0;
  #payloadBytes = 0;
  /** Which slot's and template's constant beginning stands in which target, and where. */
  #writtenSlot = NO_SLOT;
  #writtenTemplate = NO_TEMPLATE;
  #writtenTarget: Uint8Array | undefined;

  /** @param capacity slots are 0 … capacity - 1 */
  constructor(plans: PlanStore, capacity: number) {
    this.#plans = plans;
    this.#rows = new Uint32Array(capacity * COLUMNS);
  }

  /** The slot's plan is in the store: its first frame is next. */
  begin(slot: number): void {
    const row = slot * COLUMNS;
    const base = this.#plans.base[slot];
    this.#rows[row + POSITION] = base + planFirstFrame(this.#plans.bytes[slot] as Buffer, base);
    this.#rows[row + TEMPLATE] = NO_TEMPLATE;
    if (this.#writtenSlot === slot) this.forget();
  }

  /** Reads the delay of the slot's next frame after the one before it, µs. Comes before read(). */
  delayUs(slot: number): number {
    const row = slot * COLUMNS;
    this.#at = this.#rows[row + POSITION];
    const delayUs = this.#varint(this.#plans.bytes[slot] as Buffer);
    this.#rows[row + POSITION] = this.#at;
    return delayUs;
  }

  /** Reads the slot's next frame and returns its length in bytes. */
  read(slot: number): number {
    const bytes = this.#plans.bytes[slot] as Buffer;
    const rows = this.#rows;
    const row = slot * COLUMNS;
    this.#at = rows[row + POSITION];
    const template = this.#varint(bytes);
    const payloadBytes = this.#varint(bytes);
    this.#payload = this.#at;
    this.#payloadBytes = payloadBytes;
    rows[row + POSITION] = this.#at + payloadBytes;
    if (rows[row + TEMPLATE] !== template) this.#turnTo(slot, template);
    return rows[row + BEGINNING_BYTES] + rows[row + PREFIX_BYTES] + payloadBytes + rows[row + SUFFIX_BYTES];
  }

  /**
   * Copies the frame last read, which is the slot's, to target[at…). When a stream catches up, the frame before it lies there still and
   * begins with the same bytes: these are not copied again. Whoever else writes to the target calls forget(); `at` is always the same.
   */
  copy(slot: number, target: Uint8Array, at: number): void {
    const bytes = this.#plans.bytes[slot] as Buffer;
    const rows = this.#rows;
    const row = slot * COLUMNS;
    let next = at + rows[row + BEGINNING_BYTES] + rows[row + PREFIX_BYTES];
    const stands =
      slot === this.#writtenSlot && target === this.#writtenTarget && rows[row + TEMPLATE] === this.#writtenTemplate;
    if (!stands) this.#copyBeginning(slot, bytes, target, at);
    next = copyPart(bytes, this.#payload, this.#payloadBytes, target, next);
    copyPart(bytes, rows[row + SUFFIX], rows[row + SUFFIX_BYTES], target, next);
  }

  /** The payload last read, which is the slot's, as a view on the plan. */
  payload(slot: number): Uint8Array {
    return (this.#plans.bytes[slot] as Buffer).subarray(this.#payload, this.#payload + this.#payloadBytes);
  }

  /** The target's bytes are not what copy() left there. */
  forget(): void {
    this.#writtenSlot = NO_SLOT;
    this.#writtenTarget = undefined;
  }

  #copyBeginning(slot: number, bytes: Buffer, target: Uint8Array, at: number): void {
    const rows = this.#rows;
    const row = slot * COLUMNS;
    const next = copyPart(bytes, rows[row + BEGINNING], rows[row + BEGINNING_BYTES], target, at);
    copyPart(bytes, rows[row + PREFIX], rows[row + PREFIX_BYTES], target, next);
    this.#writtenSlot = slot;
    this.#writtenTemplate = rows[row + TEMPLATE];
    this.#writtenTarget = target;
  }

  /** The slot's frames are of another template from here on. */
  #turnTo(slot: number, template: number): void {
    const bytes = this.#plans.bytes[slot] as Buffer;
    const base = this.#plans.base[slot];
    const entry = base + planTemplates(bytes, base) + template * TEMPLATE_BYTES;
    const head = base + getUint32(bytes, entry);
    const headBytes = getUint32(bytes, entry + 4);
    const prefix = base + getUint32(bytes, entry + 8);
    const prefixBytes = getUint32(bytes, entry + 12);
    const rows = this.#rows;
    const row = slot * COLUMNS;
    const isOne = head + headBytes === prefix;
    rows[row + TEMPLATE] = template;
    rows[row + BEGINNING] = head;
    rows[row + BEGINNING_BYTES] = isOne ? headBytes + prefixBytes : headBytes;
    rows[row + PREFIX] = prefix;
    rows[row + PREFIX_BYTES] = isOne ? 0 : prefixBytes;
    rows[row + SUFFIX] = base + getUint32(bytes, entry + 16);
    rows[row + SUFFIX_BYTES] = getUint32(bytes, entry + 20);
  }

  /** Reads a LEB128 integer. */
  #varint(bytes: Buffer): number {
    let byte = bytes[this.#at++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    do {
      byte = bytes[this.#at++];
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value;
  }
}
