/**
 * The response plan: everything the main thread has to know to answer one request, in one compact byte record made by a worker.
 * A stream's constant bytes are kept once: a template is three constant texts (a head, usually the same for all templates of a
 * stream, a prefix and a suffix), and a frame is a delay, a template's number and the payload between prefix and suffix. 4,000 tokens
 * take some 40 KB.
 *
 *   0  uint32 slot          16 uint32 prompt tokens      32 uint32 offset of the frames
 *   4  uint32 generation    20 uint32 completion tokens  36 uint32 offset of the memo; 0 without one
 *   8  uint16 status        24 uint32 number of frames   40 header strings: varint count, then varint length + ASCII each
 *   10 uint8  kind          28 uint32 offset of the         constants: the templates' texts, each once
 *   11 uint8  reserved, zero        template table          template table: offset and length, uint32 each, of head, prefix, suffix
 *   12 uint16 model index   14 uint16 overture frames        frames: varint delay in µs after the frame before, varint template,
 *                                                                   varint payload length, payload
 *                                                           memo: JSON, to the plan's end
 *
 * The memo is what the main thread has to do with the node's state: what to fetch before the request can be answered (kind `recall`, which
 * has no frames), or what to keep and what to forget before the answer begins.
 *
 * Invariants: delays are absolute when added up from the request's arrival; a plan of kind `whole` has exactly one frame, which is
 * its body; slot and generation are set by the receiver's own request and only echoed.
 */
import { ByteBuilder } from './byte-builder.js';
import { getUint16, getUint32, putUint16, putUint32 } from './byte-order.js';
import type { StateChange } from './state-store.js';

/** One whole reply with content-length. */
export const PLAN_WHOLE = 0;
/** A stream of frames. */
export const PLAN_STREAM = 1;

/** No answer yet: the memo says what to fetch, then the request is to be rendered again. */
export const PLAN_RECALL = 2;

/** The model index of a plan that is about no model of the configuration. */
export const NO_MODEL = 0xffff;

const HEAD_BYTES = 40;
const TEMPLATE_BYTES = 24;
/** Three for each of the 128 choices that a request may ask for, and some for the end of the stream. */
const TEMPLATES_MAX = 512;

/** A plan may not be larger: the widest replies are batches of embeddings. */
export const PLAN_BYTES_MAX = 128 * 1024 * 1024;

/** What a request has to know before it can be answered. */
export interface RecallMemo {
  readonly keys: readonly string[];
  /** Which request this is: four words. */
  readonly identity: readonly number[];
}

/** What an endpoint writes its answer with. */
export type PlanWriter = Pick<
  PlanBuilder,
  'modelIndex' | 'promptTokens' | 'completionTokens' | 'whole' | 'stream' | 'template' | 'frame'
>;

/** Writes one plan after another; the worker's side. */
export class PlanBuilder {
  readonly #out = new ByteBuilder(PLAN_BYTES_MAX);
  readonly #templates: (readonly [head: string, prefix: string, suffix: string])[] = [];
  #headers: readonly string[] = [];
  #status = 200;
  #kind = PLAN_WHOLE;
  #framesStarted = false;
  #frames = 0;
  #overtureFrames = 0;
  readonly #changes: StateChange[] = [];

  modelIndex = NO_MODEL;
  promptTokens = 0;
  completionTokens = 0;

  /** Forgets what was built and begins a plan for the slot. */
  begin(slot: number, generation: number): void {
    this.#out.truncate(0);
    for (let i = 0; i < HEAD_BYTES; i += 4) this.#out.uint32(0);
    this.#out.patchUint32(0, slot);
    this.#out.patchUint32(4, generation);
    this.#templates.length = 0;
    this.#framesStarted = false;
    this.#frames = 0;
    this.#changes.length = 0;
    this.modelIndex = NO_MODEL;
    this.promptTokens = 0;
    this.completionTokens = 0;
  }

  /** The request cannot be answered before these keys have been looked up; `identity` comes back with what was found. */
  recall(keys: readonly string[], identity: Uint32Array): void {
    // What the request wanted kept so far it asks for again in its next round.
    this.#changes.length = 0;
    this.#restart(PLAN_RECALL, 0, []);
    this.#writeTemplates();
    this.#writeMemo({ keys, identity: [...identity] } satisfies RecallMemo);
  }

