/**
 * Type and range checks of request fields with the sentences, codes and params of OpenAI's own validation
 * ("Invalid type for 'temperature': expected a decimal, but got a string instead.", code invalid_type). A rule is a function that
 * throws ApiError; fields that are null count as absent, as they do there.
 */
import { invalidRequest } from './errors.js';

export type JsonObject = { readonly [key: string]: unknown };

/** Checks one field's value, which is neither undefined nor null; `path` is the param of an error. */
export type FieldRule = (value: unknown, path: string) => void;

/** Runs the table's rules over the object's fields; says which field nobody knows. */
export function checkFields(object: JsonObject, rules: { readonly [field: string]: FieldRule }): void {
  for (const field of Object.keys(object)) {
    if (!Object.hasOwn(rules, field))
      throw invalidRequest(`Unrecognized request argument supplied: ${field}`, null, null);
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

export function unsupportedValue(path: string, value: string, choices: readonly string[]): Error {
  const quoted = choices.map((choice) => `'${choice}'`);
  const list = quoted.length < 3 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
  return invalidRequest(`Invalid value: '${value}'. Supported values are: ${list}.`, path, 'invalid_value');
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

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
