/**
 * Writes response plans, one after another; the worker's side. For what is in one see plan-layout.ts.
 */
import { type BatchTerms, writeBatchTerms } from './batch-terms.js';
import { ByteBuilder } from './byte-builder.js';
import { putUint16, putUint32 } from './byte-order.js';
import type { FinishedReply } from './finished-reply.js';
import { leading, TIME_US_MAX, writeDelivery } from './plan-delivery.js';
import {
  NO_MODEL,
  NO_STATUS,
  PLAN_BYTES_MAX,
  PLAN_HEAD_BYTES,
  PLAN_LATE,
  PLAN_RECALL,
  PLAN_STREAM,
  PLAN_WHOLE,
  type RecallMemo,
} from './plan-layout.js';
import { type SessionMark, textsOfMark } from './session-mark.js';
import type { StateChange } from './state-store.js';

/** Three for each of the 128 choices that a request may ask for, and some for the end of the stream. */
const TEMPLATES_MAX = 512;

const NOTHING_SHOWN: readonly number[] = [];

type Template = readonly [head: string, prefix: string, suffix: string];
type TextPlace = readonly [offset: number, length: number];

/** Texts without bytes lie anywhere. */
const NOTHING_AROUND: readonly TextPlace[] = [
  [PLAN_HEAD_BYTES, 0],
  [PLAN_HEAD_BYTES, 0],
  [PLAN_HEAD_BYTES, 0],
];

/** What an endpoint writes its answer with. */
export type PlanWriter = Pick<
  PlanBuilder,
  'modelIndex' | 'promptTokens' | 'completionTokens' | 'whole' | 'stream' | 'template' | 'frame' | 'shows'
>;

/** Writes one plan after another; the worker's side. */
export class PlanBuilder {
  readonly #out = new ByteBuilder(PLAN_BYTES_MAX);
  readonly #templates: Template[] = [];
  #headers: readonly string[] = [];
  #status = 200;
  #kind = PLAN_WHOLE;
  #framesStarted = false;
  #frames = 0;
  #overtureFrames = 0;
  /** By how much the last frame is early (or late, where negative) for its exact time, µs. */
  #restUs = 0;
  /** When the first frame behind the overture is due after the request's arrival, and the last one so far. */
  #ttftUs = 0;
  #endUs = 0;
  readonly #changes: StateChange[] = [];
  /** How the reply goes out, where that is not what its kind says. */
  #delivery: FinishedReply | undefined;
  #shown: number[] | undefined;

  /** Of the configuration, which is the same for all of a builder's plans. */
  readonly #configurationGeneration: number;

  modelIndex = NO_MODEL;
  promptTokens = 0;
  /** Those of the prompt that a cache had. */
  cachedTokens = 0;
  completionTokens = 0;
  /** What rate limits take for the request when it is admitted: an estimate of its tokens, and of those of its answer. */
  tokensDemanded = 0;
  outputTokensDemanded = 0;
  /** Set where a serving engine decides when the frames are due. An error is none of its business. */
  batch: BatchTerms | undefined;
  /** The fault that the reply carries: its kind's place in the registry, from 1; 0 for none. */
  fault = 0;
  /** To which session the request belongs. */
  session: SessionMark | undefined;
  /** What a trace says of the request, as JSON; undefined for one that is not traced. */
  traceFacts: string | undefined;
  /** The first words of the request's identity, by which equal requests are told to be equal. */
  readonly identity = new Uint32Array(2);

  constructor(configurationGeneration = 0) {
    this.#configurationGeneration = configurationGeneration;
  }

  /** Forgets what was built and begins a plan for the slot. */
  begin(slot: number, generation: number): void {
    this.#out.truncate(0);
    for (let i = 0; i < PLAN_HEAD_BYTES; i += 4) this.#out.uint32(0);
    this.#out.patchUint32(0, slot);
    this.#out.patchUint32(4, generation);
    this.#templates.length = 0;
    this.#framesStarted = false;
    this.#frames = 0;
    this.#changes.length = 0;
    this.#shown = undefined;
    this.#delivery = undefined;
    this.modelIndex = NO_MODEL;
    this.promptTokens = 0;
    this.cachedTokens = 0;
    this.completionTokens = 0;
    this.tokensDemanded = 0;
    this.outputTokensDemanded = 0;
    this.batch = undefined;
    this.fault = 0;
    this.session = undefined;
    this.traceFacts = undefined;
    this.identity.fill(0);
  }

