/**
 * The configuration against its schema: Ajv finds the errors, this file says them in terms of keys and of what would be valid.
 */
import { Ajv, type ErrorObject, type Options, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import type { JsonSchema, JsonType } from '../kernel/json-schema.js';
import { valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { schemaWithDefinitions } from './schema/definitions.js';
import { suggestChoice, suggestKey } from './suggestions.js';

const typeNames: Record<JsonType, string> = {
  object: 'a mapping of keys to values',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  null: 'null',
};

function listed(choices: readonly unknown[]): string {
  return choices.map((choice) => JSON.stringify(choice)).join(', ');
}

function rangeOf(schema: JsonSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const bounds = [
    ...(minimum === undefined ? [] : [`>= ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`<= ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`< ${exclusiveMaximum}`]),
  ];
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}

function lengthOf({ minLength = 0, maxLength, type }: JsonSchema): string {
  if (maxLength === undefined || !String(type).includes('string')) return '';
  return minLength === 0 ? ` of at most ${maxLength} characters` : ` of ${minLength} to ${maxLength} characters`;
}

function entriesOf({ minItems, maxItems }: JsonSchema): string {
  if (minItems === undefined) return '';
  return maxItems === undefined ? ` of at least ${minItems} entries` : ` of ${minItems} to ${maxItems} entries`;
}

function sizeOf(schema: JsonSchema, type: JsonType): string {
  if (type === 'null') return '';
  return type === 'array' ? entriesOf(schema) : rangeOf(schema) + lengthOf(schema);
}

/** What a schema accepts, in words: "an integer from 0 to 65535", "one of "auto", "uws", "node"". */
export function describeAccepted(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${listed(schema.enum)}`;
  const types = [schema.type ?? 'object'].flat() as JsonType[];
  const names = types.map((type) => typeNames[type] + sizeOf(schema, type));
  const items = schema.items === undefined ? '' : `, each ${describeAccepted(schema.items)}`;
  return names.join(' or ') + items;
}

function pathOf(instancePath: string): string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function unknownKey(path: Path, key: string, schema: JsonSchema, whole: JsonSchema | undefined): Finding {
  const suggestion = suggestKey(key, Object.keys(schema.properties ?? {}), whole);
  return { path: [...path, key], part: 'key', message: 'is not a known key', suggestion };
}

function discriminatorFinding(path: Path, error: ErrorObject): Finding {
  const { tag, tagValue, error: kind } = error.params;
  const names = ((error.parentSchema?.oneOf ?? []) as JsonSchema[]).map((branch) => branch.properties?.[tag]?.const);
  const message = `must be one of ${listed(names)}`;
  if (kind === 'tag' && tagValue === undefined) {
    return { path: [...path, tag], part: 'key', message: `is required and ${message}` };
  }
  return { path: [...path, tag], part: 'value', value: tagValue, message, suggestion: suggestChoice(tagValue, names) };
}

/**
 * Undefined for an error that only accompanies another one.
 * @param checked the whole value
 * @param whole its schema, where that is not the configuration's
 */
function findingFrom(error: ErrorObject, checked: unknown, whole: JsonSchema | undefined): Finding | undefined {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as JsonSchema;
  if (error.propertyName !== undefined) return undefined;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(path, error.params.additionalProperty, schema, whole);
    case 'propertyNames': {
      const accepted = describeAccepted(schema.propertyNames ?? {});
      return { path: [...path, error.params.propertyName], part: 'key', message: `must be ${accepted}` };
    }
    case 'required':
      return schema.discriminator?.propertyName === error.params.missingProperty
        ? undefined
        : { path: [...path, error.params.missingProperty], part: 'key', message: 'is required' };
    case 'if':
      return undefined;
    case 'discriminator':
      return discriminatorFinding(path, error);
    case 'maxProperties':
    case 'maxItems':
      return { path, part: 'key', message: `must have at most ${error.params.limit} entries` };
    default: {
      // Not the error's data, which are the whole distribution where one of its parameters is wrong.
      const value = valueAt(checked, path);
      const suggestion = schema.enum === undefined ? undefined : suggestChoice(value, schema.enum);
      return { path, part: 'value', value, message: `must be ${describeAccepted(schema)}`, suggestion };
    }
  }
}

const options: Options = {
  allErrors: true,
  verbose: true,
  discriminator: true,
  allowUnionTypes: true,
  strictTypes: false,
  keywords: ['x-unit', 'x-belongings', 'x-secret', 'x-restart'],
  // The schema is ours and is checked against the meta-schema by a test, not at every start.
  validateSchema: false,
  addUsedSchema: false,
  // Validation runs once per load: optimising the generated code costs more than it saves.
  code: { optimize: false },
};

/** Of many alternatives only those that a configuration names are compiled: all of them take three times as long as the rest. */
const alternativeAjv = new Ajv(options);

function alternativeErrors(schema: JsonSchema, value: { readonly [key: string]: unknown }): Partial<ErrorObject>[] {
  const tag = schema.discriminator?.propertyName ?? '';
  const name = Object.hasOwn(value, tag) ? value[tag] : undefined;
  const own = schema.oneOf?.find((branch) => branch.properties?.[tag]?.const === name);
  if (own === undefined) {
    const params = { error: typeof name === 'string' ? 'mapping' : 'tag', tag, tagValue: name };
    return [{ keyword: 'discriminator', instancePath: '', params, parentSchema: schema }];
  }
  const validate = alternativeAjv.compile(own);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** A keyword that has a value checked by the one alternative that it names. */
const alternativesKeyword = 'x-alternatives';

const checkAlternative: SchemaValidateFunction = (schema, value, _, place) => {
  const errors = alternativeErrors(schema, value);
  checkAlternative.errors = errors.map((error) => ({
    ...error,
    instancePath: `${place?.instancePath ?? ''}${error.instancePath}`,
  }));
  return errors.length === 0;
};

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  const schema = schemaWithDefinitions((definition): object => ({ type: 'object', [alternativesKeyword]: definition }));
  compiled ??= new Ajv(options)
    .addKeyword({ keyword: alternativesKeyword, type: 'object', errors: 'full', validate: checkAlternative })
    .compile(schema);
  return compiled;
}

/** Everything in the value that the schema does not accept; at most one finding per path and message. */
export function schemaFindings(value: unknown): Finding[] {
  return findingsBy(validator(), value);
}

/**
 * The same for any other schema of the JsonSchema subset: a function from a value to what is wrong with it.
 * @param whole in whose keys an unknown one is looked for; the configuration's unless given
 */
export function schemaCheck(schema: JsonSchema, whole?: JsonSchema): (value: unknown) => Finding[] {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= new Ajv(options).compile(schema);
    return findingsBy(validate, value, whole);
  };
}

function findingsBy(validate: ValidateFunction, value: unknown, whole?: JsonSchema): Finding[] {
  if (validate(value)) return [];
  const findings = new Map<string, Finding>();
  for (const error of validate.errors ?? []) {
    const finding = findingFrom(error, value, whole);
    if (finding !== undefined) findings.set(JSON.stringify([finding.path, finding.message]), finding);
  }
  return [...findings.values()];
}
