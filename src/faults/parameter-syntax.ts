/**
 * Parameters as a header has them, `name=value;name=value`, read by the JSON schema that the configuration uses for the same parameters.
 * Everything that is wrong is said in one sentence that names what would be valid. Names and values are a client's: what is repeated of
 * them is cut, and there are at most PARAMETERS_MAX.
 */
import type { JsonSchema } from '../kernel/json-schema.js';

/** More than any schema has. */
const PARAMETERS_MAX = 32;
/** How much of a client's own text a sentence repeats. */
const ECHO_CHARS_MAX = 60;

export interface ParameterValues {
  readonly [name: string]: string | number | boolean;
}

/** What is wrong with a header, in a sentence for its sender. */
export class HeaderProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HeaderProblem';
  }
}

/** A client's text as a sentence repeats it. */
export function quoted(text: string): string {
  return `'${text.length > ECHO_CHARS_MAX ? `${text.slice(0, ECHO_CHARS_MAX)}…` : text}'`;
}

/** The parts of a header between its semicolons, without the white space around them and without empty ones. */
export function partsOf(header: string): string[] {
  const parts = header.split(';', PARAMETERS_MAX + 2).map((part) => part.trim());
  if (parts.length > PARAMETERS_MAX + 1) throw new HeaderProblem(`It has more than ${PARAMETERS_MAX} parameters.`);
  return parts.filter((part) => part !== '');
}

/**
 * The values of `name=value` parts.
 * @param schema an object schema whose properties are numbers, integers, booleans and strings
 * @throws HeaderProblem
 */
export function readParameters(parts: readonly string[], schema: JsonSchema): ParameterValues {
  const known = new Map(Object.entries(schema.properties ?? {}).filter(([, property]) => property.const === undefined));
  const values = new Map<string, string | number | boolean>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals < 0) throw new HeaderProblem(`${quoted(part)} is not of the form name=value.`);
    const name = part.slice(0, equals).trim();
    const property = known.get(name);
    if (property === undefined) throw new HeaderProblem(`It has no parameter ${quoted(name)}; ${listing(known)}.`);
    if (values.has(name)) throw new HeaderProblem(`The parameter '${name}' is given twice.`);
    values.set(name, readValue(name, part.slice(equals + 1).trim(), property));
  }
  const missing = (schema.required ?? []).find((name) => known.has(name) && !values.has(name));
  if (missing !== undefined) throw new HeaderProblem(`The parameter '${missing}' is required.`);
  return Object.fromEntries(values);
}

function listing(known: ReadonlyMap<string, JsonSchema>): string {
  if (known.size === 0) return 'it takes none';
  return `it takes ${[...known].map(([name, property]) => `${name} (${accepted(property)})`).join(', ')}`;
}

/** What a parameter may be, in words. */
function accepted(property: JsonSchema): string {
  if (property.enum !== undefined) return property.enum.join(' or ');
  if (property.type === 'boolean') return 'true or false';
  if (property.type === 'string') return property.title ?? 'a text';
  const what = property.type === 'integer' ? 'an integer' : 'a number';
  const { minimum, exclusiveMinimum, maximum } = property;
  const low = minimum === undefined ? `above ${exclusiveMinimum}` : `from ${minimum}`;
  return `${what} ${low} to ${maximum}`;
}

function readValue(name: string, text: string, property: JsonSchema): string | number | boolean {
  const value = valueIn(text, property);
  if (value !== undefined) return value;
  throw new HeaderProblem(`The parameter '${name}' must be ${accepted(property)}, not ${quoted(text)}.`);
}

/** Undefined for a text that the property does not accept. */
function valueIn(text: string, property: JsonSchema): string | number | boolean | undefined {
  if (property.enum !== undefined) {
    return property.enum.find((choice) => String(choice) === text) as string | number | undefined;
  }
  switch (property.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'string':
      return isAcceptedText(text, property) ? text : undefined;
    default:
      return numberOf(text, property);
  }
}

function isAcceptedText(text: string, { maxLength = Number.POSITIVE_INFINITY, minLength = 0, pattern }: JsonSchema) {
  if (text.length > maxLength || text.length < minLength) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}

function numberOf(text: string, { type, minimum, exclusiveMinimum, maximum }: JsonSchema): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (type === 'integer' && !Number.isInteger(value)) return undefined;
  if (value < (minimum ?? value) || value > (maximum ?? value)) return undefined;
  return exclusiveMinimum !== undefined && value <= exclusiveMinimum ? undefined : value;
}
