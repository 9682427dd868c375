/**
 * Cuts the schemas of the replies that the simulator writes, with everything they refer to, out of OpenAI's OpenAPI document and
 * saves them as one self-contained JSON Schema (draft 2020-12) for the tests.
 *
 *   tsx scripts/extract-openai-schemas.ts openai.openapi.json
 *
 * Source of the document: https://github.com/openai/openai-openapi (MIT licence). Only what decides validity is kept.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/kernel/package-root.js';

const TARGET = 'test/schemas/openai.json';
const ROOTS = [
  'CreateChatCompletionResponse',
  'CreateChatCompletionStreamResponse',
  'ListModelsResponse',
  'Model',
  'ErrorResponse',
];
const REFERENCE = '#/components/schemas/';
/** Keywords whose value is a schema, a list of schemas or a map of schemas. */
const ONE = ['items', 'additionalProperties', 'not'];
const SEVERAL = ['anyOf', 'oneOf', 'allOf'];
const NAMED = ['properties', 'patternProperties'];
/** Keywords that are kept as they stand. */
const PLAIN = [
  'type',
  'enum',
  'const',
  'format',
  'required',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
/** Keywords that explain a schema, or serve code generators, and reject no value. */
const IGNORED = ['description', 'title', 'example', 'examples', 'default', 'deprecated', 'discriminator', 'nullable'];

type Schema = { readonly [keyword: string]: unknown };

interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

/** A draft 2020-12 schema that accepts the same values; `refer` is told the name of every schema that it refers to. */
function convert(schema: unknown, refer: (name: string) => void): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const source = schema as Schema;
  const converted = convertKeywords(source, refer);
  return source.nullable === true ? acceptNull(converted) : converted;
}

function convertKeywords(source: Schema, refer: (name: string) => void): Schema {
  const converted: { [keyword: string]: unknown } = {};
  for (const [keyword, value] of Object.entries(source)) {
    if (keyword === '$ref') converted.$ref = convertReference(String(value), refer);
    else if (ONE.includes(keyword)) converted[keyword] = convert(value, refer);
    else if (SEVERAL.includes(keyword)) converted[keyword] = (value as Schema[]).map((part) => convert(part, refer));
    else if (NAMED.includes(keyword)) {
      const entries = Object.entries(value as Schema);
      converted[keyword] = Object.fromEntries(entries.map(([name, part]) => [name, convert(part, refer)]));
    } else if (PLAIN.includes(keyword)) converted[keyword] = value;
    else if (!IGNORED.includes(keyword) && !keyword.startsWith('x-')) throw new Error(`unknown keyword ${keyword}`);
  }
  return converted;
}

function convertReference(reference: string, refer: (name: string) => void): string {
  if (!reference.startsWith(REFERENCE)) throw new Error(`cannot follow the reference ${reference}`);
  const name = reference.slice(REFERENCE.length);
  refer(name);
  return `#/$defs/${name}`;
}

/** OpenAPI 3.0's `nullable` in the words of JSON Schema. */
function acceptNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

function extract({ components, info }: OpenApiDocument): object {
  const definitions: { [name: string]: unknown } = {};
  const waiting = [...ROOTS];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(definitions, name)) continue;
    const schema = components.schemas[name];
    if (schema === undefined) throw new Error(`the document has no schema ${name}`);
    definitions[name] = convert(schema, (referred) => waiting.push(referred));
  }
  const sorted = Object.fromEntries(Object.entries(definitions).sort(([left], [right]) => (left < right ? -1 : 1)));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'openai',
    $comment:
      `Extracted by scripts/extract-openai-schemas.ts from "${info.title}" ${info.version}, ` +
      'https://github.com/openai/openai-openapi, Copyright (c) OpenAI, MIT licence. Do not edit.',
    $defs: sorted,
  };
}

const [documentPath] = process.argv.slice(2);
if (documentPath === undefined) {
  console.error('usage: tsx scripts/extract-openai-schemas.ts OPENAPI_DOCUMENT.json');
  process.exitCode = 2;
} else {
  const schemas = extract(JSON.parse(readFileSync(documentPath, 'utf8')));
  writeFileSync(join(packageRoot, TARGET), `${JSON.stringify(schemas, null, 2)}\n`);
  console.log(`wrote ${TARGET}`);
}
