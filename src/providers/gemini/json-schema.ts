/**
 * The API's OpenAPI-like schemas as JSON Schema, for content that satisfies them. Types lose their capitals, `nullable` becomes a type,
 * properties come in the order that propertyOrdering asks for.
 */
import type { Schema } from './messages/schema.js';

type JsonSchema = { readonly [keyword: string]: unknown };

const SAME_NAMED = [
  'title',
  'description',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'required',
] as const;
/** Formats of strings that JSON Schema knows too; the API's others say how a number is stored, or nothing. */
const STRING_FORMATS = new Set([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'uri',
  'uuid',
  'hostname',
  'ipv4',
  'ipv6',
]);

export function toJsonSchema(schema: Schema): JsonSchema {
  const plain = { ...constraintsOf(schema), ...childrenOf(schema) };
  if (schema.nullable !== true) return plain;
  const type = plain.type;
  if (typeof type !== 'string') return { anyOf: [plain, { type: 'null' }] };
  const nullable: JsonSchema = { ...plain, type: [type, 'null'] };
  return schema.enum === undefined ? nullable : { ...nullable, enum: [...schema.enum, null] };
}

function constraintsOf(schema: Schema): JsonSchema {
  const result: { [keyword: string]: unknown } = {};
  if (schema.type !== undefined && schema.type !== 'TYPE_UNSPECIFIED') result.type = schema.type.toLowerCase();
  for (const keyword of SAME_NAMED) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  if (schema.format !== undefined && STRING_FORMATS.has(schema.format)) result.format = schema.format;
  if (schema.enum !== undefined) result.enum = schema.enum;
  return result;
}

function childrenOf({ items, properties, propertyOrdering, anyOf }: Schema): JsonSchema {
  return {
    ...(items !== undefined && { items: toJsonSchema(items) }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(toJsonSchema) }),
    // The API's schemas have no word for further properties, and its models write none.
    ...(properties !== undefined && {
      properties: toProperties(properties, propertyOrdering ?? []),
      additionalProperties: false,
    }),
  };
}

function toProperties(properties: ReadonlyMap<string, Schema>, ordering: readonly string[]): JsonSchema {
  const first = ordering.filter((name) => properties.has(name));
  const names = new Set([...first, ...properties.keys()]);
  // fromEntries defines own properties whatever their names are.
  return Object.fromEntries([...names].map((name) => [name, toJsonSchema(properties.get(name)!)]));
}
