/** Requests that are rejected, and the sentences that fields of every endpoint are rejected with. */
import type { Json } from '../chat-client.js';
import type { ExpectedError } from './post.js';

/** What is wrong, the fields that are, and what the request is answered with. */
export type Case = readonly [what: string, fields: Json, expected: ExpectedError];

export const missing = (param: string): ExpectedError => ({
  message: `Missing required parameter: '${param}'.`,
  param,
  code: 'missing_required_parameter',
});
export const mistyped = (param: string, expected: string, got: string): ExpectedError => ({
  message: `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
  param,
  code: 'invalid_type',
});
export const unsupported = (param: string, value: string, choices: string): ExpectedError => ({
  message: `Invalid value: '${value}'. Supported values are: ${choices}.`,
  param,
  code: 'invalid_value',
});
export const unknown = (param: string): ExpectedError => ({
  message: `Unknown parameter: '${param}'.`,
  param,
  code: 'unknown_parameter',
});
export const emptyArray = (param: string): ExpectedError => ({
  message: `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
  param,
  code: 'empty_array',
});
export const tooLong = (param: string, most: number, got: number): ExpectedError => ({
  message: `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${got} instead.`,
  param,
  code: 'string_above_max_length',
});
export const noMatch = (param: string, pattern: string): ExpectedError => ({
  message: `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`,
  param,
  code: 'invalid_value',
});
