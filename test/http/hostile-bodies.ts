/**
 * Bodies that no client should send: valid ones with fields removed, of another type, out of every range, or added where the provider's
 * published schema knows a field that the body did not use. Everything is JSON text, so that what JavaScript objects cannot hold
 * (an own `__proto__`, a number beyond doubles, nesting deeper than a stack) is in it.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { SchemaProvider } from '../schemas/published-schema.js';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

const NESTING_LEVELS = 20_000;
const LONG = 5_000;

/** Texts that stand for themselves in the body, unquoted. */
const RAW: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '0.5',
  '1e308',
  '1e400',
  '-1e400',
  '9007199254740993',
  '123456789012345678901234567890',
  '""',
  '"x"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  `"${'é'.repeat(LONG)}"`,
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '{"type":"x"}',
  '{"type":{"type":"text"}}',
  '{"__proto__":{"type":"text"}}',
  '{"__proto__":null,"constructor":1,"toString":2,"hasOwnProperty":3}',
  '{"length":1e9}',
  '{"$ref":"#"}',
  '{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}',
  `[${Array(LONG).fill('0').join(',')}]`,
  '['.repeat(NESTING_LEVELS) + ']'.repeat(NESTING_LEVELS),
  `${'{"a":'.repeat(NESTING_LEVELS)}1${'}'.repeat(NESTING_LEVELS)}`,
];
const STRANGE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', '', '\u0000', '\ud800', 'length', '0'];

/** Whole bodies that are no JSON documents. */
export const BROKEN_BODIES: readonly (string | Uint8Array<ArrayBuffer>)[] = [
  '',
  ' ',
  '{',
  '{"model":',
  '{"model":"a",}',
  '\ufeff{}',
  '{} {}',
  'NaN',
  new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  new Uint8Array([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
];
/** Whole bodies that are documents, and none that an API asks for. */
export const STRANGE_BODIES: readonly string[] = RAW;

interface Change {
  /** Chooses one of the body's places. */
  readonly place: number;
  readonly kind: 'remove' | 'replace' | 'add' | 'repeat';
  readonly key: string;
  /** An index into RAW. */
  readonly raw: number;
}

/** One to four changes to one of the bodies; `fields` are names that may matter to whoever reads the body. */
export function hostileBody(bodies: readonly JsonValue[], fields: readonly string[]): fc.Arbitrary<string> {
  const change: fc.Arbitrary<Change> = fc.record({
    place: fc.nat(),
    kind: fc.constantFrom('remove', 'replace', 'replace', 'add', 'add', 'repeat'),
    key: fc.constantFrom(...STRANGE_KEYS, ...fields, ...fields),
    raw: fc.nat(RAW.length - 1),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constantFrom(...bodies), changes).map(([body, list]) => textOf(list.reduce(changed, body)));
}

/** The property names of a definition and of all that it refers to, of an object or of the alternatives of one. */
export function fieldsOf(provider: SchemaProvider, definition: string | undefined): string[] {
  if (definition === undefined) return [];
  const { $defs } = JSON.parse(readFileSync(new URL(`../schemas/${provider}.json`, import.meta.url), 'utf8'));
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === '$ref') visitDefinition(String(value).slice('#/$defs/'.length));
      else if (keyword === 'properties') for (const name of Object.keys(value)) names.add(name);
      visit(value);
    }
  };
  const visitDefinition = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    visit($defs[name]);
  };
  visitDefinition(definition);
  return [...names];
}

/** Marks a text of RAW in a value until the value is text. No body of a test contains the character. */
const MARK = '\uf8ff';

function textOf(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(new RegExp(`"${MARK}(\\d+)"`, 'g'), (_, index) => RAW[Number(index)]);
}

function changed(body: JsonValue, { place, kind, key, raw }: Change): JsonValue {
  const copy = structuredClone(body);
  const containers = containersOf(copy);
  if (containers.length === 0) return copy;
  const container = containers[place % containers.length];
  const keys = Object.keys(container);
  const value = MARK + raw;
  if (kind === 'add' || keys.length === 0) {
    if (Array.isArray(container)) container.push(value);
    else Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
    return copy;
  }
  const chosen = keys[Math.floor(place / containers.length) % keys.length];
  const target = container as { [key: string]: JsonValue };
  if (kind === 'replace') target[chosen] = value;
  else if (kind === 'repeat') target[chosen] = [target[chosen], target[chosen]];
  else if (Array.isArray(container)) container.splice(Number(chosen), 1);
  else delete target[chosen];
  return copy;
}

/** The value's objects and arrays, itself first. */
function containersOf(value: JsonValue): (JsonValue[] | { [key: string]: JsonValue })[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersOf)];
}
