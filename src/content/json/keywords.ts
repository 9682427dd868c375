/**
 * The keywords of JSON Schema that say something about the value itself, each as a function from facets to facets. Keywords that bring
 * in other schemas ($ref, allOf, anyOf, not, …) are the facet reader's. What has the wrong type is passed over.
 */

import { isObject } from '../../kernel/json-object.js';
import {
  ARRAY,
  BOOLEAN,
  commonValues,
  type Facets,
  FRACTION,
  INTEGER,
  type ItemRule,
  NULL,
  NUMBER,
  OBJECT,
  type PropertyRule,
  STRING,
} from './facets.js';
import { countIn, isSchema, numberIn, type Schema, type SchemaObject, schemasIn, textsIn } from './schema.js';

type Keyword = (facets: Facets, value: unknown, schema: SchemaObject) => Partial<Facets> | undefined;

const TYPES: { readonly [name: string]: number } = {
  null: NULL,
  boolean: BOOLEAN,
  integer: INTEGER,
  number: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
};
/** Formats that make a number whole. */
const INTEGER_FORMATS = new Set(['int32', 'int64', 'uint32', 'uint64']);

/** Sets a numeric facet to the narrower of two bounds. */
function bound<Name extends keyof Facets>(
  name: Name,
  narrower: (one: number, other: number) => number,
  read: (value: unknown) => number | undefined,
): Keyword {
  return (facets, value) => {
    const limit = read(value);
    return limit === undefined ? undefined : { [name]: narrower(facets[name] as number, limit) };
  };
}

const TABLE: { readonly [keyword: string]: Keyword } = {
  type: (facets, value, schema) => {
    const types = maskOf(value);
    const nullable = schema.nullable === true ? NULL : 0;
    return types === 0 ? undefined : { types: facets.types & (types | nullable) };
  },
  const: (facets, value) => ({ values: commonValues(facets.values, [value]) }),
  enum: (facets, value) => (Array.isArray(value) ? { values: commonValues(facets.values, value) } : undefined),
  examples: (facets, value) => (Array.isArray(value) ? { samples: [...facets.samples, ...value] } : undefined),
  example: (facets, value) => ({ samples: [...facets.samples, value] }),
  default: (facets, value) => ({ samples: [...facets.samples, value] }),

  minimum: bound('minimum', Math.max, numberIn),
  maximum: bound('maximum', Math.min, numberIn),
  exclusiveMinimum: bound('exclusiveMinimum', Math.max, numberIn),
  exclusiveMaximum: bound('exclusiveMaximum', Math.min, numberIn),
  multipleOf: (facets, value) => {
    const step = numberIn(value);
    return step === undefined || step <= 0 ? undefined : { multiples: [...facets.multiples, step] };
  },

  minLength: bound('minLength', Math.max, countIn),
  maxLength: bound('maxLength', Math.min, countIn),
  pattern: (facets, value) => (typeof value === 'string' ? { patterns: [...facets.patterns, value] } : undefined),
  format: (facets, value) => {
    if (typeof value !== 'string') return undefined;
    if (!INTEGER_FORMATS.has(value)) return { formats: [...facets.formats, value] };
    return { types: facets.types & ~FRACTION };
  },

  minItems: bound('minItems', Math.max, countIn),
  maxItems: bound('maxItems', Math.min, countIn),
  uniqueItems: (_, value) => (value === true ? { hasUniqueItems: true, isPartial: true } : undefined),
  contains: (facets, value, schema) => {
    if (!isSchema(value)) return undefined;
    const least = countIn(schema.minContains) ?? 1;
    return { containments: [...facets.containments, { schema: value, least }], isPartial: true };
  },

  minProperties: bound('minProperties', Math.max, countIn),
  maxProperties: bound('maxProperties', Math.min, countIn),
  required: (facets, value) => ({ required: [...new Set([...facets.required, ...textsIn(value)])] }),
  propertyNames: (facets, value) =>
    isSchema(value) ? { nameSchemas: [...facets.nameSchemas, value], isPartial: true } : undefined,
  dependentRequired: (facets, value) => dependents(facets, value),
  dependentSchemas: (facets, value) => dependents(facets, value),
  dependencies: (facets, value) => dependents(facets, value),
  unevaluatedProperties: (_, value) => (value === false ? { isClosed: true, isPartial: true } : { isPartial: true }),
  unevaluatedItems: () => ({ isPartial: true }),
};

export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(Object.entries(TABLE));

/** What the schema's keywords say of properties, taken together; undefined when it has none of them. */
export function propertyRuleOf(schema: SchemaObject): PropertyRule | undefined {
  const { properties, patternProperties, additionalProperties } = schema;
  const patterns = isObject(patternProperties)
    ? Object.entries(patternProperties).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    : [];
  const additional = isSchema(additionalProperties) ? additionalProperties : undefined;
  if (!isObject(properties) && patterns.length === 0 && additional === undefined) return undefined;
  return { properties: isObject(properties) ? properties : {}, patterns, additional };
}

/** What the schema's keywords say of items, as 2020-12 and as earlier drafts write it; undefined when it has none of them. */
export function itemRuleOf(schema: SchemaObject): ItemRule | undefined {
  const { items, prefixItems, additionalItems, unevaluatedItems } = schema;
  if (Array.isArray(items)) {
    return { first: schemasIn(items), rest: isSchema(additionalItems) ? additionalItems : undefined };
  }
  if (!isSchema(items) && !Array.isArray(prefixItems)) return undefined;
  if (isSchema(items)) return { first: schemasIn(prefixItems), rest: items };
  return { first: schemasIn(prefixItems), rest: unevaluatedItems === false ? false : undefined };
}

function dependents(facets: Facets, value: unknown): Partial<Facets> | undefined {
  if (!isObject(value)) return undefined;
  const dependentNames = [...facets.dependentNames];
  const dependentSchemas = [...facets.dependentSchemas];
  for (const [name, dependent] of Object.entries(value)) {
    if (Array.isArray(dependent)) dependentNames.push([name, textsIn(dependent)]);
    else if (isSchema(dependent)) dependentSchemas.push([name, dependent]);
  }
  return { dependentNames, dependentSchemas, isPartial: true };
}

/** The types that the keyword "type" allows; 0 when it says nothing that makes sense. */
export function maskOf(type: unknown): number {
  let mask = 0;
  for (const name of typeof type === 'string' ? [type] : textsIn(type)) {
    if (Object.hasOwn(TYPES, name)) mask |= TYPES[name] as number;
  }
  return mask;
}
