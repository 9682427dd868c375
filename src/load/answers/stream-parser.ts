/**
 * What parsers of a stream's layout have in common: bytes go in as they come, each event's text comes out in the same call in which its
 * last byte came. No event is longer than a bound, behind which a parser takes nothing more.
 */
import { isUtf8 } from 'node:buffer';

/** The longest event. The longest known one repeats a whole response with its request, some megabytes at most. */
export const EVENT_BYTES_MAX = 16 * 1024 * 1024;

/** Takes what a parser finds. */
export interface EventSink {
  /** @param name as the stream gives it; '' for none */
  event(data: string, name: string): void;
  /** Bytes that are no UTF-8; the event follows, with U+FFFD in their place. */
  invalidUtf8(): void;
  /** An event beyond the bound, which was dropped. */
  eventTooLong(): void;
}

export interface StreamParser {
  /** Whether what the layout puts around all events was closed; of a layout that puts nothing around them, always. */
  readonly isWhole: boolean;
  bytes(chunk: Buffer): void;
  /** The body is over: an event that lacks nothing but its end is given out, and so is what there is of one that is not whole. */
  end(): void;
}

const REPLACEMENT = '\uFFFD';

/** bytes[start, end) as text. */
export function decode(bytes: Buffer, start: number, end: number, sink: EventSink): string {
  const text = bytes.toString('utf8', start, end);
  // A text may say U+FFFD itself; only then is there something to look at twice.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) sink.invalidUtf8();
  return text;
}
