/**
 * Reads the replies of one connection as they come from the socket, one after another, and counts the events that carry a token. It knows
 * HTTP/1.1 with chunked bodies and nothing of the server's code. Work is per chunk and not per byte: the reader jumps from size line to
 * size line and looks for the marker in front of a token's text. A chunk counts as soon as its data is there: a server may send the line
 * end that closes it with the next chunk.
 *
 *   HEAD ──blank line, 200, chunked──▶ BODY ──last chunk──▶ complete ──next()──▶ HEAD
 *     └──────────anything else──────────┴──▶ broken (`defect` says why)
 */
const CR = 13;
const LF = 10;
const QUOTE = 34;
const LAST_CHUNK_END = Buffer.from('\r\n\r\n');
/** A piece that waits for the rest of its head or chunk; no reply under test has larger ones. */
const CARRY_BYTES_MAX = 256 * 1024;
const REFUSAL_CHARS = 300;

/** How many tokens' events the bytes hold. */
export function countTokens(bytes: Buffer, marker: Buffer): number {
  let tokens = 0;
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + marker.length)) {
    if (bytes[at + marker.length] !== QUOTE) tokens++;
  }
  return tokens;
}

export class ReplyReader {
  /** Why the reply is not one; undefined while it is. */
  defect: string | undefined;
  /** The whole reply has come. */
  complete = false;
  #inBody = false;
  #carry: Buffer | undefined;
  #marker: Buffer = LAST_CHUNK_END;

  /** Begins the next reply of the connection. @param marker what stands before a token's text in it */
  next(marker: Buffer): void {
    this.#marker = marker;
    this.complete = false;
    this.#inBody = false;
  }

  /** Takes bytes[0, length), which the caller may reuse afterwards, and returns how many tokens' events were completed by them. */
  read(bytes: Buffer, length: number): number {
    if (this.defect !== undefined) return 0;
    let input = bytes.subarray(0, length);
    if (this.#carry !== undefined) {
      input = Buffer.concat([this.#carry, input]);
      this.#carry = undefined;
    }
    let at = 0;
    if (!this.#inBody) {
      at = this.#readHead(input);
      if (!this.#inBody) return 0;
    }
    return this.#readChunks(input, at);
  }

  /** Returns where the body begins. */
  #readHead(input: Buffer): number {
    const end = input.indexOf(LAST_CHUNK_END);
    if (end < 0) {
      this.#keep(input, 0);
      return 0;
    }
    const head = input.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 200 ')) {
      this.defect = `status ${head.slice(9, 12)}: ${input.toString('utf8', end + 4, end + 4 + REFUSAL_CHARS)}`;
    } else if (!/\r\ntransfer-encoding: chunked/i.test(head)) this.defect = 'not chunked';
    else this.#inBody = true;
    return end + 4;
  }

  #readChunks(input: Buffer, start: number): number {
    let tokens = 0;
    let at = start;
    for (;;) {
      // What closed the chunk before.
      while (input[at] === CR || input[at] === LF) at++;
      const sizeEnd = input.indexOf(CR, at);
      if (sizeEnd < 0 || sizeEnd + 1 >= input.length) break;
      const size = Number.parseInt(input.toString('latin1', at, sizeEnd), 16);
      if (Number.isNaN(size) || input[sizeEnd + 1] !== LF) {
        this.defect = 'malformed chunk size';
        return tokens;
      }
      const end = sizeEnd + 2 + size;
      if (size === 0) {
        this.#finish(input, at, end);
        return tokens;
      }
      if (end > input.length) break;
      tokens += countTokens(input.subarray(sizeEnd + 2, end), this.#marker);
      at = end;
    }
    this.#keep(input, at);
    return tokens;
  }

  /** The last chunk, at input[at…), and the empty trailer behind it. */
  #finish(input: Buffer, at: number, end: number): void {
    if (input.length < end + 2) this.#keep(input, at);
    else {
      this.complete = true;
      if (input.length > end + 2) this.defect = 'bytes behind the reply';
    }
  }

  #keep(input: Buffer, at: number): void {
    if (at === input.length) return;
    if (input.length - at > CARRY_BYTES_MAX) this.defect = 'a head or chunk that is too long';
    else this.#carry = Buffer.from(input.subarray(at));
  }
}
