/**
 * Which JSON Schemas the API takes for a tool's parameters and for a reply's format, and what it says about the others. With `strict` the
 * rules are those of the guide "Structured model outputs": every object is closed and requires all its properties, and some keywords do
 * not exist. Sentences as in the API's replies, such as "In context=('properties', 'a'), 'required' is required to be supplied and to be an
 * array including every key in properties. Missing 'b'."
 */

import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { shown } from './errors.js';

const STRICT_DEPTH_MAX = 10;
const STRICT_PROPERTIES_MAX = 5_000;
const STRICT_ENUM_VALUES_MAX = 1_000;
/** Levels of a schema that is not strict: everything that reads it recurses. */
const NESTING_MAX = 128;

const NOT_AT_TOP = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];
const NOT_PERMITTED = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
];
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];
/** Keywords by any of which a schema says what it takes. */
const SAYS_WHAT = ['type', 'anyOf', '$ref', 'enum', 'const', 'oneOf', 'allOf', 'not'];

/** Where a schema stands in the whole: ['properties', 'a', 'items']. */
type Context = readonly string[];

/** The first thing that the API objects to, as a sentence; undefined when it takes the schema. */
export function schemaObjection(schema: unknown, strict: boolean): string | undefined {
  if (!isObject(schema) || schema.type !== 'object') return wrongRoot(schema);
  if (NOT_AT_TOP.some((keyword) => schema[keyword] !== undefined)) {
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";
  }
  if (nestsDeeperThan(NESTING_MAX, schema))
    return `more than ${NESTING_MAX} levels of nesting exceeds limit of ${NESTING_MAX}.`;
  const walk = new SchemaWalk(schema, strict);
  return walk.objection(schema, [], 0) ?? walk.limitObjection();
}

function wrongRoot(schema: unknown): string {
  const type = isObject(schema) ? schema.type : undefined;
  const name = typeof type === 'string' ? shown(type) : 'None';
  return `schema must be a JSON Schema of 'type: "object"', got 'type: "${name}"'.`;
}

class SchemaWalk {
  readonly #root: JsonObject;
  readonly #strict: boolean;
  #properties = 0;
  #enumValues = 0;

  constructor(root: JsonObject, strict: boolean) {
    this.#root = root;
    this.#strict = strict;
  }

  objection(schema: unknown, context: Context, depth: number): string | undefined {
    if (!isObject(schema)) return undefined;
    return (
      (this.#strict ? this.#strictObjection(schema, context, depth) : undefined) ??
      (schema.type === 'array' && !isObject(schema.items)
        ? inContext(context, 'array schema missing items.')
        : undefined) ??
      this.#objectionToParts(schema, context, depth)
    );
  }

  /** What is too much only in sum. */
  limitObjection(): string | undefined {
    if (!this.#strict) return undefined;
    if (this.#properties > STRICT_PROPERTIES_MAX) {
      return `${this.#properties} object properties exceeds limit of ${STRICT_PROPERTIES_MAX}.`;
    }
    if (this.#enumValues > STRICT_ENUM_VALUES_MAX) {
      return (
        `Expected at most ${STRICT_ENUM_VALUES_MAX} enum values in total within a schema when using structured outputs, but received ` +
        `${this.#enumValues}. Consider reducing the number of enums, or use 'strict: false' to opt out of structured outputs.`
      );
    }
    return undefined;
  }

  #strictObjection(schema: JsonObject, context: Context, depth: number): string | undefined {
    if (depth > STRICT_DEPTH_MAX) return `${depth} levels of nesting exceeds limit of ${STRICT_DEPTH_MAX}.`;
    if (!SAYS_WHAT.some((keyword) => schema[keyword] !== undefined)) {
      return inContext(context, "schema must have a 'type' key.");
    }
    const forbidden = NOT_PERMITTED.find((keyword) => schema[keyword] !== undefined);
    if (forbidden !== undefined) return inContext(context, `'${forbidden}' is not permitted.`);
    if (typeof schema.format === 'string' && !FORMATS.includes(schema.format)) {
      return inContext(context, `'${shown(schema.format)}' is not a valid format.`);
    }
    if (Array.isArray(schema.enum)) this.#enumValues += schema.enum.length;
    return schema.$ref === undefined
      ? this.#objectionToObject(schema, context)
      : this.#objectionToReference(schema, context);
  }

  #objectionToReference(schema: JsonObject, context: Context): string | undefined {
    const others = Object.keys(schema).filter(
      (keyword) => keyword !== '$ref' && keyword !== '$defs' && keyword !== 'definitions',
    );
    if (others.length > 0) {
      return inContext(
        context,
        `$ref cannot have keywords {${shown(others.map((keyword) => `'${keyword}'`).join(', '))}}.`,
      );
    }
    const path = typeof schema.$ref === 'string' ? /^#(?:\/(\$defs|definitions)\/([^/]+))?$/.exec(schema.$ref) : null;
    const definitions = path?.[1] === undefined ? undefined : this.#root[path[1]];
    const name = path?.[2];
    const isKnown =
      path !== null &&
      (name === undefined || (isObject(definitions) && Object.hasOwn(definitions, decodePointer(name))));
    return isKnown
      ? undefined
      : inContext(context, 'reference can only point to definitions defined at the top level of the schema.');
  }

  #objectionToObject(schema: JsonObject, context: Context): string | undefined {
    const isObjectType = schema.type === 'object' || (Array.isArray(schema.type) && schema.type.includes('object'));
    if (!isObjectType && schema.properties === undefined) return undefined;
    if (schema.additionalProperties !== false) {
      return inContext(context, "'additionalProperties' is required to be supplied and to be false.");
    }
    const names = new Set(isObject(schema.properties) ? Object.keys(schema.properties) : []);
    this.#properties += names.size;
    const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : []);
    const lacking = "'required' is required to be supplied and to be an array including every key in properties.";
    const missing = [...names].find((name) => !required.has(name));
    if (missing !== undefined) return inContext(context, `${lacking} Missing '${shown(missing)}'.`);
    const extra = [...required].find((name) => typeof name !== 'string' || !names.has(name));
    return extra === undefined
      ? undefined
      : inContext(context, `${lacking} Extra required key '${shown(nameOf(extra))}' supplied.`);
  }

  #objectionToParts(schema: JsonObject, context: Context, depth: number): string | undefined {
    for (const keyword of ['properties', '$defs', 'definitions']) {
      const parts = schema[keyword];
      if (!isObject(parts)) continue;
      for (const [name, part] of Object.entries(parts)) {
        const found = this.objection(part, [...context, keyword, name], depth + 1);
        if (found !== undefined) return found;
      }
    }
    const alternatives = Array.isArray(schema.anyOf) ? schema.anyOf : [];
    for (const [index, part] of alternatives.entries()) {
      const found = this.objection(part, [...context, 'anyOf', String(index)], depth);
      if (found !== undefined) return found;
    }
    return this.objection(schema.items, [...context, 'items'], depth + 1);
  }
}

/** The context as the API prints it, a tuple of Python's. */
function inContext(context: Context, objection: string): string {
  const steps = context.map((step) => `'${shown(step)}'`).join(', ');
  return `In context=(${steps}), ${objection}`;
}

function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** Whether arrays and objects hold each other in more than so many levels, found without recursion: a client decides how deep. */
function nestsDeeperThan(limit: number, schema: unknown): boolean {
  let level = [schema];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** RFC 6901. */
function decodePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
