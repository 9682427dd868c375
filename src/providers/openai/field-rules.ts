/**
 * Type and range checks of request fields with the sentences, codes and params of OpenAI's own validation
 * ("Invalid type for 'temperature': expected a decimal, but got a string instead.", code invalid_type). A rule is a function that
 * throws ApiError; fields that are null count as absent, as they do there. Sentences, codes and params are those that the API's
 * replies show.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { invalidRequest, shown, unknownParameter } from './errors.js';

/** Checks one field's value, which is neither undefined nor null; `path` is the param of an error. */
export type FieldRule = (value: unknown, path: string) => void;

export type FieldRules = { readonly [field: string]: FieldRule };

/** The longest string that the API takes anywhere: the text of a message. */
export const STRING_LENGTH_MAX = 10_485_760;

/** Runs the table's rules over a request's top-level fields; says which field nobody knows. */
export function checkFields(object: JsonObject, rules: FieldRules): void {
  const unknown = Object.keys(object).filter((field) => !Object.hasOwn(rules, field));
  if (unknown.length > 0) {
    const noun = unknown.length === 1 ? 'argument' : 'arguments';
    throw invalidRequest(`Unrecognized request ${noun} supplied: ${shown(unknown.join(', '))}`, null, null);
  }
  for (const field of Object.keys(rules)) {
    const value = object[field];
    if (value !== undefined && value !== null) rules[field](value, field);
  }
}

export const anything: FieldRule = () => {};

export const aString: FieldRule = (value, path) => {
  if (typeof value !== 'string') throw wrongType(path, 'a string', value);
};

export const aBoolean: FieldRule = (value, path) => {
  if (typeof value !== 'boolean') throw wrongType(path, 'a boolean', value);
};

export const anObject: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
};

export const anArray: FieldRule = (value, path) => {
  if (!Array.isArray(value)) throw wrongType(path, 'an array', value);
};

/** A number in [minimum, maximum]. */
export function decimal(minimum: number, maximum: number): FieldRule {
  return (value, path) => {
    if (typeof value !== 'number') throw wrongType(path, 'a decimal', value);
    checkRange(value, path, 'decimal', minimum, maximum);
  };
}

/** An integer in [minimum, maximum]. */
export function integer(minimum: number, maximum = Number.POSITIVE_INFINITY): FieldRule {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'an integer', value);
    checkRange(value, path, 'integer', minimum, maximum);
  };
}

/** One of the given strings. */
export function oneOf(...choices: readonly string[]): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string', value);
    if (!choices.includes(value)) throw unsupportedValue(path, value, choices);
  };
}

export interface StringLimits {
  readonly minLength?: number;
  /** In UTF-16 code units. */
  readonly maxLength?: number;
  /** Unanchored in itself; named in the error as written. */
  readonly pattern?: RegExp;
}

/** A string within limits. */
export function stringOf({ minLength = 0, maxLength = STRING_LENGTH_MAX, pattern }: StringLimits): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string', value);
    if (value.length < minLength) {
      throw invalidRequest(
        `Invalid '${path}': empty string. Expected a string with minimum length ${minLength}, but got an empty string instead.`,
        path,
        'empty_string',
      );
    }
    if (value.length > maxLength) {
      throw invalidRequest(
        `Invalid '${path}': string too long. Expected a string with maximum length ${maxLength}, but got a string with length ` +
          `${value.length} instead.`,
        path,
        'string_above_max_length',
      );
    }
    if (pattern !== undefined && !pattern.test(value)) {
      throw invalidRequest(
        `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '${pattern.source}'.`,
        path,
        'invalid_value',
      );
    }
  };
}

/** An array of [minLength, maxLength] items that all follow the rule; null items have the wrong type. */
export function arrayOf(rule: FieldRule, minLength = 0, maxLength = Number.POSITIVE_INFINITY): FieldRule {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, 'an array', value);
    checkLength(value, path, minLength, maxLength);
    for (const [index, item] of value.entries()) rule(item, `${path}[${index}]`);
  };
}

/** The number of an array's items. @throws ApiError for one outside [minLength, maxLength] */
export function checkLength(array: readonly unknown[], path: string, minLength: number, maxLength: number): void {
  if (array.length < minLength) {
    throw invalidRequest(
      `Invalid '${path}': empty array. Expected an array with minimum length ${minLength}, but got an empty array instead.`,
      path,
      'empty_array',
    );
  }
  if (array.length > maxLength) {
    throw invalidRequest(
      `Invalid '${path}': array too long. Expected an array with maximum length ${maxLength}, but got an array with length ` +
        `${array.length} instead.`,
      path,
      'array_above_max_length',
    );
  }
}

/** An object with these fields and no others, of which some must be there. */
export function objectOf(rules: FieldRules, required: readonly string[] = []): FieldRule {
  return (value, path) => {
    if (!isObject(value)) throw wrongType(path, 'an object', value);
    for (const field of Object.keys(value)) {
      if (!Object.hasOwn(rules, field)) throw unknownParameter(`${path}.${field}`);
    }
    checkKnownFields(value, path, rules, required);
  };
}

/** The fields that the table knows, of an object that may have others. */
export function checkKnownFields(
  object: JsonObject,
  path: string,
  rules: FieldRules,
  required: readonly string[] = [],
): void {
  for (const field of required) {
    if (object[field] === undefined || object[field] === null) throw missing(`${path}.${field}`);
  }
  for (const field of Object.keys(rules)) {
    const value = object[field];
    if (value !== undefined && value !== null) rules[field](value, `${path}.${field}`);
  }
}

/** The field by which objects of one place are told apart, which has to be one of the given strings. */
export function tagOf(value: unknown, path: string, tags: readonly string[], field = 'type'): string {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  const tag = value[field];
  if (tag === undefined || tag === null) throw missing(`${path}.${field}`);
  oneOf(...tags)(tag, `${path}.${field}`);
  return tag as string;
}

export function unsupportedValue(path: string, value: string, choices: readonly string[]): Error {
  return invalidRequest(
    `Invalid value: '${shown(value)}'. Supported values are: ${listOf(choices)}.`,
    path,
    'invalid_value',
  );
}

/** "'a', 'b', and 'c'", as the API lists values. */
export function listOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`);
  return quoted.length < 3 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

export function wrongType(path: string, expected: string, value: unknown): Error {
  return invalidRequest(
    `Invalid type for '${path}': expected ${expected}, but got ${nameType(value)} instead.`,
    path,
    'invalid_type',
  );
}

export function missing(path: string): Error {
  return invalidRequest(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
}

function checkRange(value: number, path: string, noun: string, minimum: number, maximum: number): void {
  if (value < minimum) {
    throw invalidRequest(
      `Invalid '${path}': ${noun} below minimum value. Expected a value >= ${minimum}, but got ${value} instead.`,
      path,
      `${noun}_below_min_value`,
    );
  }
  if (value > maximum) {
    throw invalidRequest(
      `Invalid '${path}': ${noun} above maximum value. Expected a value <= ${maximum}, but got ${value} instead.`,
      path,
      `${noun}_above_max_value`,
    );
  }
}

function nameType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'an integer' : 'a decimal number';
    case 'string':
      return 'a string';
    case 'boolean':
      return 'a boolean';
    default:
      return 'an object';
  }
}
