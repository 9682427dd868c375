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

/** What stands in a chunk's place for values that vary from chunk to chunk. */
const MARKS = ['\u0000text', '\u0000candidates', '\u0000total'] as const;
export const [TEXT_MARK, CANDIDATES_MARK, TOTAL_MARK] = MARKS;

/** The constant bytes around the varying values of a text's chunk in the middle of a stream, in their order. */
export function textSkeleton(layout: StreamLayout, document: object): readonly [string, string, string, string] {
  let rest = layout.chunk(document, false, false);
  const pieces = MARKS.map((mark) => {
    const quoted = jsonString(mark);
    const at = rest.indexOf(quoted);
    const before = rest.slice(0, at);
    rest = rest.slice(at + quoted.length);
    return before;
  });
  return [pieces[0], pieces[1], pieces[2], rest];
}
