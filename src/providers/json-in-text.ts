/** The JSON document that stands in an event or a body, between what the dialect puts before and behind it. */
import { isObject, type JsonObject } from '../kernel/json-object.js';

/**
 * The text with the document changed; the same text where it holds no document, or `change` returns undefined.
 * @param print the document as the dialect lays it out
 */
export function withDocument(
  text: string,
  change: (document: JsonObject) => JsonObject | undefined,
  print: (document: JsonObject) => string = JSON.stringify,
): string {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}') + 1;
  if (start < 0 || end <= start) return text;
  const document: unknown = JSON.parse(text.slice(start, end));
  const changed = isObject(document) ? change(document) : undefined;
  return changed === undefined ? text : text.slice(0, start) + print(changed) + text.slice(end);
}

/** A copy without the member; undefined where there is none. */
export function without(document: JsonObject, member: string): JsonObject | undefined {
  if (!Object.hasOwn(document, member)) return undefined;
  const { [member]: _, ...rest } = document;
  return rest;
}
