/**
 * Reads one chunked SSE answer as it comes from the socket and counts its events, with work per chunk and not per byte: it jumps from
 * size line to size line. Every event must be a chunk of its own, `data: …` up to its blank line; anything else is a broken stream,
 * except the lone line feed with which a body may open.
 *
 *   HEAD ──blank line, 200, chunked──▶ BODY ──last chunk──▶ ENDED
 *     └──────────anything else──────────┴──▶ broken (`defect` says why)
 *
 * A chunk counts as soon as its data is there: a server may send its closing CRLF with the next chunk.
 */
const CR = 13;
const LF = 10;
const LETTER_D = 100;
const BRACKET = 91;
const DONE_EVENT = 'data: [DONE]\n\n';
const NOT_HEX = 255;
/** A piece that waits for the rest of its head or chunk; no server under test sends larger ones. */
const CARRY_BYTES_MAX = 64 * 1024;

const HEX_VALUES = new Uint8Array(256).fill(NOT_HEX);
for (let value = 0; value < 16; value++) HEX_VALUES[value.toString(16).charCodeAt(0)] = value;

export class EventStreamReader {
  /** Why the stream is not one; undefined while it is. */
  defect: string | undefined;
  /** The last chunk has come. */
  ended = false;
  /** `[DONE]` has come. */
  done = false;
  /** The head has come, and is one of an event stream. */
  begun = false;
  #carry: Buffer | undefined;
  #sizeEnd = 0;

  /** Takes bytes[0, length), which the caller may reuse afterwards, and returns how many events were completed by them. */
  read(bytes: Buffer, length: number): number {
    if (this.defect !== undefined || this.ended) return 0;
    let input = bytes;
    let end = length;
    if (this.#carry !== undefined) {
      input = Buffer.concat([this.#carry, bytes.subarray(0, length)]);
      end = input.length;
      this.#carry = undefined;
    }
    let at = 0;
    if (!this.begun) {
      at = this.#readHead(input, end);
      if (!this.begun) return 0;
    }
    return this.#readChunks(input, at, end);
  }

  /** Returns where the body begins. */
  #readHead(input: Buffer, end: number): number {
    const blankLine = input.indexOf('\r\n\r\n');
    if (blankLine < 0 || blankLine + 4 > end) {
      this.#keep(input, 0, end);
      return 0;
    }
    const head = input.toString('latin1', 0, blankLine);
    if (!head.startsWith('HTTP/1.1 200 ')) this.defect = `status ${head.slice(9, 12)}`;
    else if (!/\r\ntransfer-encoding: chunked/i.test(head)) this.defect = 'not chunked';
    else this.begun = true;
    return blankLine + 4;
  }

  #readChunks(input: Buffer, start: number, end: number): number {
    let events = 0;
    let at = start;
    for (;;) {
      while (at < end && (input[at] === CR || input[at] === LF)) at++;
      const size = this.#readSize(input, at, end);
      const dataAt = this.#sizeEnd + 2;
      if (dataAt + size > end) break;
      if (this.#sizeEnd === at || input[this.#sizeEnd] !== CR) return this.#spoil('malformed chunk size', events);
      if (size === 0) {
        this.ended = true;
        return events;
      }
      if (this.#isEvent(input, dataAt, size)) events++;
      else if (size !== 1 || input[dataAt] !== LF) return this.#spoil('a chunk that is not one event', events);
      at = dataAt + size;
    }
    this.#keep(input, at, end);
    return events;
  }

  /** The number at input[at…), as far as it is there; #sizeEnd is where it ends. */
  #readSize(input: Buffer, at: number, end: number): number {
    let size = 0;
    let cursor = at;
    for (; cursor < end; cursor++) {
      const digit = HEX_VALUES[input[cursor]];
      if (digit === NOT_HEX) break;
      size = size * 16 + digit;
    }
    this.#sizeEnd = cursor;
    return size;
  }

  #isEvent(input: Buffer, at: number, size: number): boolean {
    if (input[at] !== LETTER_D || input[at + size - 1] !== LF || input[at + size - 2] !== LF) return false;
    if (size === DONE_EVENT.length && input[at + 6] === BRACKET) this.done = true;
    return true;
  }

  #spoil(defect: string, events: number): number {
    this.defect = defect;
    return events;
  }

  #keep(input: Buffer, at: number, end: number): void {
    if (at === end) return;
    if (end - at > CARRY_BYTES_MAX) this.defect = 'a head or chunk of more than 64 KiB';
    else this.#carry = Buffer.from(input.subarray(at, end));
  }
}
