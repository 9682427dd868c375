/** The query parameters of the Responses endpoints, checked with the real API's wording: on the way they are all strings. */
import type { ApiRequest } from '../../contract.js';
import { invalidRequest, shown } from '../errors.js';
import { integer, unsupportedValue } from '../field-rules.js';
import { include } from './request-fields.js';

/** Names under which clients send the entries of a list. */
const INCLUDE_NAMES = ['include', 'include[]'];

/** What is to be included. */
export function includeQuery(call: ApiRequest): ReadonlySet<string> {
  const values = INCLUDE_NAMES.flatMap((name) => call.queryAll(name));
  values.forEach((value, index) => {
    include(value, `include[${index}]`);
  });
  return new Set(values);
}

export function booleanQuery({ query }: ApiRequest, name: string): boolean {
  const value = query(name);
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw wrongQuery(name, 'a boolean');
}

export function integerQuery(
  { query }: ApiRequest,
  name: string,
  { minimum, maximum = Number.MAX_SAFE_INTEGER }: { readonly minimum: number; readonly maximum?: number },
): number | undefined {
  const value = query(name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) throw wrongQuery(name, 'an integer');
  integer(minimum, maximum)(Number(value), name);
  return Number(value);
}

export function choiceQuery({ query }: ApiRequest, name: string, choices: readonly string[]): string | undefined {
  const value = query(name);
  if (value !== undefined && !choices.includes(value)) throw unsupportedValue(name, shown(value), choices);
  return value;
}

function wrongQuery(name: string, expected: string): Error {
  return invalidRequest(
    `Invalid type for '${name}': expected ${expected}, but got a string instead.`,
    name,
    'invalid_type',
  );
}
