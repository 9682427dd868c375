/**
 * Constraints that stand in a description. Structured outputs take few of JSON Schema's keywords; what they do not take, the official SDKs move
 * to the end of the `description` as `{minItems: 2, maxItems: 4}` (JSON text in TypeScript, Python's str() in Python), where the model reads
 * it, and check the reply against the whole schema. So a reply here has to follow them too. Source: transformJSONSchema and transform_schema
 * of the SDKs, whose traversal this one repeats. Nothing is applied that is not of the keyword's own type, or that the schema says itself.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';

/** Longest list of constraints that is read, and most of its commas, each of which may end a value. */
const LIST_CHARS_MAX = 4_000;
const PIECES_MAX = 60;
/** Deeper schemas are beyond what documents are written from. */
const DEPTH_MAX = 200;

type Check = (value: unknown) => boolean;

const aNumber: Check = (value) => typeof value === 'number';
const aCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const aString: Check = (value) => typeof value === 'string';

const KEYWORDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['enum', (value) => Array.isArray(value) && value.length > 0],
  ['const', () => true],
  ['minimum', aNumber],
  ['maximum', aNumber],
  ['exclusiveMinimum', aNumber],
  ['exclusiveMaximum', aNumber],
  ['multipleOf', (value) => aNumber(value) && (value as number) > 0],
  ['minLength', aCount],
  ['maxLength', aCount],
  ['pattern', aString],
  ['format', aString],
  ['minItems', aCount],
  ['maxItems', aCount],
  ['uniqueItems', (value) => typeof value === 'boolean'],
  ['minProperties', aCount],
  ['maxProperties', aCount],
]);
/** Keywords whose text Python writes without quotes. */
const TEXTS: ReadonlySet<string> = new Set(['pattern', 'format']);

const KEY = /^([A-Za-z$]\w*): /;
/** Begins a value that may hold commas. */
const OPENS = /^["[{]/;

const MAPS_OF_SCHEMAS = ['properties', '$defs', 'definitions'];
const LISTS_OF_SCHEMAS = ['anyOf', 'allOf', 'oneOf'];

/** The schema with the constraints of its descriptions as keywords; the same value where there are none. Never throws. */
export function withDescribedConstraints(schema: unknown, depth = 0): unknown {
  if (!isObject(schema) || depth > DEPTH_MAX) return schema;
  const constrained: Record<string, unknown> = { ...describedBy(schema.description), ...schema };
  for (const key of MAPS_OF_SCHEMAS) {
    const map = schema[key];
    if (!isObject(map)) continue;
    const entries = Object.entries(map).map(([name, each]) => [name, withDescribedConstraints(each, depth + 1)]);
    constrained[key] = Object.fromEntries(entries);
  }
  for (const key of LISTS_OF_SCHEMAS) {
    const list = schema[key];
    if (Array.isArray(list)) constrained[key] = list.map((each) => withDescribedConstraints(each, depth + 1));
  }
  if (isObject(schema.items)) constrained.items = withDescribedConstraints(schema.items, depth + 1);
  return constrained;
}

/** The keywords at the end of a description. */
function describedBy(description: unknown): JsonObject {
  if (typeof description !== 'string' || !description.endsWith('}')) return {};
  const from = description.startsWith('{') ? 0 : description.lastIndexOf('\n\n{') + 2;
  if (description[from] !== '{' || description.length - from > LIST_CHARS_MAX) return {};
  const pieces = description.slice(from + 1, -1).split(', ');
  return pieces.length > PIECES_MAX ? {} : Object.fromEntries(entriesOf(pieces));
}

/** Ends at the first piece that begins no entry, so that no piece is tried more than twice. */
function entriesOf(pieces: readonly string[]): (readonly [key: string, value: unknown])[] {
  const entries: (readonly [string, unknown])[] = [];
  for (let at = 0; at < pieces.length; ) {
    const key = KEY.exec(pieces[at])?.[1];
    if (key === undefined) break;
    const first = pieces[at].slice(key.length + 2);
    const [value, end] =
      TEXTS.has(key) && !first.startsWith('"') ? bareText(pieces, at, first) : jsonValue(pieces, at, first);
    if (KEYWORDS.get(key)?.(value)) entries.push([key, value]);
    at = end;
  }
  return entries;
}

/** A value may hold the separator, so it ends where it is whole. */
function jsonValue(pieces: readonly string[], at: number, first: string): readonly [value: unknown, end: number] {
  let text = first;
  for (let end = at + 1; ; end++) {
    const value = parsed(text);
    if (value !== undefined || !OPENS.test(text)) return [value, end];
    if (end === pieces.length) return [undefined, end];
    text += `, ${pieces[end]}`;
  }
}

/** Text without quotes ends before the next key. */
function bareText(pieces: readonly string[], at: number, first: string): readonly [value: string, end: number] {
  let text = first;
  let end = at + 1;
  for (; end < pieces.length && !KEY.test(pieces[end]); end++) text += `, ${pieces[end]}`;
  return [text, end];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
