/**
 * The two layouts of a stream: server-sent events (`alt=sse`), which end every line with CRLF, and one JSON array whose elements come when
 * they are due. Source: recorded streams of both.
 *
 *   data: {"candidates": […],…}\r\n\r\n          [{ … }\n  ,\r\n{ … }\n  ,\r\n{ … }\n]
 */
import { eventHeaders, jsonHeaders } from './headers.js';
import { eventJson, jsonString, prettyJson } from './wire-json.js';

export interface StreamLayout {
  headers(workedUs: number): string[];
  /** A chunk's bytes; the first and the last of an array open and close it. */
  chunk(document: object, isFirst: boolean, isLast: boolean): string;
}

export const eventLayout: StreamLayout = {
  headers: eventHeaders,
  chunk: (document) => `data: ${eventJson(document)}\r\n\r\n`,
};

export const arrayLayout: StreamLayout = {
  headers: jsonHeaders,
  chunk: (document, isFirst, isLast) => `${isFirst ? '[' : ',\r\n'}${prettyJson(document)}\n${isLast ? ']' : ''}`,
};

/** What stands in the place of the values that vary from chunk to chunk. */
const MARKS = ['\u0000text', '\u0000first', '\u0000second'] as const;
/** Of a part's text, and of the two counts in the order in which the chunk has them. */
export const [TEXT_MARK, FIRST_MARK, SECOND_MARK] = MARKS;

/** A chunk in the middle of a stream of which a text and two counts vary: what is constant around them is laid out once. */
export class ChunkSkeleton {
  /** Before the text, and behind the second count. */
  readonly before: string;
  readonly behind: string;
  readonly #beforeFirst: string;
  readonly #beforeSecond: string;

  /** @param document with the marks, in their order */
  constructor(layout: StreamLayout, document: object) {
    let rest = layout.chunk(document, false, false);
    [this.before, this.#beforeFirst, this.#beforeSecond] = MARKS.map((mark) => {
      const quoted = jsonString(mark);
      const at = rest.indexOf(quoted);
      const before = rest.slice(0, at);
      rest = rest.slice(at + quoted.length);
      return before;
    });
    this.behind = rest;
  }

  /** What stands between `before` and `behind`. */
  fill(text: string, first: number, second: number): string {
    return jsonString(text) + this.#beforeFirst + String(first) + this.#beforeSecond + String(second);
  }
}
