/**
 * How deep a document has to be, at the least, to satisfy each subschema: what tells a branch of a recursive schema that ends from one
 * that goes on. Computed once, when a document has grown enough to be brought to an end.
 */

import { isObject } from '../../kernel/json-object.js';
import { ARRAY, OBJECT } from './facets.js';
import { itemRuleOf, maskOf } from './keywords.js';
import { countIn, type Schema, type SchemaObject, schemasIn, textsIn } from './schema.js';
import { referencesIn, type SchemaIndex } from './schema-index.js';

/** Passes over all subschemas; a schema that needs more levels than this counts as endless. */
const PASSES_MAX = 50;

export class Heights {
  readonly #index: SchemaIndex;
  readonly #heights = new Map<SchemaObject, number>();

  constructor(index: SchemaIndex) {
    this.#index = index;
    for (let pass = 0; pass < PASSES_MAX && this.#improve(); pass++);
  }

  /** Infinity for a schema that no finite document satisfies. */
  of(schema: Schema): number {
    if (typeof schema === 'boolean') return 0;
    return this.#heights.get(schema) ?? Number.POSITIVE_INFINITY;
  }

  /** Of schemas that apply together. */
  ofAll(schemas: readonly Schema[]): number {
    return schemas.reduce<number>((height, schema) => Math.max(height, this.of(schema)), 0);
  }

  #improve(): boolean {
    let hasImproved = false;
    for (const schema of this.#index.subschemas) {
      const height = this.#compute(schema);
      if (height >= this.of(schema)) continue;
      this.#heights.set(schema, height);
      hasImproved = true;
    }
    return hasImproved;
  }

  #compute(schema: SchemaObject): number {
    const targets = referencesIn(schema).map((reference) => this.#index.resolve(reference, schema) ?? true);
    let height = Math.max(this.ofAll(targets), this.ofAll(schemasIn(schema.allOf)), this.#ownHeight(schema));
    for (const branches of [schemasIn(schema.anyOf), schemasIn(schema.oneOf)]) {
      if (branches.length > 0) height = Math.max(height, Math.min(...branches.map((branch) => this.of(branch))));
    }
    return height;
  }

  #ownHeight(schema: SchemaObject): number {
    if ('const' in schema || 'enum' in schema) return 0;
    const types = maskOf(schema.type) || (isObject(schema.properties) ? OBJECT : 0);
    if ((types & ~(OBJECT | ARRAY)) !== 0 || types === 0) return 0;
    const asObject = types & OBJECT ? this.#objectHeight(schema) : Number.POSITIVE_INFINITY;
    const asArray = types & ARRAY ? this.#arrayHeight(schema) : Number.POSITIVE_INFINITY;
    return Math.min(asObject, asArray);
  }

  #objectHeight({ properties, required }: SchemaObject): number {
    const names = isObject(properties) ? textsIn(required).filter((name) => Object.hasOwn(properties, name)) : [];
    return 1 + this.ofAll(names.map((name) => (properties as { [name: string]: Schema })[name] as Schema));
  }

  #arrayHeight(schema: SchemaObject): number {
    const rule = itemRuleOf(schema);
    const least = countIn(schema.minItems) ?? 0;
    if (rule === undefined || least === 0) return 1;
    const items = rule.first.slice(0, least);
    return 1 + this.ofAll(least > items.length && rule.rest !== undefined ? [...items, rule.rest] : items);
  }
}
