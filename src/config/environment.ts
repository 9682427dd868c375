/**
 * Environment variables as configuration: LLM_SIM__SECTION__KEY=value sets section.key. Names are matched without regard to
 * case, and `-`, `.` and `_` count as equal, so that LLM_SIM__PROVIDERS__GPT_4O_MINI__ENABLED reaches gpt-4o-mini. A variable
 * that is set but empty says nothing.
 */
import type { JsonSchema, JsonType } from '../kernel/json-schema.js';
import { type Layer, singleValueLayer } from './layers.js';
import type { ConfigurationProblem, Path } from './problems.js';
import { formatPath } from './problems.js';
import { configurationSchema } from './schema/configuration.js';
import { closest } from './suggestions.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a YAML scalar or flow collection; undefined when the text is neither. */
export type ValueParser = (text: string) => unknown;

const prefix = 'llm_sim__';

/** Far more than there are keys; the rest of a hostile environment is refused rather than read. */
const variablesMax = 2_000;

function canonical(name: string): string {
  return name.toLowerCase().replace(/[-.]/g, '_');
}

/** The environment variable that sets a key, as it is usually written. */
export function variableOf(path: Path): string {
  return `LLM_SIM__${path
    .map((segment) =>
      canonical(segment)
        .replace(/[^a-z0-9_<>]/g, '_')
        .toUpperCase(),
    )
    .join('__')}`;
}

/** The schema of the value at the path; undefined where the schema names none (an unknown key, a distribution's parameter). */
function schemaAt(path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = configurationSchema;
  for (const segment of path) {
    const nested: JsonSchema['additionalProperties'] = schema?.additionalProperties;
    schema = schema?.properties?.[segment] ?? (typeof nested === 'object' ? nested : undefined);
  }
  return schema;
}

function acceptsOnly(schema: JsonSchema | undefined, ...types: JsonType[]): boolean {
  return schema?.type !== undefined && [schema.type].flat().every((type) => types.includes(type as JsonType));
}

function parsedOr(text: string, parse: ValueParser): unknown {
  const value = parse(text);
  return value === undefined ? text : value;
}

/** Text for a key that takes text, so that the API key 12345 stays what it is; a YAML value for any other. */
function parseValue(text: string, path: Path, parse: ValueParser): unknown {
  const schema = schemaAt(path);
  if (acceptsOnly(schema, 'string', 'null')) {
    const isNull = !acceptsOnly(schema, 'string') && /^(null|~)$/i.test(text.trim());
    if (isNull) return null;
    return /^\s*["']/.test(text) ? parsedOr(text, parse) : text;
  }
  if (acceptsOnly(schema, 'array') && !text.trim().startsWith('[')) return text.split(',').map((item) => item.trim());
  return parsedOr(text, parse);
}

/** The key that a segment of the variable's name means: the schema's own spelling where there is one. */
function keyFor(segment: string, schema: JsonSchema | undefined): string {
  const wanted = canonical(segment);
  return Object.keys(schema?.properties ?? {}).find((key) => canonical(key) === wanted) ?? wanted;
}

/** Either the path that the segments mean, or a message with a suggestion about a model that is not known. */
function resolve(
  segments: readonly string[],
  models: readonly string[],
): { path: string[] } | { path: string[]; message: string; suggestion?: string } {
  const path: string[] = [];
  for (const segment of segments) {
    if (path.length !== 1 || path[0] !== 'providers') {
      path.push(keyFor(segment, schemaAt(path)));
      continue;
    }
    const matching = models.filter((model) => canonical(model) === canonical(segment));
    const exact = matching.filter((model) => model.toLowerCase() === segment.toLowerCase());
    const [model, ...others] = exact.length > 0 ? exact : matching;
    if (model === undefined) {
      const near = closest(segment, models);
      const message = 'is not a known model; a variable can change a model, a file can add one';
      const suggestion = near === undefined ? {} : { suggestion: `did you mean "${near}"?` };
      return { path: [...path, segment], message, ...suggestion };
    }
    if (others.length > 0) {
      return { path: [...path, segment], message: `fits more than one model: ${[model, ...others].join(', ')}` };
    }
    path.push(model);
  }
  return { path };
}

/** What replaces others goes before them: `distribution` the object it stands in, a time's distribution what belongs to a lower one. */
function rankOf(path: Path): number {
  if (path.at(-1) === 'distribution') return 0;
  return schemaAt(path)?.['x-belongings'] === undefined ? 2 : 1;
}

/** Sections before their keys; of two keys the one of the lower rank, else the first by the alphabet. */
function byPrecedence(left: Path, right: Path): number {
  const at = left.findIndex((segment, index) => segment !== right[index]);
  if (at < 0 || at >= right.length) return left.length - right.length;
  const [first, second] = [left, right].map((path) => rankOf(path.slice(0, at + 1)));
  return first! - second! || (left[at]! < right[at]! ? -1 : 1);
}

/**
 * One layer per variable, sections before their keys, and a problem for each one that names no place. `models` are the names that
 * lower layers configure.
 */
export function environmentLayers(
  environment: Environment,
  models: readonly string[],
  parse: ValueParser,
): { layers: Layer[]; problems: ConfigurationProblem[] } {
  const settings: { readonly path: Path; readonly layer: Layer }[] = [];
  const problems: ConfigurationProblem[] = [];
  const variables = Object.keys(environment)
    .filter((variable) => variable.toLowerCase().startsWith(prefix) && environment[variable] !== '')
    .sort();
  for (const variable of variables.slice(0, variablesMax)) {
    const text = environment[variable];
    if (text === undefined) continue;
    const origin = { kind: 'environment', variable } as const;
    const target = resolve(variable.slice(prefix.length).split('__'), models);
    if ('message' in target) problems.push({ ...target, path: formatPath(target.path), origin });
    else {
      const layer = singleValueLayer(target.path, parseValue(text, target.path, parse), origin);
      settings.push({ path: target.path, layer });
    }
  }
  if (variables.length > variablesMax) {
    const origin = { kind: 'environment', variable: variables[variablesMax]! } as const;
    problems.push({
      path: '',
      message: `is one of more than ${variablesMax} variables that start with LLM_SIM__`,
      origin,
    });
  }
  settings.sort((left, right) => byPrecedence(left.path, right.path));
  return { layers: settings.map(({ layer }) => layer), problems };
}
