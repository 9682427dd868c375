/**
 * JSON Schemas of the types that a package declares, through ts-json-schema-generator. Unknown properties are an error, as TypeScript sees
 * them too, and a type's documentation is kept only as far as it decides something.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { packageRoot } from '../../src/kernel/package-root.js';

export type MutableSchema = { [keyword: string]: unknown };
export type Definitions = { [name: string]: MutableSchema };

export interface TypeSource {
  /** As in package.json. */
  readonly packageName: string;
  /** A declaration file in the package, or a glob of several. */
  readonly declarations: string;
  /** The types to describe, with everything they refer to. */
  readonly types: readonly string[];
}

/** Keywords, always with a text or a yes, that a type's documentation turns into. */
const EXPLAINING = ['description', 'deprecated', 'default'];
const REFERENCE = '#/definitions/';

/** The definitions by name, with the types' descriptions in place and references as draft 2020-12 writes them. */
export function definitionsOf({ packageName, declarations, types }: TypeSource): Definitions {
  const generator = createGenerator({
    path: join(packageRoot, 'node_modules', packageName, declarations),
    tsconfig: join(packageRoot, 'tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: false,
    jsDoc: 'extended',
    encodeRefs: false,
  });
  const found = types.map((name) => generator.createSchema(name).definitions ?? {});
  return mapSchemas(Object.assign({}, ...found), (schema) =>
    typeof schema.$ref === 'string' ? { ...schema, $ref: `#/$defs/${schema.$ref.slice(REFERENCE.length)}` } : schema,
  ) as Definitions;
}

/** The version that is installed: what a schema was made from. */
export function versionOf(packageName: string): string {
  const manifest = readFileSync(join(packageRoot, 'node_modules', packageName, 'package.json'), 'utf8');
  return JSON.parse(manifest).version;
}

/** A copy in which every object has gone through the function, the innermost first. */
export function mapSchemas(value: unknown, map: (schema: MutableSchema) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapSchemas(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapSchemas(item, map)]);
  return map(Object.fromEntries(entries));
}

/** Steps to the schema at the path, which must exist: a correction that no longer fits must be looked at. */
export function partOf(definitions: Definitions, path: readonly (string | number)[]): MutableSchema {
  let current: MutableSchema = definitions;
  for (const key of path) {
    if (current[key] === undefined) throw new Error(`nothing to correct at ${path.join('/')}`);
    current = current[key] as MutableSchema;
  }
  return current;
}

/** The definitions that the named ones need, and no others. */
export function reachable(definitions: Definitions, names: readonly string[]): Definitions {
  const kept: Definitions = {};
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(kept, name)) continue;
    kept[name] = partOf(definitions, [name]);
    mapSchemas(kept[name], (schema) => {
      if (typeof schema.$ref === 'string') waiting.push(schema.$ref.slice('#/$defs/'.length));
      return schema;
    });
  }
  return kept;
}

/** Drops what explains a schema and rejects no value. A property of such a name holds a schema, and stays. */
export function withoutDescriptions(definitions: Definitions): Definitions {
  return mapSchemas(definitions, (schema) => {
    const entries = Object.entries(schema);
    return Object.fromEntries(
      entries.filter(([keyword, value]) => !EXPLAINING.includes(keyword) || typeof value === 'object'),
    );
  }) as Definitions;
}
