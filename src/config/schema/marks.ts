/**
 * What the schema says of keys besides what they accept: which hold secrets (`x-secret`), and which take effect only at a start
 * (`x-restart`). A mark holds for everything below the schema it stands on. `x-secret` on `propertyNames` says that the keys of a map are
 * secrets themselves.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { isPlainObject } from '../plain-data.js';
import type { Path } from '../problems.js';
import { configurationSchema } from './configuration.js';

/** What stands in a secret's place. */
export const HIDDEN = '(hidden)';

/** What is found out about each schema once: a configuration of many models comes by the same ones again and again. */
function remembered<Result>(look: (schema: JsonSchema) => Result): (schema: JsonSchema) => Result {
  const known = new WeakMap<JsonSchema, { readonly result: Result }>();
  return (schema) => {
    let found = known.get(schema);
    if (found === undefined) {
      found = { result: look(schema) };
      known.set(schema, found);
    }
    return found.result;
  };
}

/** A schema with all that may be said of the same value: the branches of its alternatives. */
const alternatives = remembered((schema): readonly JsonSchema[] => {
  const { oneOf = [], anyOf = [], allOf = [], then: whenTrue, else: whenFalse } = schema;
  const branches = [...oneOf, ...anyOf, ...allOf, whenTrue, whenFalse].filter((branch) => branch !== undefined);
  return [schema, ...branches.flatMap(alternatives)];
});

/** What may be said of the value under the key of a value that any of the schemas describes. */
function below(schemas: readonly JsonSchema[], key: string): readonly JsonSchema[] {
  return schemas.flatMap(({ additionalProperties, items, properties }) => {
    const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const found = own ?? items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    return found === undefined ? [] : alternatives(found);
  });
}

const isSecret = (schemas: readonly JsonSchema[]): boolean => schemas.some((schema) => schema['x-secret'] === true);
const hasSecretKeys = (schemas: readonly JsonSchema[]): boolean =>
  schemas.some(({ propertyNames }) => propertyNames?.['x-secret'] === true);

/** Whether anything that the schema describes can be a secret. */
const mayHoldSecret = remembered((schema): boolean => {
  if (isSecret([schema]) || hasSecretKeys([schema])) return true;
  const { additionalProperties, items, properties = {} } = schema;
  const nested = [...Object.values(properties), items, additionalProperties];
  return nested.some((inner) => typeof inner === 'object' && holdsSecrets(alternatives(inner)));
});

const holdsSecrets = (schemas: readonly JsonSchema[]): boolean => schemas.some(mayHoldSecret);

/** The value without its secrets, itself where it can have none. null stays: it says that there is none. */
function withoutSecrets(value: unknown, schemas: readonly JsonSchema[]): unknown {
  if (value === null || value === undefined || !holdsSecrets(schemas)) return value;
  if (Array.isArray(value)) {
    if (isSecret(schemas)) return value.map(() => HIDDEN);
    return value.map((item, index) => withoutSecrets(item, below(schemas, String(index))));
  }
  if (isSecret(schemas)) return HIDDEN;
  if (!isPlainObject(value)) return value;
  const secretKeys = hasSecretKeys(schemas);
  const entries = Object.entries(value).map(([key, item], index) => {
    const shown = secretKeys ? `${HIDDEN} ${index + 1}` : key;
    return [shown, withoutSecrets(item, below(schemas, key))] as const;
  });
  return Object.fromEntries(entries);
}

const root = alternatives(configurationSchema);

/** A configuration, or a part of its top level, with every secret hidden. */
export function redacted(configuration: object): object {
  return withoutSecrets(configuration, root) as object;
}

/** The path as it may be shown: keys that are secrets are hidden. */
export function shownPath(path: Path): Path {
  let schemas = root;
  return path.map((key) => {
    const shown = hasSecretKeys(schemas) ? HIDDEN : key;
    schemas = isSecret(schemas) ? schemas : below(schemas, key);
    return shown;
  });
}

/** Whether the value at the path is a secret, or, since it may have any shape, could hold one. */
export function mayHoldSecrets(path: Path): boolean {
  let schemas = root;
  for (const key of path) {
    if (isSecret(schemas)) return true;
    schemas = below(schemas, key);
  }
  return holdsSecrets(schemas);
}

/** The paths of all keys that take effect only at a start. */
export function restartPaths(): readonly Path[] {
  return markedPaths(configurationSchema, []);
}

function markedPaths(schema: JsonSchema, path: Path): Path[] {
  if (schema['x-restart'] === true) return [path];
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => markedPaths(property, [...path, key]));
}
