/**
 * Cuts the schemas of the requests, replies and stream events that the simulator speaks, with everything they refer to, out of OpenAI's
 * OpenAPI document and saves them as one self-contained JSON Schema (draft 2020-12), one definition a line.
 *
 *   npx tsx scripts/extract-openai-schemas.ts openai.openapi.json
 *
 * Source of the document: https://github.com/openai/openai-openapi (MIT licence). Only what decides validity is kept, objects stay open
 * as they are in the document, and where the document contradicts itself or the service, CORRECTIONS says so.
 */
import { readFileSync } from 'node:fs';
import { writeSchemas } from './schemas/write-schemas.js';

const TARGET = 'test/schemas/openai.json';
const ROOTS = [
  'CreateChatCompletionRequest',
  'CreateChatCompletionResponse',
  'CreateChatCompletionStreamResponse',
  'CreateCompletionRequest',
  'CreateCompletionResponse',
  'CreateEmbeddingRequest',
  'CreateEmbeddingResponse',
  'CreateModerationRequest',
  'CreateModerationResponse',
  'ListModelsResponse',
  'Model',
  'DeleteModelResponse',
  'CreateResponse',
  'Response',
  'ResponseStreamEvent',
  'ResponseItemList',
  'TokenCountsBody',
  'TokenCountsResource',
  'CompactResponseMethodPublicBody',
  'CompactResource',
  'ErrorResponse',
];
const REFERENCE = '#/components/schemas/';
/** Keywords whose value is a schema, a list of schemas or a map of schemas. */
const ONE = ['items', 'additionalProperties', 'propertyNames', 'not'];
const SEVERAL = ['anyOf', 'allOf'];
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
/** Keywords that explain a schema, or serve code generators, and reject no value; `$recursiveAnchor` is read where it is referred to. */
const IGNORED = [
  'description',
  'title',
  'example',
  'examples',
  'default',
  'deprecated',
  'discriminator',
  'nullable',
  '$recursiveAnchor',
];

type Schema = { readonly [keyword: string]: unknown };
type MutableSchema = { [keyword: string]: unknown };
type Definitions = { [name: string]: MutableSchema };

interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

/** Where a schema stands: the definition that holds it, and who is told the names that it refers to. */
interface Place {
  readonly definition: string;
  readonly refer: (name: string) => void;
}

/** A draft 2020-12 schema that accepts the same values. */
function convert(schema: unknown, place: Place): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const source = schema as Schema;
  const converted: MutableSchema = {};
  for (const [keyword, value] of Object.entries(source))
    Object.assign(converted, convertKeyword(keyword, value, place));
  // OpenAPI 3.0's `nullable` in the words of JSON Schema.
  return source.nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

function convertKeyword(keyword: string, value: unknown, place: Place): Schema {
  const { definition, refer } = place;
  if (keyword === '$ref') return { $ref: convertReference(String(value), refer) };
  if (keyword === '$recursiveRef') return { $ref: `#/$defs/${definition}` };
  // The document says oneOf for every union, also for those whose members overlap, and never means "not two of them".
  if (keyword === 'oneOf') return convertKeyword('anyOf', value, place);
  if (ONE.includes(keyword)) return { [keyword]: convert(value, place) };
  if (SEVERAL.includes(keyword)) return { [keyword]: (value as Schema[]).map((part) => convert(part, place)) };
  if (NAMED.includes(keyword)) {
    const entries = Object.entries(value as Schema).map(([name, part]) => [name, convert(part, place)]);
    return { [keyword]: Object.fromEntries(entries) };
  }
  if (PLAIN.includes(keyword)) return { [keyword]: value };
  if (IGNORED.includes(keyword) || keyword.startsWith('x-')) return {};
  throw new Error(`unknown keyword ${keyword} in ${definition}`);
}

function convertReference(reference: string, refer: (name: string) => void): string {
  if (!reference.startsWith(REFERENCE)) throw new Error(`cannot follow the reference ${reference}`);
  const name = reference.slice(REFERENCE.length);
  refer(name);
  return `#/$defs/${name}`;
}

const NULL = { type: 'null' };

/** Steps from a schema down to the one under the path, which must exist: a correction that no longer fits must be looked at. */
function part(schema: unknown, path: readonly (string | number)[]): MutableSchema {
  let current = schema as MutableSchema;
  for (const key of path) {
    if (current[key] === undefined) throw new Error(`nothing to correct at ${path.join('/')}`);
    current = current[key] as MutableSchema;
  }
  return current;
}

