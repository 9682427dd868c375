/**
 * JSON text as the real API lays it out: two spaces of indentation in bodies and array streams, `"key": value` without any other space in
 * server-sent events, and angle brackets escaped. Source: recorded replies.
 */

/** A body, or an element of an array stream; without a line feed behind it. */
export function prettyJson(value: unknown): string {
  return escapeBrackets(JSON.stringify(value, null, 2));
}

/** The data of a server-sent event: one line. The value is a document of our own making, so its depth is bounded. */
export function eventJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(eventJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return escapeBrackets(JSON.stringify(value));
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${escapeBrackets(JSON.stringify(name))}: ${eventJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** A string as both layouts write it. */
export function jsonString(text: string): string {
  return escapeBrackets(JSON.stringify(text));
}

function escapeBrackets(json: string): string {
  // Most texts have none, and this is asked once a token.
  if (!json.includes('<') && !json.includes('>')) return json;
  return json.replace(/[<>]/g, (bracket) => (bracket === '<' ? '\\u003c' : '\\u003e'));
}
