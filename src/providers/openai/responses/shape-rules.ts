/**
 * Rules for the nested values of a Responses request: closed objects, lists, unions tagged by `type`. They speak in the sentences, codes
 * and params of the real API's validation, which names the values of a type where that of chat says "a string". Members that are null count as absent where they are optional; a
 * value of any JSON type in any place gets an ApiError, never another exception.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest, shown, unknownParameter } from '../errors.js';
import { anything, checkLength, type FieldRule, missing, tagOf, unsupportedValue, wrongType } from '../field-rules.js';

export interface Rules {
  readonly [member: string]: FieldRule;
}

/** Names longer than this are shortened where a sentence lists the values of a type. */
const FULL_NAME_CHARACTERS = 12;
/** Free documents (JSON Schemas) may be nested this deep: deeper ones could exhaust the stack of whoever walks them. */
const DOCUMENT_DEPTH_MAX = 100;

/** An object with these members and no others. */
export function object(required: Rules, optional: Rules = {}): FieldRule {
  return (value, path) => {
    if (!isObject(value)) throw wrongType(path, 'an object', value);
    checkMembers(value, path, required, optional);
  };
}

/** The members of an object that is known to be one: what is missing is said before what nobody knows, as the real API does. */
export function checkMembers(value: JsonObject, path: string, required: Rules, optional: Rules): void {
  for (const name of Object.keys(required)) {
    if (!Object.hasOwn(value, name)) throw missing(`${path}.${name}`);
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(required, name) && !Object.hasOwn(optional, name)) throw unknownParameter(`${path}.${name}`);
  }
  for (const name of Object.keys(required)) required[name](value[name], `${path}.${name}`);
  for (const name of Object.keys(optional)) {
    const member = value[name];
    if (member !== undefined && member !== null) optional[name](member, `${path}.${name}`);
  }
}

/** A variant of a tagged union: the tag itself was read already. */
export function variant(required: Rules = {}, optional: Rules = {}): FieldRule {
  return object(required, { ...optional, type: anything });
}

/** One of several objects, told apart by `type`. */
export function tagged(variants: Rules): FieldRule {
  return (value, path) => variants[tagOf(value, path, Object.keys(variants))](value, path);
}

export interface ListBounds {
  /** What the entries are, in the plural. */
  readonly noun?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export function list(
  rule: FieldRule,
  { noun = 'objects', minimum = 0, maximum = Number.POSITIVE_INFINITY }: ListBounds = {},
): FieldRule {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, `an array of ${noun}`, value);
    checkLength(value, path, minimum, maximum);
    value.forEach((entry, index) => {
      rule(entry, `${path}[${index}]`);
    });
  };
}

/** One of the given strings. */
export function oneOf(...choices: readonly string[]): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, `one of ${alternatives(choices)}`, value);
    if (!choices.includes(value)) throw unsupportedValue(path, value, choices);
  };
}

/** An identifier that the API gave out for a thing of this kind. */
export function idOf(prefix: string): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string', value);
    if (!value.startsWith(prefix)) {
      throw invalidRequest(
        `Invalid '${path}': '${shown(value)}'. Expected an ID that begins with '${prefix}'.`,
        path,
        'invalid_value',
      );
    }
  };
}

/** An object whose values all follow the rule. */
export function mapOf(rule: FieldRule): FieldRule {
  return (value, path) => {
    if (!isObject(value)) throw wrongType(path, 'an object', value);
    for (const [name, entry] of Object.entries(value)) rule(entry, `${path}.${shown(name)}`);
  };
}

/** Any JSON value of the client's own. */
export const anyJson: FieldRule = (value, path) => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DOCUMENT_DEPTH_MAX) throw tooDeep(path);
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
};

/** A JSON object of the client's own. */
export const document: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  anyJson(value, path);
};

/** "'a', 'b', or 'c'", long names shortened. */
export function alternatives(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${abbreviate(choice)}'`);
  return quoted.length < 3 ? quoted.join(' or ') : `${quoted.slice(0, -1).join(', ')}, or ${quoted.at(-1)}`;
}

export function abbreviate(name: string): string {
  return name.length > FULL_NAME_CHARACTERS ? `${name.slice(0, 3)}...${name.slice(-3)}` : name;
}

function tooDeep(path: string): Error {
  return invalidRequest(
    `Invalid '${path}': nested too deeply. Expected at most ${DOCUMENT_DEPTH_MAX} levels.`,
    path,
    'invalid_value',
  );
}