function alsoAccept(properties: MutableSchema, name: string, more: Schema): void {
  const known = part(properties, [name]);
  properties[name] = { anyOf: [known, more] };
}

/** Where the service, as the document's own descriptions and examples show it, sends what the document's schema does not accept. */
const CORRECTIONS: readonly ((definitions: Definitions) => void)[] = [
  // One schema serves whole and streamed completions; in a stream only the last chunk has a reason, and only the last of all has usage.
  ({ CreateCompletionResponse }) => {
    const properties = part(CreateCompletionResponse, ['properties']);
    alsoAccept(part(properties, ['choices', 'items', 'properties']), 'finish_reason', NULL);
    alsoAccept(properties, 'usage', NULL);
  },
  // With `echo` nothing precedes the first token, so it has no probability.
  ({ CreateCompletionResponse }) => {
    const choice = part(CreateCompletionResponse, ['properties', 'choices', 'items', 'properties']);
    const logprobs = part(choice, ['logprobs', 'anyOf', 0, 'properties']);
    for (const name of ['token_logprobs', 'top_logprobs']) alsoAccept(part(logprobs, [name]), 'items', NULL);
  },
  // A streamed call of a custom tool has its input where a function's has arguments, and spoken replies come in pieces: see
  // https://github.com/openai/openai-openapi/issues/576 and 577, and the official SDK's types.
  ({ ChatCompletionMessageToolCallChunk, ChatCompletionStreamResponseDelta }) => {
    const call = part(ChatCompletionMessageToolCallChunk, ['properties']);
    alsoAccept(call, 'type', { enum: ['custom'] });
    call.custom = { type: 'object', properties: { name: { type: 'string' }, input: { type: 'string' } } };
    part(ChatCompletionStreamResponseDelta, ['properties']).audio = {
      type: 'object',
      properties: {
        id: { type: 'string' },
        data: { type: 'string' },
        transcript: { type: 'string' },
        expires_at: { type: 'integer', format: 'unixtime' },
      },
    };
  },
  // With `encoding_format: base64` the vector is a string.
  ({ Embedding }) => alsoAccept(part(Embedding, ['properties']), 'embedding', { type: 'string', format: 'byte' }),
  // The examples carry these, and a response in progress has no usage yet.
  ({ Response, ModelResponseProperties }) => {
    const own = part(Response, ['allOf', 2, 'properties']);
    own.store = { type: 'boolean' };
    alsoAccept(own, 'usage', NULL);
    alsoAccept(part(ModelResponseProperties, ['properties']), 'user', NULL);
  },
  // `stream_options.include_obfuscation` describes a field of delta events that only the chat chunk's schema has.
  (definitions) => {
    const deltas = Object.entries(definitions).filter(([name]) => /^Response.*DeltaEvent$/.test(name));
    for (const [, schema] of deltas) part(schema, ['properties']).obfuscation = { type: 'string' };
  },
  // It stands for a JSON Schema, or for arguments.
  ({ EmptyModelParam }) => {
    EmptyModelParam.additionalProperties = true;
  },
  // The reply to DELETE /responses/{id} has an example and no schema.
  (definitions) => {
    definitions.DeleteResponseReply = {
      type: 'object',
      properties: { id: { type: 'string' }, object: { const: 'response' }, deleted: { const: true } },
      required: ['id', 'object', 'deleted'],
    };
  },
];

function extract({ components }: OpenApiDocument): Definitions {
  const definitions: Definitions = {};
  const waiting = [...ROOTS];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(definitions, name)) continue;
    const schema = components.schemas[name];
    if (schema === undefined) throw new Error(`the document has no schema ${name}`);
    const place = { definition: name, refer: (referred: string) => waiting.push(referred) };
    definitions[name] = convert(schema, place) as MutableSchema;
  }
  for (const correct of CORRECTIONS) correct(definitions);
  return definitions;
}

const [documentPath] = process.argv.slice(2);
if (documentPath === undefined) {
  console.error('usage: npx tsx scripts/extract-openai-schemas.ts OPENAPI_DOCUMENT.json');
  process.exitCode = 2;
} else {
  const document: OpenApiDocument = JSON.parse(readFileSync(documentPath, 'utf8'));
  writeSchemas({
    target: TARGET,
    id: 'openai',
    comment:
      `Extracted by scripts/extract-openai-schemas.ts from "${document.info.title}" ${document.info.version}, ` +
      'https://github.com/openai/openai-openapi, Copyright (c) OpenAI, MIT licence. Do not edit.',
    definitions: extract(document),
  });
}
