/**
 * The subschemas of a schema: where each stands, and what a `$ref` in it points to, by JSON pointer, anchor or the `$id` of an embedded
 * schema. A reference to anything outside is not followed. Recursion goes no deeper than the schema is nested.
 */
import { isObject } from '../../kernel/json-object.js';
import { isSchema, ownEntry, type Schema, type SchemaObject, schemasIn } from './schema.js';

/** The identifier of a schema that gives itself none. */
export const DEFAULT_ID = 'json-schema://client/';

const SINGLE_SCHEMAS = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
] as const;
const SCHEMA_LISTS = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'] as const;
const SCHEMA_MAPS = [
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
] as const;
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;

/** Where a subschema stands: below which other one, and on which path from there. */
interface Place {
  readonly parent: SchemaObject | undefined;
  readonly path: readonly string[];
}

export class SchemaIndex {
  readonly root: Schema;
  /** The base URI for the references of each subschema, which also says that it has been indexed. */
  readonly #bases = new Map<SchemaObject, string>();
  readonly #places = new Map<SchemaObject, Place>();
  /** Embedded schemas and anchors by absolute URI. */
  readonly #named = new Map<string, SchemaObject>();
  readonly #rootBase: string;

  constructor(root: Schema) {
    this.root = root;
    this.#rootBase = typeof root === 'object' ? identifierOf(root, DEFAULT_ID) : DEFAULT_ID;
    if (typeof root === 'object') {
      this.#named.set(this.#rootBase, root);
      this.#add(root, this.#rootBase, { parent: undefined, path: [] });
    }
    // A reference may point to where no keyword expects a schema, and add what is found there to the map that is walked.
    for (const schema of this.#bases.keys())
      for (const reference of referencesIn(schema)) this.resolve(reference, schema);
  }

  get subschemas(): IterableIterator<SchemaObject> {
    return this.#bases.keys();
  }

  /** The absolute URI of the root. */
  get identifier(): string {
    return this.#rootBase;
  }

  get size(): number {
    return this.#bases.size;
  }

  /** The URI of the subschema within the root; undefined for a schema that is not of this root. */
  uriOf(schema: SchemaObject): string | undefined {
    if (!this.#places.has(schema)) return undefined;
    return `${this.#rootBase}#${this.pathOf(schema)
      .map((segment) => `/${pointerToken(segment)}`)
      .join('')}`;
  }

  /** The keys on the way from the root to the subschema. */
  pathOf(schema: SchemaObject): string[] {
    const path: string[] = [];
    let place = this.#places.get(schema);
    while (place !== undefined) {
      path.unshift(...place.path);
      place = place.parent && this.#places.get(place.parent);
    }
    return path;
  }

  /** What a reference in the schema points to; undefined when that is not within the root. */
  resolve(reference: string, from: SchemaObject): Schema | undefined {
    const base = this.#bases.get(from) ?? this.#rootBase;
    const [document, fragment = ''] = absolute(reference, base).split('#', 2) as [string, string?];
    const resource = this.#named.get(document);
    if (resource === undefined) return undefined;
    if (fragment === '') return resource;
    if (!fragment.startsWith('/')) return this.#named.get(`${document}#${fragment}`);
    return this.#byPointer(resource, fragment);
  }

  #byPointer(resource: SchemaObject, fragment: string): Schema | undefined {
    let value: unknown = resource;
    let base = this.#bases.get(resource) ?? this.#rootBase;
    const path = fragment.slice(1).split('/').map(nameOf);
    for (const name of path) {
      if (name === undefined || typeof value !== 'object' || value === null) return undefined;
      value = ownEntry(value as { readonly [key: string]: unknown }, name);
      if (isObject(value)) base = this.#bases.get(value) ?? base;
    }
    if (!isSchema(value)) return undefined;
    if (isObject(value)) this.#add(value, base, { parent: resource, path: path as string[] });
    return value;
  }

  #add(schema: SchemaObject, outerBase: string, place: Place): void {
    if (this.#bases.has(schema)) return;
    const base = schema === this.root ? outerBase : identifierOf(schema, outerBase);
    this.#bases.set(schema, base);
    this.#places.set(schema, place);
    if (base !== outerBase) this.#named.set(base, schema);
    for (const keyword of ['$anchor', '$dynamicAnchor', '$id']) {
      const name = schema[keyword];
      if (typeof name !== 'string') continue;
      if (keyword !== '$id') this.#named.set(`${base}#${name}`, schema);
      else if (name.startsWith('#')) this.#named.set(`${base}${name}`, schema);
    }
    for (const [child, path] of childrenOf(schema)) {
      if (isObject(child)) this.#add(child, base, { parent: schema, path });
    }
  }
}

/** Every place where a subschema may stand directly in the schema, and its path from there. */
export function childrenOf(schema: SchemaObject): [Schema, string[]][] {
  const children: [Schema, string[]][] = [];
  for (const keyword of SINGLE_SCHEMAS) {
    const child = schema[keyword];
    if (isSchema(child)) children.push([child, [keyword]]);
  }
  for (const keyword of SCHEMA_LISTS) {
    const list = schema[keyword];
    if (!Array.isArray(list)) continue;
    for (const [index, child] of list.entries()) if (isSchema(child)) children.push([child, [keyword, String(index)]]);
  }
  for (const keyword of SCHEMA_MAPS) {
    const map = schema[keyword];
    if (!isObject(map)) continue;
    for (const [name, child] of Object.entries(map)) if (isSchema(child)) children.push([child, [keyword, name]]);
  }
  return children;
}

/** The references that the schema itself makes. */
export function referencesIn(schema: SchemaObject): string[] {
  return REFERENCES.map((keyword) => schema[keyword]).filter((reference) => typeof reference === 'string');
}

/** Whether the schema is written as drafts up to 2019-09 write tuples: with a list under "items". */
export function hasItemLists(index: SchemaIndex): boolean {
  for (const schema of index.subschemas) if (schemasIn(schema.items).length > 0) return true;
  return false;
}

function identifierOf(schema: SchemaObject, outerBase: string): string {
  const id = schema.$id;
  if (typeof id !== 'string' || id.startsWith('#')) return outerBase;
  return absolute(id, outerBase).split('#', 1)[0] as string;
}

function absolute(reference: string, base: string): string {
  if (reference.startsWith('#')) return `${base}${reference}`;
  try {
    return new URL(reference, base).href;
  } catch {
    return reference;
  }
}

/** Half a surrogate pair, which a URI cannot hold, becomes the replacement character: what stands there is not found by its URI. */
function pointerToken(segment: string): string {
  return encodeURIComponent(
    segment
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .replaceAll('~', '~0')
      .replaceAll('/', '~1'),
  );
}

function nameOf(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
