/**
 * What a value at one place of a document has to be: the keywords of all schemas that apply there, put together. Facets are plain
 * records whose lists are never changed in place, so that a copy is a spread and trying a branch of anyOf costs next to nothing.
 */
import { hashValue } from '../../kernel/content-hash.js';
import { isObject } from '../../kernel/json-object.js';
import { ownEntry, type Schema, type SchemaObject } from './schema.js';

/** JSON's types as bits; INTEGER and FRACTION together are "number". */
export const NULL = 1;
export const BOOLEAN = 2;
export const INTEGER = 4;
export const FRACTION = 8;
export const STRING = 16;
export const ARRAY = 32;
export const OBJECT = 64;
export const NUMBER = INTEGER | FRACTION;
export const ANY_TYPE = 127;

/** Most pairs of a rule and a required property that are looked at for values that contradict each other. */
const TAGS_LOOKED_AT_MAX = 2_000;

/** What one schema object says of the properties; another one says its own, and both hold. */
export interface PropertyRule {
  readonly properties: { readonly [name: string]: unknown };
  readonly patterns: readonly (readonly [source: string, schema: Schema])[];
  /** Of properties that are in neither; undefined: anything. */
  readonly additional: Schema | undefined;
}

export interface ItemRule {
  readonly first: readonly Schema[];
  /** Of the items after the first ones; undefined: anything. */
  readonly rest: Schema | undefined;
}

export interface Containment {
  readonly schema: Schema;
  readonly least: number;
}

/** One of the branches applies; each branch is a list of schemas that apply together. */
export interface Choice {
  readonly branches: readonly (readonly Schema[])[];
}

export interface Facets {
  readonly types: number;
  /** Of enum and const; undefined: no such keyword. */
  readonly values: readonly unknown[] | undefined;
  readonly excludedValues: readonly unknown[];

  readonly minimum: number;
  readonly maximum: number;
  readonly exclusiveMinimum: number;
  readonly exclusiveMaximum: number;
  readonly multiples: readonly number[];

  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly string[];
  readonly formats: readonly string[];

  readonly minItems: number;
  readonly maxItems: number;
  readonly hasUniqueItems: boolean;
  readonly itemRules: readonly ItemRule[];
  readonly containments: readonly Containment[];

  readonly minProperties: number;
  readonly maxProperties: number;
  readonly propertyRules: readonly PropertyRule[];
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
  readonly nameSchemas: readonly Schema[];
  /** Property names that ask for others, or for a schema, when they are there. */
  readonly dependentNames: readonly (readonly [name: string, others: readonly string[]])[];
  readonly dependentSchemas: readonly (readonly [name: string, schema: Schema])[];
  /** Only properties that a rule names may be there (unevaluatedProperties). */
  readonly isClosed: boolean;

  readonly choices: readonly Choice[];
  /** Values that the schema itself gives as examples. */
  readonly samples: readonly unknown[];
  /** The schemas that references led to. */
  readonly targets: readonly SchemaObject[];
  /** Whether there is a keyword that these facets do not express in full, so that a value may not validate. */
  readonly isPartial: boolean;
}

export const NO_FACETS: Facets = {
  types: ANY_TYPE,
  values: undefined,
  excludedValues: [],
  minimum: Number.NEGATIVE_INFINITY,
  maximum: Number.POSITIVE_INFINITY,
  exclusiveMinimum: Number.NEGATIVE_INFINITY,
  exclusiveMaximum: Number.POSITIVE_INFINITY,
  multiples: [],
  minLength: 0,
  maxLength: Number.POSITIVE_INFINITY,
  patterns: [],
  formats: [],
  minItems: 0,
  maxItems: Number.POSITIVE_INFINITY,
  hasUniqueItems: false,
  itemRules: [],
  containments: [],
  minProperties: 0,
  maxProperties: Number.POSITIVE_INFINITY,
  propertyRules: [],
  required: [],
  forbidden: [],
  nameSchemas: [],
  dependentNames: [],
  dependentSchemas: [],
  isClosed: false,
  choices: [],
  samples: [],
  targets: [],
  isPartial: false,
};

/** False when the facets contradict each other at first sight. */
export function isPossible(facets: Facets): boolean {
  const types = possibleTypes(facets);
  return types !== 0 && (facets.values === undefined || facets.values.some((value) => fits(facets, types, value)));
}

/** Whether the value is of one of the types and within the bounds, as far as can be told without looking into it. */
export function fits(facets: Facets, types: number, value: unknown): boolean {
  if ((types & typeOf(value)) === 0) return false;
  if (facets.excludedValues.some((excluded) => sameJson(excluded, value))) return false;
  if (typeof value === 'number') {
    return isInRange(facets, value) && facets.multiples.every((step) => Number.isInteger(value / step));
  }
  if (typeof value !== 'string') return true;
  const length = lengthOf(value);
  return length >= facets.minLength && length <= facets.maxLength;
}

export function isInRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Facets, value: number): boolean {
  return value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
}

/** The length as JSON Schema counts it: in characters, not in UTF-16 units. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** The types for which a value can exist. */
export function possibleTypes(facets: Facets): number {
  let { types } = facets;
  if (low(facets) > high(facets)) types &= ~NUMBER;
  if (facets.minLength > facets.maxLength) types &= ~STRING;
  if (facets.minItems > facets.maxItems) types &= ~ARRAY;
  if (Math.max(facets.minProperties, facets.required.length) > facets.maxProperties) types &= ~OBJECT;
  if (facets.required.some((name) => facets.forbidden.includes(name))) types &= ~OBJECT;
  if (types & OBJECT && !tagsAgree(facets)) types &= ~OBJECT;
  return types;
}

export function low(facets: Facets): number {
  return Math.max(facets.minimum, facets.exclusiveMinimum);
}

export function high(facets: Facets): number {
  return Math.min(facets.maximum, facets.exclusiveMaximum);
}

/** The values of both lists. */
export function commonValues(some: readonly unknown[] | undefined, others: readonly unknown[]): readonly unknown[] {
  return some === undefined ? others : some.filter((value) => others.some((other) => sameJson(value, other)));
}

/** Whether both mean the same JSON. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const hash = hashValue(one);
  return hashValue(other).every((word, index) => word === hash[index]);
}

/** The bit of the value's type. */
export function typeOf(value: unknown): number {
  if (value === null) return NULL;
  if (Array.isArray(value)) return ARRAY;
  if (typeof value === 'boolean') return BOOLEAN;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'number') return Number.isInteger(value) ? INTEGER : FRACTION;
  return OBJECT;
}

/** Whether the required properties that several rules give fixed values, or rule some out (the tags of a union), can have one. */
function tagsAgree({ required, propertyRules }: Facets): boolean {
  if (propertyRules.length < 2 || propertyRules.length * required.length > TAGS_LOOKED_AT_MAX) return true;
  return required.every((name) => {
    const schemas = propertyRules.map(({ properties }) => ownEntry(properties, name)).filter(isObject);
    const fixed = schemas.map(fixedValues).filter((values) => values !== undefined);
    if (fixed.length === 0) return true;
    const excluded = schemas.flatMap(({ not }) => (isObject(not) ? (fixedValues(not) ?? []) : []));
    const common = fixed.reduce((some, others) => commonValues(some, others));
    return common.some((value) => !excluded.some((other) => sameJson(value, other)));
  });
}

function fixedValues(schema: SchemaObject): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}
