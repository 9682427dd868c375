/**
 * How a higher layer covers a lower one: objects merge key by key, arrays and scalars replace, and an object that names a
 * `distribution` replaces the lower one whole, because the parameters of two distributions do not mix.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import { isPlainObject, type PlainObject } from './plain-data.js';

/** The merged value; neither argument is changed. */
export function merge(lower: unknown, upper: unknown): unknown {
  if (upper === undefined) return lower;
  if (isPlainObject(lower)) {
    // A section whose keys are all commented out reads as null: it says nothing.
    if (upper === null) return lower;
    if (!isPlainObject(upper) || Object.hasOwn(upper, 'distribution')) return upper;
    const merged: PlainObject = { ...lower };
    for (const [key, value] of Object.entries(upper)) {
      merged[key] = merge(Object.hasOwn(lower, key) ? lower[key] : undefined, value);
    }
    return merged;
  }
  // A scalar where a section belongs is a mistake of the lower layer: it must survive to be reported.
  return isPlainObject(upper) && lower !== undefined && lower !== null ? lower : upper;
}

function isObjectSchema(schema: JsonSchema): boolean {
  return schema.type === 'object';
}

/** The value with every absent key that has a default filled in, at any depth; what does not fit the schema stays as it is. */
export function withDefaults(schema: JsonSchema, given: unknown): unknown {
  const empty = given === undefined || (given === null && isObjectSchema(schema));
  const value = empty ? structuredClone(schema.default ?? (isObjectSchema(schema) ? {} : schema.default)) : given;
  if (!isPlainObject(value) || !isObjectSchema(schema)) return value;
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
