/**
 * A stream that is one JSON array, each element an event that is given out with its last byte: how Gemini streams to those who do not ask
 * for server-sent events. The elements are told apart by their brackets and strings alone; whether each is JSON is for its reader to say.
 */
import { GrowingBytes } from './growing-bytes.js';
import { decode, EVENT_BYTES_MAX, type EventSink, type StreamParser } from './stream-parser.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Space, tab, LF and CR are the white space of JSON. */
const SPACE = 0x20;

export class ArrayStreamParser implements StreamParser {
  readonly #sink: EventSink;
  /** The beginning of an element whose end is yet to come. */
  readonly #element = new GrowingBytes();
  /** Brackets that are open; the array's own is the first. */
  #depth = 0;
  /** As many were open before the element that is being read. */
  #outerDepth = 0;
  #inString = false;
  #afterBackslash = false;
  #isClosed = false;
  #isOver = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  get isWhole(): boolean {
    return this.#isClosed;
  }

  bytes(chunk: Buffer): void {
    if (this.#isOver) return;
    // Where the part of an element begins that this chunk has; -1 between elements.
    let start = this.#element.length > 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (start < 0) {
        if (this.#isBetween(byte)) continue;
        if (this.#isOver) return;
        start = at;
        this.#outerDepth = this.#depth;
      }
      if (!this.#closesElement(byte)) continue;
      if (!this.#fits(at + 1 - start)) return;
      this.#give(chunk, start, at + 1);
      start = -1;
    }
    if (start >= 0 && this.#fits(chunk.length - start)) this.#element.append(chunk, start, chunk.length);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#element.length > 0) this.#giveHeld();
  }

  /** Whether a byte outside elements is none's first: the array's own brackets, commas and white space. */
  #isBetween(byte: number): boolean {
    if (byte === CLOSE_BRACKET && this.#depth === 1) {
      this.#isClosed = true;
      this.#isOver = true;
      return false;
    }
    if (byte === OPEN_BRACKET && this.#depth === 0) {
      this.#depth = 1;
      return true;
    }
    return byte === COMMA || byte <= SPACE;
  }

  /** Keeps the account of brackets and strings. */
  #closesElement(byte: number): boolean {
    if (this.#inString) {
      if (this.#afterBackslash) this.#afterBackslash = false;
      else if (byte === BACKSLASH) this.#afterBackslash = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return --this.#depth <= this.#outerDepth;
    return false;
  }

  #fits(more: number): boolean {
    if (this.#element.length + more <= EVENT_BYTES_MAX) return true;
    this.#isOver = true;
    this.#element.clear();
    this.#sink.eventTooLong();
    return false;
  }

  #give(chunk: Buffer, start: number, end: number): void {
    if (this.#element.length === 0) {
      this.#sink.event(decode(chunk, start, end, this.#sink), '');
      return;
    }
    this.#element.append(chunk, start, end);
    this.#giveHeld();
  }

  #giveHeld(): void {
    const { view } = this.#element;
    const text = decode(view, 0, view.length, this.#sink);
    this.#element.clear();
    this.#sink.event(text, '');
  }
}