  /** The request cannot be answered before these have been looked up; `identity` and `count` come back with what was found. */
  recall({ keys, prefix, count }: Omit<RecallMemo, 'identity'>, identity: Uint32Array): void {
    // What the request wanted kept so far it asks for again in its next round.
    this.#changes.length = 0;
    this.#restart(PLAN_RECALL, 0, []);
    this.#writeTemplates();
    this.#writeMemo({ keys, identity: [...identity], prefix, count } satisfies RecallMemo);
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

  /**
   * A frame, due delayUs after the one before (the first: after the request's arrival). What rounding to whole microseconds cuts off is
   * made up for by the next frame: every frame is due within half a microsecond of its exact time, however many come before it.
   */
  frame(template: number, delayUs: number, payload: string): void {
    if (!this.#framesStarted) this.#writeTemplates();
    const exactUs = Math.max(0, delayUs) + this.#restUs;
    const wholeUs = Math.max(0, Math.round(exactUs));
    this.#restUs = exactUs - wholeUs;
    this.#out.varint(wholeUs);
    this.#out.varint(template);
    this.#out.prefixedText(payload);
    this.#passed(wholeUs);
    if (this.#shown !== undefined) this.#shown.push(this.#shown.at(-1) ?? 0);
  }

  /** From here on the tokens that frames show are counted. */
  countShown(): void {
    this.#shown = [];
  }

  /** By frame, how many tokens were shown with it and before it; none where they are not counted. */
  get shownTokens(): readonly number[] {
    return this.#shown ?? NOTHING_SHOWN;
  }

  /** The frame last written showed the client so many tokens. */
  shows(tokens: number): void {
    if (this.#shown !== undefined) this.#shown[this.#shown.length - 1] += tokens;
  }

  /** Replaces what was written by a reply that goes out in its own way. What the request changes, and its counts, stay. */
  deliver(reply: FinishedReply): void {
    const { frames, headers, opening, status } = reply;
    this.#restart(deliveredKind(reply), opening === 'never' ? NO_STATUS : status, headers);
    this.#delivery = reply;
    this.#overtureFrames = leading(frames, ({ overture }) => overture);
    this.template('', '');
    this.#writeTemplates();
    for (const { delayUs, bytes } of frames) {
      const wholeUs = Math.round(delayUs);
      this.#out.varint(wholeUs);
      this.#out.varint(0);
      this.#out.varint(bytes.length);
      this.#out.raw(bytes);
      this.#passed(wholeUs);
    }
    if (frames.length > 0) return;
    // The delay that a reader of the first frame finds. Without frames there is nothing that a step could decide about.
    this.#out.varint(0);
    this.batch = undefined;
  }

  /** The finished record: a view that is valid until begin() is called again. */
  finish(): Uint8Array {
    if (!this.#framesStarted) this.#writeTemplates();
    if (this.session !== undefined && this.#kind !== PLAN_RECALL) this.#writeSession(this.session);
    if (this.traceFacts !== undefined && this.#kind !== PLAN_RECALL) this.#writeTraceFacts(this.traceFacts);
    if (this.#changes.length > 0 && this.#status < 400) this.#writeMemo(this.#changes);
    return this.#headed();
  }

  /** The reply as far as it is written, to be read: the record without what stands behind the frames. */
  draft(): Uint8Array {
    if (!this.#framesStarted) this.#writeTemplates();
    return this.#headed();
  }

  #headed(): Uint8Array {
    const bytes = this.#out.view;
    putUint16(bytes, 8, this.#status);
    bytes[10] = this.#kind;
    putUint16(bytes, 12, this.modelIndex);
    putUint16(bytes, 14, this.#overtureFrames);
    putUint32(bytes, 16, this.promptTokens);
    putUint32(bytes, 20, this.completionTokens);
    putUint32(bytes, 24, this.#frames);
    putUint32(bytes, 40, this.cachedTokens);
    if (this.#status < 400) {
      putUint32(bytes, 72, this.tokensDemanded);
      putUint32(bytes, 76, this.outputTokensDemanded);
    }
    putUint16(bytes, 68, this.fault);
    putUint32(bytes, 84, this.#configurationGeneration);
    putUint32(bytes, 96, this.identity[0]);
    putUint32(bytes, 100, this.identity[1]);
    putUint32(bytes, 104, Math.min(this.#ttftUs, TIME_US_MAX));
    putUint32(bytes, 108, Math.min(this.#endUs + this.#endHoldUs(), TIME_US_MAX));
    if (this.batch !== undefined && this.#status < 400) writeBatchTerms(bytes, this.batch);
    if (this.#delivery !== undefined) writeDelivery(bytes, this.#delivery);
    return bytes;
  }

  /**
   * Gives the finished plan more headers, which may tell what is in it.
   * @returns the whole record, a view as finish() returns it; the earlier one is no longer valid
   */
  addHeaders(headers: readonly string[]): Uint8Array {
    this.#out.patchUint32(60, this.#out.length);
    this.#writeHeaders(headers);
    return this.#out.view;
  }

  #restart(kind: number, status: number, headers: readonly string[]): void {
    this.#out.truncate(PLAN_HEAD_BYTES);
    this.#out.patchUint32(36, 0);
    this.#templates.length = 0;
    this.#framesStarted = false;
    this.#frames = 0;
    this.#overtureFrames = 0;
    this.#restUs = 0;
    this.#ttftUs = 0;
    this.#endUs = 0;
    this.#delivery = undefined;
    if (this.#shown !== undefined) this.#shown.length = 0;
    this.#kind = kind;
    this.#status = status;
    this.#headers = headers;
  }

  /** One frame more. */
  #passed(delayUs: number): void {
    this.#endUs += delayUs;
    if (this.#frames <= this.#overtureFrames) this.#ttftUs = this.#endUs;
    this.#frames++;
  }

  #endHoldUs(): number {
    const delivery = this.#delivery;
    return delivery === undefined || delivery.ending === 'complete' ? 0 : Math.round(delivery.endHoldUs);
  }

  #writeMemo(memo: RecallMemo | readonly StateChange[]): void {
    this.#out.patchUint32(36, this.#out.length);
    this.#out.text(JSON.stringify(memo));
  }

  #writeSession(mark: SessionMark): void {
    this.#out.patchUint32(88, this.#out.length);
    this.#writeHeaders(textsOfMark(mark));
  }

  #writeTraceFacts(facts: string): void {
    this.#out.patchUint32(112, this.#out.length);
    this.#writeHeaders([facts]);
  }

  #writeHeaders(headers: readonly string[]): void {
    this.#out.varint(headers.length);
    for (const text of headers) this.#out.prefixedText(text);
  }

  #writeTemplates(): void {
    const out = this.#out;
    this.#framesStarted = true;
    this.#writeHeaders(this.#headers);
    // Of a whole reply: nothing stands around what its only frame holds.
    const rows = this.#templates.length === 1 && isEmpty(this.#templates[0]) ? NOTHING_AROUND : this.#textRows();
    out.patchUint32(28, out.length);
    for (const [offset, length] of rows) {
      out.uint32(offset);
      out.uint32(length);
    }
    out.patchUint32(32, out.length);
  }

  /** Writes the texts of the templates. Returns where each lies. */
  #textRows(): TextPlace[] {
    const out = this.#out;
    const places = new Map<string, TextPlace>();
    return this.#templates.flat().map((text) => {
      const known = places.get(text);
      if (known !== undefined) return known;
      const place = [out.length, out.text(text)] as const;
      places.set(text, place);
      return place;
    });
  }
}

function isEmpty([head, prefix, suffix]: Template): boolean {
  return head === '' && prefix === '' && suffix === '';
}

/** Says in a finished plan what has become of its reply. */
export function setPlanKind(plan: Uint8Array, kind: number): void {
  plan[10] = kind;
}

function deliveredKind({ announcedBytes, ending, frames, kind, opening }: FinishedReply): number {
  if (opening === 'at_once') return PLAN_STREAM;
  const isPlain = kind === 'whole' && opening === 'first_frame' && frames.length === 1;
  return isPlain && ending === 'complete' && announcedBytes === undefined ? PLAN_WHOLE : PLAN_LATE;
}