  /** Something to keep or to forget before the answer begins. An error drops what its request asked for before. */
  change(change: StateChange): void {
    this.#changes.push(change);
  }

  /** A whole reply, sent delayUs after the request's arrival. */
  whole(status: number, headers: readonly string[], body: string, delayUs: number): void {
    this.#restart(PLAN_WHOLE, status, headers);
    this.template('', '');
    this.frame(0, delayUs, body);
  }

  /**
   * A stream; templates and frames follow.
   * @param overtureFrames how many of the first frames hold nothing of what the model says: they come before the time to first token
   */
  stream(headers: readonly string[], overtureFrames = 0): void {
    this.#restart(PLAN_STREAM, 200, headers);
    this.#overtureFrames = overtureFrames;
  }

  /**
   * Declares the constant texts around a payload and returns the template's number. All templates come before the first frame. Equal
   * texts are stored once, so what many templates begin with belongs in `head`; the template that is used most comes first, because its
   * head and prefix are copied as one.
   */
  template(prefix: string, suffix: string, head = ''): number {
    if (this.#framesStarted || this.#templates.length === TEMPLATES_MAX)
      throw new RangeError('template after frames, or too many');
    return this.#templates.push([head, prefix, suffix]) - 1;
  }

  /** A frame, due delayUs after the one before (the first: after the request's arrival). */
  frame(template: number, delayUs: number, payload: string): void {
    if (!this.#framesStarted) this.#writeTemplates();
    this.#out.varint(Math.max(0, Math.round(delayUs)));
    this.#out.varint(template);
    this.#out.prefixedText(payload);
    this.#frames++;
  }

  /** The finished record: a view that is valid until begin() is called again. */
  finish(): Uint8Array {
    if (!this.#framesStarted) this.#writeTemplates();
    if (this.#changes.length > 0 && this.#status < 400) this.#writeMemo(this.#changes);
    const bytes = this.#out.view;
    putUint16(bytes, 8, this.#status);
    bytes[10] = this.#kind;
    putUint16(bytes, 12, this.modelIndex);
    putUint16(bytes, 14, this.#overtureFrames);
    putUint32(bytes, 16, this.promptTokens);
    putUint32(bytes, 20, this.completionTokens);
    putUint32(bytes, 24, this.#frames);
    return bytes;
  }

  #restart(kind: number, status: number, headers: readonly string[]): void {
    this.#out.truncate(HEAD_BYTES);
    this.#out.patchUint32(36, 0);
    this.#templates.length = 0;
    this.#framesStarted = false;
    this.#frames = 0;
    this.#overtureFrames = 0;
    this.#kind = kind;
    this.#status = status;
    this.#headers = headers;
  }

  #writeMemo(memo: RecallMemo | readonly StateChange[]): void {
    this.#out.patchUint32(36, this.#out.length);
    this.#out.text(JSON.stringify(memo));
  }

  #writeTemplates(): void {
    const out = this.#out;
    this.#framesStarted = true;
    out.varint(this.#headers.length);
    for (const text of this.#headers) out.prefixedText(text);
    const places = new Map<string, readonly [offset: number, length: number]>();
    for (const text of this.#templates.flat()) {
      if (!places.has(text)) places.set(text, [out.length, out.text(text)]);
    }
    out.patchUint32(28, out.length);
    for (const text of this.#templates.flat()) {
      const [offset, length] = places.get(text)!;
      out.uint32(offset);
      out.uint32(length);
    }
    out.patchUint32(32, out.length);
  }
}

export const planSlot = (plan: Uint8Array): number => getUint32(plan, 0);
export const planGeneration = (plan: Uint8Array): number => getUint32(plan, 4);
export const planStatus = (plan: Uint8Array): number => getUint16(plan, 8);
export const planKind = (plan: Uint8Array): number => plan[10];
export const planModelIndex = (plan: Uint8Array): number => getUint16(plan, 12);
export const planPromptTokens = (plan: Uint8Array): number => getUint32(plan, 16);
export const planCompletionTokens = (plan: Uint8Array): number => getUint32(plan, 20);
export const planOvertureFrames = (plan: Uint8Array): number => getUint16(plan, 14);
export const planFrameCount = (plan: Uint8Array): number => getUint32(plan, 24);
/** Where the first frame begins: the FrameCursor's first position. */
export const planFirstFrame = (plan: Uint8Array): number => getUint32(plan, 32);

/** What the main thread has to do with the node's state; undefined for nearly every plan. Its shape follows from the plan's kind. */
export function planMemo(plan: Uint8Array): RecallMemo | readonly StateChange[] | undefined {
  const offset = getUint32(plan, 36);
  if (offset === 0) return undefined;
  return JSON.parse(Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength).toString('utf8', offset));
}

/** The reply's headers as [name, value, …]. */
export function planHeaders(plan: Uint8Array): string[] {
  const cursor = new FrameCursor();
  cursor.position = HEAD_BYTES;
  const count = cursor.varint(plan);
  const headers: string[] = [];
  const bytes = Buffer.from(plan.buffer, plan.byteOffset, plan.byteLength);
  for (let i = 0; i < count; i++) {
    const length = cursor.varint(plan);
    headers.push(bytes.toString('latin1', cursor.position, cursor.position + length));
    cursor.position += length;
  }
  return headers;
}

/**
 * Reads frames one after another and lays them out in a scratch buffer; the main thread's side, called per chunk. One instance
 * serves all streams: a stream's own state is nothing but its position.
 */
export class FrameCursor {
  /** Where the next read begins. */
  position = 0;
  /** Set by readFrame: the frame's template, as the offset of its row in the table, and where its payload lies. */
  #row = 0;
  #payloadOffset = 0;
  #payloadLength = 0;
  /** Which plan's and template's constant beginning stands in which target, and where. */
  #writtenPlan: Buffer | undefined;
  #writtenRow = 0;
  #writtenTarget: Uint8Array | undefined;
  #writtenAt = 0;

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
    const row = getUint32(plan, 28) + this.varint(plan) * TEMPLATE_BYTES;
    this.#row = row;
    this.#payloadLength = this.varint(plan);
    this.#payloadOffset = this.position;
    this.position += this.#payloadLength;
    return getUint32(plan, row + 4) + getUint32(plan, row + 12) + this.#payloadLength + getUint32(plan, row + 20);
  }

  /**
   * Copies the frame last read to target[at…). When a stream catches up, the frame before it lies there still and begins with the same
   * bytes: these are not copied again. Whoever else writes to the target calls forget().
   */
  copyFrame(plan: Buffer, target: Uint8Array, at: number): void {
    const row = this.#row;
    const beginning = getUint32(plan, row + 4) + getUint32(plan, row + 12);
    const stands =
      plan === this.#writtenPlan &&
      row === this.#writtenRow &&
      target === this.#writtenTarget &&
      at === this.#writtenAt;
    if (!stands) this.#copyBeginning(plan, target, at);
    const next = copyPart(plan, this.#payloadOffset, this.#payloadLength, target, at + beginning);
    copyPart(plan, getUint32(plan, row + 16), getUint32(plan, row + 20), target, next);
  }

  /** The target's bytes are not what copyFrame left there. */
  forget(): void {
    this.#writtenPlan = undefined;
    this.#writtenTarget = undefined;
  }

  #copyBeginning(plan: Buffer, target: Uint8Array, at: number): void {
    const row = this.#row;
    const head = getUint32(plan, row);
    const headLength = getUint32(plan, row + 4);
    const prefix = getUint32(plan, row + 8);
    const prefixLength = getUint32(plan, row + 12);
    // A stream's first template has its prefix right behind the head.
    if (head + headLength === prefix) copyPart(plan, head, headLength + prefixLength, target, at);
    else copyPart(plan, prefix, prefixLength, target, copyPart(plan, head, headLength, target, at));
    this.#writtenPlan = plan;
    this.#writtenRow = row;
    this.#writtenTarget = target;
    this.#writtenAt = at;
  }

  /** The payload last read, as a view on the plan. */
  payload(plan: Uint8Array): Uint8Array {
    return plan.subarray(this.#payloadOffset, this.#payloadOffset + this.#payloadLength);
  }
}

/** Up to here a loop is faster than Buffer.copy, whose call alone takes some 60 ns (`npm run bench -- frame`). */
const LOOP_COPY_BYTES_MAX = 48;

/** Copies plan[from, from + length) to target[at…); returns where the copy ends. */
function copyPart(plan: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
  if (length > LOOP_COPY_BYTES_MAX) plan.copy(target, at, from, from + length);
  else for (let index = 0; index < length; index++) target[at + index] = plan[from + index];
  return at + length;
}
