/**
 * Server-sent events, read from bytes: lines end with LF, CRLF or CR, wherever the network cuts them. Source: the event stream format
 * of the WHATWG HTML standard, section 9.2.6, but for the end: an event that lacks only its blank line is given out, as official
 * SDKs do. Comments, `id` and `retry` mean nothing here.
 *
 * The usual chunk holds whole events and no CR; it is read where it lies, and the only memory taken is that of the events' text.
 */
import { GrowingBytes } from './growing-bytes.js';
import { decode, EVENT_BYTES_MAX, type EventSink, type StreamParser } from './stream-parser.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export class EventStreamParser implements StreamParser {
  readonly isWhole = true;
  readonly #sink: EventSink;
  /** The beginning of a line whose end is yet to come. */
  readonly #line = new GrowingBytes();
  #data = '';
  #dataLines = 0;
  #name = '';
  /** Of the event that is being read, lines that are over. */
  #eventBytes = 0;
  #endedWithCr = false;
  #isFirstLine = true;
  #isOver = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  bytes(chunk: Buffer): void {
    if (this.#isOver || chunk.length === 0) return;
    let start = this.#endedWithCr && chunk[0] === LF ? 1 : 0;
    this.#endedWithCr = false;
    const hasCr = chunk.includes(CR);
    while (start < chunk.length) {
      const end = hasCr ? lineEndIn(chunk, start) : chunk.indexOf(LF, start);
      if (!this.#fits(end < 0 ? chunk.length - start : end - start)) return;
      if (end < 0) {
        this.#line.append(chunk, start, chunk.length);
        return;
      }
      this.#takeLine(chunk, start, end);
      start = end + 1;
      if (chunk[end] !== CR) continue;
      if (start === chunk.length) this.#endedWithCr = true;
      else if (chunk[start] === LF) start++;
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#line.length > 0) this.#heldLine();
    this.#dispatch();
  }

  #fits(more: number): boolean {
    if (this.#eventBytes + this.#line.length + more <= EVENT_BYTES_MAX) return true;
    this.#isOver = true;
    this.#line.clear();
    this.#data = '';
    this.#sink.eventTooLong();
    return false;
  }

  #takeLine(chunk: Buffer, start: number, end: number): void {
    if (this.#line.length === 0) {
      this.#readLine(chunk, start, end);
      return;
    }
    this.#line.append(chunk, start, end);
    this.#heldLine();
  }

  #heldLine(): void {
    const { view } = this.#line;
    this.#readLine(view, 0, view.length);
    this.#line.clear();
  }

  #readLine(bytes: Buffer, lineStart: number, end: number): void {
    let start = lineStart;
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      if (beginsWith(bytes, start, end, BYTE_ORDER_MARK)) start += BYTE_ORDER_MARK.length;
    }
    if (start === end) {
      this.#dispatch();
      return;
    }
    this.#eventBytes += end - start;
    const data = valueStart(bytes, start, end, DATA);
    if (data >= 0) {
      const text = decode(bytes, data, end, this.#sink);
      this.#data = this.#dataLines++ === 0 ? text : `${this.#data}\n${text}`;
      return;
    }
    const name = valueStart(bytes, start, end, EVENT);
    if (name >= 0) this.#name = decode(bytes, name, end, this.#sink);
  }

  #dispatch(): void {
    const [data, name, lines] = [this.#data, this.#name, this.#dataLines];
    this.#data = '';
    this.#name = '';
    this.#dataLines = 0;
    this.#eventBytes = 0;
    if (lines > 0) this.#sink.event(data, name);
  }
}

/** Where the next line end is, CR or LF; -1 for none. */
function lineEndIn(chunk: Buffer, start: number): number {
  for (let at = start; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === LF || byte === CR) return at;
  }
  return -1;
}

function beginsWith(bytes: Buffer, start: number, end: number, beginning: Buffer): boolean {
  if (end - start < beginning.length) return false;
  for (let at = 0; at < beginning.length; at++) {
    if (bytes[start + at] !== beginning[at]) return false;
  }
  return true;
}

/** Where the field's value begins in a line; -1 in a line of another field. One space behind the colon is not the value's. */
function valueStart(bytes: Buffer, start: number, end: number, field: Buffer): number {
  if (!beginsWith(bytes, start, end, field)) return -1;
  const at = start + field.length;
  if (at === end) return end;
  if (bytes[at] !== COLON) return -1;
  return at + 1 < end && bytes[at + 1] === SPACE ? at + 2 : at + 1;
}
