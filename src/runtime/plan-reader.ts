/**
 * A response plan as its receivers read it: the fields of its head, and its frames one after another. For the layout see
 * plan-layout.ts. Nothing is checked: a plan comes from our own worker.
 */

import type { BatchTerms } from './batch-terms.js';
import { getUint16, getUint32 } from './byte-order.js';
import { PLAN_HEAD_BYTES, type RecallMemo, TEMPLATE_BYTES } from './plan-layout.js';
import { markOfTexts, type SessionMark } from './session-mark.js';
import type { StateChange } from './state-store.js';

export const planSlot = (plan: Uint8Array): number => getUint32(plan, 0);
export const planGeneration = (plan: Uint8Array): number => getUint32(plan, 4);
export const planStatus = (plan: Uint8Array): number => getUint16(plan, 8);
export const planKind = (plan: Uint8Array): number => plan[10];
export const planModelIndex = (plan: Uint8Array): number => getUint16(plan, 12);
export const planPromptTokens = (plan: Uint8Array): number => getUint32(plan, 16);
/** Those of the prompt's tokens that a cache had. */
export const planCachedTokens = (plan: Uint8Array): number => getUint32(plan, 40);
export const planCompletionTokens = (plan: Uint8Array): number => getUint32(plan, 20);
export const planOvertureFrames = (plan: Uint8Array): number => getUint16(plan, 14);
export const planFrameCount = (plan: Uint8Array): number => getUint32(plan, 24);
/** What the request is estimated at, for limits of tokens and of output tokens; 0 where nothing is limited. */
export const planTokensDemanded = (plan: Uint8Array): number => getUint32(plan, 72);
export const planOutputTokensDemanded = (plan: Uint8Array): number => getUint32(plan, 76);
/** Which generation of the configuration the plan was made under. */
export const planConfigurationGeneration = (plan: Uint8Array): number => getUint32(plan, 84);
/** How the reply ends: ENDING_COMPLETE and the like. */
export const planEnding = (plan: Uint8Array): number => plan[70];
/** How long the connection stays as it is between the last frame and an ending that is not complete, µs. */
export const planEndHoldUs = (plan: Uint8Array): number => getUint32(plan, 64);
/** Of a batched reply: how many frames at its end wait for no step. */
export const planFreeFrames = (plan: Uint8Array): number => getUint32(plan, 92);
/** Where the first frame begins: the FrameCursor's first position. @param base of the plan in the memory; what is returned counts from there */
export const planFirstFrame = (memory: Uint8Array, base = 0): number => getUint32(memory, base + 32);
/** Where the template table begins, likewise. */
export const planTemplates = (memory: Uint8Array, base = 0): number => getUint32(memory, base + 28);

/** The content-length that a stream announces; undefined for one without. */
export function planAnnouncedBytes(plan: Uint8Array): number | undefined {
  const announced = getUint32(plan, 80);
  return announced === 0 ? undefined : announced - 1;
}

/** How the reply's delays are made of a serving engine's steps; undefined where they are as they stand, whatever else runs. */
export function planBatch(plan: Uint8Array): BatchTerms | undefined {
  const stepUs = getUint32(plan, 48);
  if (stepUs === 0) return undefined;
  return { ttftUs: getUint32(plan, 44), stepUs, steps: getUint32(plan, 52), sequences: getUint32(plan, 56) };
}

export const planHasMemo = (plan: Uint8Array): boolean => getUint32(plan, 36) !== 0;

/** What the main thread has to do with the node's state; undefined for nearly every plan. Its shape follows from the plan's kind. */
export function planMemo(plan: Uint8Array): RecallMemo | readonly StateChange[] | undefined {
  const offset = getUint32(plan, 36);
  if (offset === 0) return undefined;
  const bytes = Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength);
  return JSON.parse(bytes.toString('utf8', offset, furtherHeaders(plan) || bytes.length));
}

/** The kind of the fault that fired: its place in the registry + 1; 0 for none. */
export const planFault = (plan: Uint8Array): number => getUint16(plan, 68);

/** Two words of the request's identity: see engine/renderer.ts. */
export const planIdentityHigh = (plan: Uint8Array): number => getUint32(plan, 96);
export const planIdentityLow = (plan: Uint8Array): number => getUint32(plan, 100);

/** When the first frame with something of the model's, and the last one, are due after the request's arrival, µs. */
export const planTtftUs = (plan: Uint8Array): number => getUint32(plan, 104);
export const planEndUs = (plan: Uint8Array): number => getUint32(plan, 108);

/** To which session the request belongs; undefined for one that belongs to none. */
export function planSession(plan: Uint8Array): SessionMark | undefined {
  const offset = getUint32(plan, 88);
  if (offset === 0) return undefined;
  const texts: string[] = [];
  readTexts(plan, offset, 'utf8', texts);
  return markOfTexts(texts);
}

