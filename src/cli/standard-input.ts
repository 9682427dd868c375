/** What comes in on standard input, whole or by lines, as bytes and within a bound. */
import { inputFailure } from './plan-input.js';

/** Twice the largest `server.max_body_bytes` would not fit a string; no request needs more than this. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** @throws Failure INPUT_INVALID above the bound */
export async function wholeOf(input: AsyncIterable<Buffer>): Promise<Buffer> {
  const record = new Record();
  for await (const piece of input) record.add(piece);
  return record.take();
}

export interface Line {
  /** From 1. */
  readonly line: number;
  readonly bytes: Buffer;
}

/**
 * The lines that hold more than white space; the last needs no line feed.
 * @throws Failure INPUT_INVALID above the bound
 */
export async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const record = new Record();
  let line = 0;
  for await (const piece of input) {
    let from = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, from)) {
      record.add(piece.subarray(from, end));
      from = end + 1;
      line++;
      const bytes = record.take();
      if (!isBlank(bytes)) yield { line, bytes };
    }
    record.add(piece.subarray(from));
  }
  const bytes = record.take();
  if (!isBlank(bytes)) yield { line: line + 1, bytes };
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);

/** Pieces on their way to being one. */
class Record {
  #pieces: Buffer[] = [];
  #length = 0;

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > RECORD_BYTES_MAX)
      throw inputFailure(`a request of more than ${RECORD_BYTES_MAX} bytes`, 'No server takes one that large.');
    this.#pieces.push(piece);
  }

  take(): Buffer {
    const whole = Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
