/**
 * A JSON Schema that a prompt states in words: clients that ask for some JSON object, and not for one of a schema, write the schema into a
 * message (Instructor's JSON mode, format instructions of LangChain, JSON prompts of agents), and check the reply against it. A model
 * reads it there. The last one of the last message that states any counts: format instructions explain themselves by an example first. Costs
 * nothing where no text speaks of properties, and is bounded where one does.
 */
import { isObject, type JsonObject } from '../kernel/json-object.js';

/** Without it no text states a schema of an object. */
const SIGN = '"properties"';
/** How many texts are searched, the longest schema that is looked for, and how many braces of a text may begin one. */
const TEXTS_MAX = 8;
const SCHEMA_CHARS_MAX = 65_536;
const BEGINNINGS_MAX = 32;
/** How deep a schema may stand in what surrounds it, such as `{"name": …, "schema": …}`. */
const WRAPPERS_MAX = 2;

/** @param texts of the prompt, the oldest first */
export function promptedSchema(texts: readonly string[]): unknown {
  const candidates = texts.filter((text) => text.includes(SIGN)).slice(-TEXTS_MAX);
  for (const text of candidates.reverse()) {
    const schema = schemaInText(text);
    if (schema !== undefined) return schema;
  }
  return undefined;
}

function schemaInText(text: string): unknown {
  let last: unknown;
  let start = text.indexOf('{');
  for (let tries = 0; start >= 0 && tries < BEGINNINGS_MAX; tries++) {
    const end = endOfObject(text, start);
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    last = schemaIn(value, WRAPPERS_MAX) ?? last;
    start = text.indexOf('{', value === undefined || end === undefined ? start + 1 : end);
  }
  return last;
}

/** The offset behind the brace that closes the one at `start`. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  const limit = Math.min(text.length, start + SCHEMA_CHARS_MAX);
  for (let at = start; at < limit; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth++;
    else if (!quoted && character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function schemaIn(value: unknown, wrappers: number): unknown {
  if (!isObject(value)) return undefined;
  if (isObjectSchema(value)) return value;
  if (wrappers === 0) return undefined;
  for (const inner of Object.values(value)) {
    const schema = schemaIn(inner, wrappers - 1);
    if (schema !== undefined) return schema;
  }
  return undefined;
}

function isObjectSchema({ type, properties, $ref, $defs, definitions }: JsonObject): boolean {
  if (typeof $ref === 'string') return isObject($defs) || isObject(definitions);
  if (type !== undefined && type !== 'object') return false;
  return isObject(properties) && Object.values(properties).every((each) => isObject(each) || typeof each === 'boolean');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