/** What a trace says of the request and its reply, as JSON: a worker's RequestFacts. Undefined for a request that is not traced. */
export function planTraceFacts(plan: Uint8Array): string | undefined {
  const offset = getUint32(plan, 112);
  if (offset === 0) return undefined;
  const texts: string[] = [];
  readTexts(plan, offset, 'utf8', texts);
  return texts[0];
}

/** What the reply's last headers say, which tell what is in the plan; empty for most plans. */
export function planFurtherHeaders(plan: Uint8Array): string[] {
  const headers: string[] = [];
  const further = furtherHeaders(plan);
  if (further > 0) readTexts(plan, further, 'latin1', headers);
  return headers;
}

/** The reply's headers as [name, value, …]. */
export function planHeaders(plan: Uint8Array): string[] {
  const headers: string[] = [];
  readTexts(plan, PLAN_HEAD_BYTES, 'latin1', headers);
  const further = furtherHeaders(plan);
  if (further > 0) readTexts(plan, further, 'latin1', headers);
  return headers;
}

const furtherHeaders = (plan: Uint8Array): number => getUint32(plan, 60);

function readTexts(plan: Uint8Array, offset: number, encoding: 'latin1' | 'utf8', into: string[]): void {
  const cursor = new FrameCursor();
  cursor.position = offset;
  const count = cursor.varint(plan);
  const bytes = Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength);
  if (encoding === 'latin1') {
    readBytewise(bytes, cursor, count, into);
    return;
  }
  for (let i = 0; i < count; i++) {
    const length = cursor.varint(plan);
    into.push(bytes.toString(encoding, cursor.position, cursor.position + length));
    cursor.position += length;
  }
}

/** A character a byte: all texts are one call, which costs more than cutting them out of what it gives. */
function readBytewise(bytes: Buffer, cursor: FrameCursor, count: number, into: string[]): void {
  const start = cursor.position;
  for (let i = 0; i < count; i++) {
    const length = cursor.varint(bytes);
    cursor.position += length;
  }
  const all = bytes.toString('latin1', start, cursor.position);
  cursor.position = start;
  for (let i = 0; i < count; i++) {
    const length = cursor.varint(bytes);
    into.push(all.slice(cursor.position - start, cursor.position - start + length));
    cursor.position += length;
  }
}

/**
 * Reads a plan's frames one after another and lays them out one by one, for whoever wants them all; what streams are paced by is FrameFeed.
 */
export class FrameCursor {
  /** Where the next read begins. */
  position = 0;
  /** Set by readFrame: the frame's template, as the offset of its row in the table, and where its payload lies. */
  #row = 0;
  #payloadOffset = 0;
  #payloadLength = 0;

  /** Reads a LEB128 integer. */
  varint(plan: Uint8Array): number {
    let byte = plan[this.position++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    do {
      byte = plan[this.position++];
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  /** Reads the frame behind its delay, moves on to the next frame's delay and returns the frame's length in bytes. */
  readFrame(plan: Uint8Array): number {
    const row = planTemplates(plan) + this.varint(plan) * TEMPLATE_BYTES;
    this.#row = row;
    this.#payloadLength = this.varint(plan);
    this.#payloadOffset = this.position;
    this.position += this.#payloadLength;
    return getUint32(plan, row + 4) + getUint32(plan, row + 12) + this.#payloadLength + getUint32(plan, row + 20);
  }

  /** Copies the frame last read to target[at…). */
  copyFrame(plan: Buffer, target: Uint8Array, at: number): void {
    const row = this.#row;
    let next = copyPart(plan, getUint32(plan, row), getUint32(plan, row + 4), target, at);
    next = copyPart(plan, getUint32(plan, row + 8), getUint32(plan, row + 12), target, next);
    next = copyPart(plan, this.#payloadOffset, this.#payloadLength, target, next);
    copyPart(plan, getUint32(plan, row + 16), getUint32(plan, row + 20), target, next);
  }

  /** The payload last read, as a view on the plan. */
  payload(plan: Uint8Array): Uint8Array {
    return plan.subarray(this.#payloadOffset, this.#payloadOffset + this.#payloadLength);
  }
}

/** Up to here a loop is faster than Buffer.copy, whose call alone takes some 60 ns (`npm run bench -- frame`). */
const LOOP_COPY_BYTES_MAX = 48;

/** Copies plan[from, from + length) to target[at…); returns where the copy ends. */
export function copyPart(plan: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
  if (length > LOOP_COPY_BYTES_MAX) plan.copy(target, at, from, from + length);
  else for (let index = 0; index < length; index++) target[at + index] = plan[from + index];
  return at + length;
}
