/**
 * Checks of request fields in the words of Anthropic's own validation: the path with dots, a colon, the sentence
 * ("messages.0.content: Field required"). A rule is a function that throws ApiError; an optional field that is null counts as absent.
 */
import { isObject } from '../../kernel/json-object.js';
import { invalidRequest } from './errors.js';

/** Checks a value that is there; `path` names it in an error. */
export type FieldRule = (value: unknown, path: string) => void;

export interface Fields {
  readonly required?: { readonly [field: string]: FieldRule };
  readonly optional?: { readonly [field: string]: FieldRule };
}

/** How much an error repeats of what the client chose: a field's name may be as long as the body. */
const PATH_CHARS_SHOWN = 300;
const TAG_CHARS_SHOWN = 100;

/** An object with these fields and no others. */
export function objectOf({ required = {}, optional = {} }: Fields): FieldRule {
  return (value, path) => {
    if (!isObject(value)) throw invalid(path, 'Input should be a valid dictionary');
    for (const field of Object.keys(required)) {
      if (!Object.hasOwn(value, field)) throw invalid(join(path, field), 'Field required');
      required[field](value[field], join(path, field));
    }
    for (const field of Object.keys(value)) {
      if (Object.hasOwn(required, field)) continue;
      if (!Object.hasOwn(optional, field)) throw invalid(join(path, field), 'Extra inputs are not permitted');
      if (value[field] !== null) optional[field](value[field], join(path, field));
    }
  };
}

export interface ListBounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function listOf(
  rule: FieldRule,
  { atLeast = 0, atMost = Number.POSITIVE_INFINITY }: ListBounds = {},
): FieldRule {
  return (value, path) => {
    if (!Array.isArray(value)) throw invalid(path, 'Input should be a valid list');
    const { length } = value;
    if (length < atLeast)
      throw invalid(path, `List should have at least ${items(atLeast)} after validation, not ${length}`);
    if (length > atMost)
      throw invalid(path, `List should have at most ${items(atMost)} after validation, not ${length}`);
    for (let index = 0; index < length; index++) rule(value[index], `${path}.${index}`);
  };
}

/** Objects of several kinds, told apart by their `type`, which the path of what is inside them repeats. */
export function taggedBy(kinds: { readonly [type: string]: FieldRule }): FieldRule {
  return (value, path) => {
    if (!isObject(value)) throw invalid(path, 'Input should be a valid dictionary');
    if (!Object.hasOwn(value, 'type')) throw invalid(`${path}.type`, 'Field required');
    const { type } = value;
    if (typeof type !== 'string' || !Object.hasOwn(kinds, type)) throw unknownTag(path, type, Object.keys(kinds));
    kinds[type](value, `${path}.${type}`);
  };
}

export function unknownTag(path: string, tag: unknown, expected: readonly string[]): Error {
  const shown = typeof tag === 'string' ? tag.slice(0, TAG_CHARS_SHOWN) : typeof tag;
  const tags = [...expected].sort().map((name) => `'${name}'`);
  return invalid(
    path,
    `Input tag '${shown}' found using 'type' does not match any of the expected tags: ${tags.join(', ')}`,
  );
}

export const anything: FieldRule = () => {};

export const aBoolean: FieldRule = (value, path) => {
  if (typeof value !== 'boolean') throw invalid(path, 'Input should be a valid boolean');
};

export const anObject: FieldRule = (value, path) => {
  if (!isObject(value)) throw invalid(path, 'Input should be a valid dictionary');
};

export const aString: FieldRule = (value, path) => {
  if (typeof value !== 'string') throw invalid(path, 'Input should be a valid string');
};

export function text({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }: ListBounds): FieldRule {
  return (value, path) => {
    aString(value, path);
    const { length } = value as string;
    if (length < atLeast) throw invalid(path, `String should have at least ${characters(atLeast)}`);
    if (length > atMost) throw invalid(path, `String should have at most ${characters(atMost)}`);
  };
}

/** A string that the expression, as the API spells it, matches. */
export function textLike(pattern: string): FieldRule {
  const expression = new RegExp(pattern);
  return (value, path) => {
    aString(value, path);
    if (!expression.test(value as string)) throw invalid(path, `String should match pattern '${pattern}'`);
  };
}

export function oneOf(...choices: readonly string[]): FieldRule {
  const quoted = choices.map((choice) => `'${choice}'`);
  const list = quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return (value, path) => {
    if (!choices.includes(value as string)) throw invalid(path, `Input should be ${list}`);
  };
}

/** A number in [minimum, maximum]. */
export function decimal(minimum: number, maximum: number): FieldRule {
  return (value, path) => {
    if (typeof value !== 'number') throw invalid(path, 'Input should be a valid number');
    checkRange(value, path, minimum, maximum);
  };
}

export function integer(minimum: number, maximum = Number.POSITIVE_INFINITY): FieldRule {
  return (value, path) => {
    if (typeof value !== 'number') throw invalid(path, 'Input should be a valid integer');
    if (!Number.isInteger(value)) {
      throw invalid(path, 'Input should be a valid integer, got a number with a fractional part');
    }
    checkRange(value, path, minimum, maximum);
  };
}

/** What a sampling parameter may say for not being set: LangChain sent it with every request for years. */
export const UNSET = -1;

export function unsetOr(rule: FieldRule): FieldRule {
  return (value, path) => {
    if (value !== UNSET) rule(value, path);
  };
}

/** A string, or what the rule says: the two forms of every content of the API. */
export function stringOr(rule: FieldRule): FieldRule {
  return (value, path) => {
    if (typeof value !== 'string') rule(value, path);
  };
}

export function invalid(path: string, sentence: string): Error {
  return invalidRequest(path === '' ? sentence : `${path.slice(0, PATH_CHARS_SHOWN)}: ${sentence}`);
}

function checkRange(value: number, path: string, minimum: number, maximum: number): void {
  if (value < minimum) throw invalid(path, `Input should be greater than or equal to ${minimum}`);
  if (value > maximum) throw invalid(path, `Input should be less than or equal to ${maximum}`);
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

function items(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}
