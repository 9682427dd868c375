/**
 * Closes the objects of a JSON Schema document: published schemas leave them open for later fields, but a field of ours that they do not
 * know is a slip of the pen, and strict clients break on it. A definition that other schemas extend (through `allOf`, or beside their own
 * properties) is kept open there, under the name `<name>.open`, and the whole is closed instead.
 */

export type Schema = { readonly [keyword: string]: unknown };
type Definitions = { readonly [name: string]: Schema };

const DEFINITION = '#/$defs/';
/** Marks the variant of a definition that accepts further properties; no published name ends like this. */
const OPEN = '.open';
/** Keywords that apply to the same value as the schema that holds them. */
const IN_PLACE = ['anyOf', 'oneOf', 'allOf', '$ref'];
/** Keywords that apply to a part of the value. */
const MAPS = ['properties', 'patternProperties'];
const PARTS = ['items', 'additionalProperties', 'propertyNames'];

/** The document with every object closed that does not say itself what else it takes. */
export function closeSchema(document: Schema): Schema {
  const source = document.$defs as Definitions;
  const closed = Object.entries(source).map(([name, schema]) => [name, convert(schema, false)]);
  const open = Object.entries(source).map(([name, schema]) => [name + OPEN, convert(schema, true)]);
  return { ...document, $defs: Object.fromEntries([...closed, ...open]) };
}

/** @param extended whether further properties are the business of a schema around this one */
function convert(schema: unknown, extended: boolean): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const source = schema as Schema;
  const closing = !extended && isObject(source) && source.additionalProperties === undefined;
  // What stands beside this schema's own properties, or in its allOf, sees only some of the properties.
  const partial = extended || isObject(source);
  const converted = Object.entries(source).map(([keyword, value]) => [
    keyword,
    convertKeyword(keyword, value, partial),
  ]);
  return { ...Object.fromEntries(converted), ...(closing && { unevaluatedProperties: false }) };
}

/** Whether the schema itself, and not only an alternative in it, lists properties. */
function isObject(schema: Schema): boolean {
  return schema.properties !== undefined || schema.allOf !== undefined;
}

function convertKeyword(keyword: string, value: unknown, partial: boolean): unknown {
  if (keyword === '$ref') return partial && String(value).startsWith(DEFINITION) ? value + OPEN : value;
  if (IN_PLACE.includes(keyword)) return (value as Schema[]).map((part) => convert(part, partial));
  if (MAPS.includes(keyword)) {
    const entries = Object.entries(value as Schema).map(([name, part]) => [name, convert(part, false)]);
    return Object.fromEntries(entries);
  }
  return PARTS.includes(keyword) ? convert(value, false) : value;
}
