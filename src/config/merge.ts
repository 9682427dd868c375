/**
 * How a higher layer covers a lower one: objects merge key by key, arrays and scalars replace, and an object that names a
 * `distribution` replaces the lower one whole, because the parameters of two distributions do not mix. What belongs to the lower
 * distribution goes with it: a time to first token that somebody measured is not to grow by the prefill of somebody else's.
 */
import type { JsonSchema, JsonType } from '../kernel/json-schema.js';
import { isPlainObject, type PlainObject } from './plain-data.js';

/** The merged value; neither argument is changed. @param schema of the value, where it has one */
export function merge(lower: unknown, upper: unknown, schema: JsonSchema | undefined): unknown {
  if (upper === undefined) return lower;
  if (saysNothing(upper) && accepts(schema, 'object') && lower !== undefined && lower !== null) return lower;
  if (isPlainObject(lower)) {
    // A section whose keys are all commented out reads as null: it says nothing.
    if (upper === null) return lower;
    if (!isPlainObject(upper) || replacesWhole(lower, upper, schema)) return upper;
    const merged: PlainObject = withoutBelongings(lower, upper, schema);
    for (const [key, value] of Object.entries(upper)) {
      merged[key] = merge(Object.hasOwn(lower, key) ? lower[key] : undefined, value, schemaOf(schema, key));
    }
    return merged;
  }
  if (!isPlainObject(upper) || lower === undefined || lower === null) return upper;
  // A scalar where a section belongs is a mistake of the lower layer, which must survive to be reported; a length may be a number.
  return typeof lower === 'number' && accepts(schema, 'integer') ? upper : lower;
}

function saysNothing(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0;
}

/** Distributions do not mix, nor does one with the percentiles that a length may have in its place. */
function replacesWhole(lower: PlainObject, upper: PlainObject, schema: JsonSchema | undefined): boolean {
  // Keys that are names, such as those of models, mean nothing here.
  if (typeof schema?.additionalProperties === 'object') return false;
  if (Object.hasOwn(upper, 'distribution')) return true;
  return Object.hasOwn(lower, 'distribution') && (Object.hasOwn(upper, 'p50') || Object.hasOwn(upper, 'p95'));
}

/** A copy of the lower object without what belongs to the distributions that the upper one replaces. */
function withoutBelongings(lower: PlainObject, upper: PlainObject, schema: JsonSchema | undefined): PlainObject {
  const kept = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    if (!isPlainObject(value) || !Object.hasOwn(value, 'distribution')) continue;
    for (const belonging of schemaOf(schema, key)?.['x-belongings'] ?? []) delete kept[belonging];
  }
  return kept;
}

function schemaOf(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties } = schema ?? {};
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function accepts(schema: JsonSchema | undefined, type: JsonType): boolean {
  return schema?.type !== undefined && [schema.type].flat().includes(type);
}

function isObjectSchema(schema: JsonSchema): boolean {
  return accepts(schema, 'object');
}

/** A section of which nothing is said is one of defaults. */
function orDefault(schema: JsonSchema, given: unknown): unknown {
  if (!isObjectSchema(schema)) return given === undefined ? structuredClone(schema.default) : given;
  const empty = given === undefined || given === null || saysNothing(given);
  return empty ? structuredClone(schema.default ?? {}) : given;
}

/** The value with every absent key that has a default filled in, at any depth; what does not fit the schema stays as it is. */
export function withDefaults(schema: JsonSchema, given: unknown): unknown {
  const value = orDefault(schema, given);
  if (!isPlainObject(value) || !isObjectSchema(schema)) return value;
  // Percentiles of lengths: a mapping that names no distribution.
  if (schema.else !== undefined && !Object.hasOwn(value, 'distribution'))
    return withDefaults({ type: 'object', ...schema.else }, value);
  const { properties = {}, additionalProperties } = schema;
  const filled: PlainObject = { ...value };
  for (const [key, property] of Object.entries(properties)) {
    const present = Object.hasOwn(value, key);
    if (present || 'default' in property) filled[key] = withDefaults(property, present ? value[key] : undefined);
  }
  if (typeof additionalProperties === 'object') {
    for (const key of Object.keys(value)) filled[key] = withDefaults(additionalProperties, value[key]);
  }
  return filled;
}
