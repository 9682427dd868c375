/** Server-sent events as they stand on the wire: a reader that hides nothing, so that a test can ask for line ends, names and comments. */
import assert from 'node:assert/strict';

export interface ServerEvent {
  /** What stands behind `event:`. */
  readonly name: string | undefined;
  /** The `data:` lines, joined by line feeds as a client would. */
  readonly data: string;
  /** The lines that begin with a colon, without it. */
  readonly comments: readonly string[];
  /** How every line of the event ends, the blank one included. */
  readonly lineEnd: '\n' | '\r\n';
  /** The bytes as text, the blank line included. */
  readonly raw: string;
}

/** uWebSockets.js completes headers only with a body's first byte, so its streams open with a line feed. */
export function withoutLeadingLineFeed(text: string): string {
  return text.startsWith('\n') ? text.slice(1) : text;
}

/** The events of a stream, which must consist of nothing else and end with a blank line. Fields are written with one space behind the colon. */
export function parseEvents(text: string): ServerEvent[] {
  const stream = withoutLeadingLineFeed(text);
  const events = stream.match(/[\s\S]*?(?:\r\n\r\n|\n\n)/g) ?? [];
  assert.equal(events.join(''), stream, 'the last event ends with a blank line');
  return events.map(parseEvent);
}

function parseEvent(raw: string): ServerEvent {
  const lineEnd = raw.endsWith('\r\n\r\n') ? '\r\n' : '\n';
  const lines = raw.slice(0, -2 * lineEnd.length).split(lineEnd);
  const values = (field: string) =>
    lines.filter((line) => line.startsWith(field)).map((line) => line.slice(field.length));
  const names = values('event: ');
  const data = values('data: ');
  const comments = values(':');
  assert.ok(
    lines.every((line) => !/[\r\n]/.test(line)),
    `line ends differ within an event: ${JSON.stringify(raw)}`,
  );
  assert.equal(
    names.length + data.length + comments.length,
    lines.length,
    `not an event of ours: ${JSON.stringify(raw)}`,
  );
  assert.ok(names.length <= 1, `more than one name: ${JSON.stringify(raw)}`);
  return { name: names[0], data: data.join('\n'), comments, lineEnd, raw };
}
