/** Arrays within their facets: one to three items, where nothing asks for another number. */
import { hashValue } from '../../kernel/content-hash.js';
import type { Facets } from './facets.js';
import { singular } from './hint.js';
import type { Place, Writing } from './place.js';
import type { Schema } from './schema.js';

const ITEMS_MAX = 3;
/** Values tried for one item that must differ from those before. */
const UNIQUE_TRIES = 20;

export function writeArray(facets: Facets, place: Place, writing: Writing): unknown[] {
  const items: unknown[] = [];
  const seen = new Set<string>();
  const count = countOf(facets, place, writing);
  const contained = facets.containments.flatMap(({ schema, least }) =>
    new Array<Schema>(Math.min(least, count)).fill(schema),
  );
  const hint = singular(place.hint);
  for (let index = 0; index < count && !writing.isFull; index++) {
    const schemas = schemasAt(index, facets);
    if (schemas.includes(false) && index >= facets.minItems) break;
    const extra = contained[index];
    const draw = (): unknown => writing.below(place, facets, hint, extra === undefined ? schemas : [...schemas, extra]);
    let item = draw();
    if (facets.hasUniqueItems) {
      for (let attempt = 0; attempt < UNIQUE_TRIES && seen.has(keyOf(item)) && !writing.isFull; attempt++)
        item = draw();
      if (seen.has(keyOf(item)) && items.length >= facets.minItems) break;
      seen.add(keyOf(item));
    }
    items.push(item);
  }
  return items;
}

/** The schemas that the item has to satisfy. */
function schemasAt(index: number, { itemRules }: Facets): Schema[] {
  const schemas: Schema[] = [];
  for (const { first, rest } of itemRules) {
    const schema = first[index] ?? rest;
    if (schema !== undefined) schemas.push(schema);
  }
  return schemas;
}

function countOf(facets: Facets, place: Place, { draws }: Writing): number {
  const contained = facets.containments.reduce((sum, { least }) => sum + least, 0);
  const tuple = facets.itemRules.reduce((length, { first }) => Math.max(length, first.length), 0);
  const least = Math.max(facets.minItems, contained);
  if (place.isFrugal) return Math.min(least, facets.maxItems);
  const natural = tuple > 0 ? tuple : draws.between(1, ITEMS_MAX);
  return Math.min(Math.max(natural, least), facets.maxItems);
}

function keyOf(item: unknown): string {
  return typeof item === 'object' && item !== null ? `hash ${hashValue(item).join()}` : JSON.stringify(item);
}
