/**
 * What is wrong with a schema, so that a provider can reject it as the real one does: against the meta-schema of its dialect, and whether
 * its references lead anywhere within it. Messages are worded as those of Python's jsonschema package, which providers pass on:
 * "'strin' is not valid under any of the given schemas", "[] is not of type 'object', 'boolean'".
 */
import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject } from '../../kernel/json-object.js';
import { exceededBound } from './bounds.js';
import { isExpression } from './pattern/pattern.js';
import { isSchema, type SchemaObject } from './schema.js';
import { referencesIn, SchemaIndex } from './schema-index.js';

export interface SchemaProblem {
  /** From the root of the schema to what is wrong: ["properties", "unit", "type"]. */
  readonly path: readonly string[];
  /** The keyword of the meta-schema that is violated ("type", "anyOf", "format" …), "$ref", or "bounds". */
  readonly keyword: string;
  /** Words without a full stop. */
  readonly message: string;
}

/** Longest value that is quoted in a message, in characters. */
const QUOTED_CHARS_MAX = 500;
/** Names and items of a value that are quoted, and levels of it. */
const QUOTED_ENTRIES_MAX = 20;
const QUOTED_DEPTH_MAX = 4;

type Dialect = '2020-12' | '2019-09' | 'draft-07';
type MetaSchema = Ajv;

const metaSchemas = new Map<Dialect, MetaSchema>();

/**
 * The first problem of a schema; undefined for a valid one, true and false included. A pattern is valid if JavaScript or Python accepts it.
 * The first call for a dialect compiles its meta-schema, which takes some 30 ms; a call for five properties takes some 20 µs.
 * @param schema any value as JSON.parse gave it
 */
export function schemaProblem(schema: unknown): SchemaProblem | undefined {
  if (!isSchema(schema))
    return { path: [], keyword: 'type', message: `${quoted(schema)} is not of type 'object', 'boolean'` };
  if (typeof schema === 'boolean') return undefined;
  const exceeded = exceededBound(schema);
  if (exceeded !== undefined) return { path: [], keyword: 'bounds', message: `the schema ${exceeded}` };
  const metaSchema = metaSchemaOf(schema.$schema);
  const { $schema: _, ...withoutDialect } = schema;
  if (metaSchema.validateSchema(withoutDialect) !== true) return problemFrom(metaSchema.errors?.at(-1));
  return subschemaProblem(schema);
}

/** What the meta-schema cannot say: patterns are regular expressions, references lead to a schema. */
function subschemaProblem(schema: SchemaObject): SchemaProblem | undefined {
  const index = new SchemaIndex(schema);
  for (const subschema of index.subschemas) {
    const problem = patternProblem(subschema) ?? referenceProblem(subschema, index);
    if (problem !== undefined) return { ...problem, path: [...index.pathOf(subschema), ...problem.path] };
  }
  return undefined;
}

function patternProblem({ pattern, patternProperties }: SchemaObject): SchemaProblem | undefined {
  const patterns: [unknown, string][] = [[pattern, 'pattern']];
  for (const name of isObject(patternProperties) ? Object.keys(patternProperties) : []) {
    patterns.push([name, 'patternProperties']);
  }
  for (const [source, keyword] of patterns) {
    if (typeof source === 'string' && !isExpression(source)) {
      return { path: [keyword], keyword: 'format', message: `${quoted(source)} is not a 'regex'` };
    }
  }
  return undefined;
}

function referenceProblem(schema: SchemaObject, index: SchemaIndex): SchemaProblem | undefined {
  if (referencesIn(schema).every((reference) => index.resolve(reference, schema) !== undefined)) return undefined;
  const message = 'reference can only point to definitions defined at the top level of the schema';
  return { path: [], keyword: '$ref', message };
}

function problemFrom(error: ErrorObject | undefined): SchemaProblem {
  if (error === undefined) return { path: [], keyword: 'type', message: 'the schema is not valid' };
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { path, keyword: error.keyword, message: messageOf(error) };
}

function messageOf({ keyword, data, schema, message }: ErrorObject): string {
  const value = quoted(data);
  switch (keyword) {
    case 'type':
      return `${value} is not of type ${[schema].flat().map(quoted).join(', ')}`;
    case 'anyOf':
      return `${value} is not valid under any of the given schemas`;
    case 'enum':
      return `${value} is not one of ${quoted(schema)}`;
    case 'format':
      return `${value} is not a ${quoted(schema)}`;
    case 'pattern':
      return `${value} does not match ${quoted(schema)}`;
    case 'uniqueItems':
      return `${value} has non-unique elements`;
    case 'minItems':
      return `${value} should be non-empty`;
    case 'minimum':
      return `${value} is less than the minimum of ${quoted(schema)}`;
    case 'exclusiveMinimum':
      return `${value} is less than or equal to the minimum of ${quoted(schema)}`;
    default:
      return `${value} ${message ?? 'is not valid'}`;
  }
}

/** A value as Python's repr() writes it, cut where it is large. */
function quoted(value: unknown): string {
  const text = represented(value, 0);
  return text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}...` : text;
}

function represented(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return representedText(value.slice(0, QUOTED_CHARS_MAX));
  if (typeof value !== 'object') return String(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (depth >= QUOTED_DEPTH_MAX) return `${open}...${close}`;
  const entries = Object.entries(value).slice(0, QUOTED_ENTRIES_MAX);
  const texts = entries.map(([name, entry]) => {
    const text = represented(entry, depth + 1);
    return isObject(value) ? `${representedText(name)}: ${text}` : text;
  });
  return `${open}${texts.join(', ')}${close}`;
}

function representedText(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

function metaSchemaOf(dialect: unknown): MetaSchema {
  const name = dialectOf(dialect);
  let metaSchema = metaSchemas.get(name);
  if (metaSchema === undefined) {
    const Dialect = { '2020-12': Ajv2020, '2019-09': Ajv2019, 'draft-07': Ajv }[name];
    metaSchema = new Dialect({ strict: false, verbose: true, logger: false, code: { optimize: false } }) as MetaSchema;
    metaSchemas.set(name, metaSchema);
  }
  return metaSchema;
}

function dialectOf(dialect: unknown): Dialect {
  if (typeof dialect !== 'string') return '2020-12';
  if (/draft-0?[3-7]\b/.test(dialect)) return 'draft-07';
  return dialect.includes('2019-09') ? '2019-09' : '2020-12';
}
