/**
 * Puts the schemas that apply at one place together: follows references, merges allOf, and settles on a branch of each anyOf, oneOf and
 * if/then/else such that what is merged does not contradict itself at first sight. Every schema read is counted; when the count is used
 * up, the rest is passed over and the facets are partial.
 */

import { isObject } from '../../kernel/json-object.js';
import type { Draws } from './draws.js';
import { type Choice, type Facets, isPossible, NO_FACETS } from './facets.js';
import type { Heights } from './heights.js';
import { itemRuleOf, KEYWORDS, maskOf, propertyRuleOf } from './keywords.js';
import { isSchema, type Schema, type SchemaObject, schemasIn, textsIn } from './schema.js';
import { referencesIn, type SchemaIndex } from './schema-index.js';

/** References and allOf that apply to one value, one within another. */
const IN_PLACE_DEPTH_MAX = 200;
/** Of a branch that is null and others, null is tried first this often: a model fills in what it can. */
const NULL_FIRST = 0.1;

/** Schemas that may still be read. */
export interface Effort {
  work: number;
}

type Draft = { -readonly [Name in keyof Facets]: Facets[Name] };

export class FacetReader {
  readonly #index: SchemaIndex;
  readonly #heights: () => Heights;
  readonly #draws: Draws;
  readonly #effort: Effort;

  /** @param heights called when a branch has to be chosen for its height */
  constructor(index: SchemaIndex, heights: () => Heights, draws: Draws, effort: Effort) {
    this.#index = index;
    this.#heights = heights;
    this.#draws = draws;
    this.#effort = effort;
  }

  /** @param isFrugal whether branches that end soonest are preferred */
  read(schemas: readonly Schema[], isFrugal: boolean): Facets {
    const facets: Draft = { ...NO_FACETS };
    this.#mergeAll(facets, schemas, 0);
    return this.#settle(facets, isFrugal);
  }

  /** The facets with further schemas merged in. */
  extend(facets: Facets, schemas: readonly Schema[], isFrugal: boolean): Facets {
    const extended: Draft = { ...facets };
    this.#mergeAll(extended, schemas, 0);
    return this.#settle(extended, isFrugal);
  }

  #settle(facets: Facets, isFrugal: boolean): Facets {
    let settled = facets;
    while (settled.choices.length > 0) {
      if (--this.#effort.work < 0) return { ...settled, choices: [], isPartial: true };
      const [choice, ...choices] = settled.choices as [Choice, ...Choice[]];
      settled = this.#choose({ ...settled, choices }, choice, isFrugal);
    }
    return settled;
  }

  /** The facets with the first branch that does not contradict them. */
  #choose(facets: Facets, choice: Choice, isFrugal: boolean): Facets {
    let first: Facets | undefined;
    for (const branch of this.#ordered(choice.branches, isFrugal)) {
      const candidate: Draft = { ...facets };
      this.#mergeAll(candidate, branch, 1);
      if (isPossible(candidate)) return candidate;
      first ??= candidate;
      if (this.#effort.work < 0) break;
    }
    return first ?? facets;
  }

  #ordered(branches: Choice['branches'], isFrugal: boolean): Choice['branches'] {
    if (branches.length === 1) return branches;
    const shuffled = this.#draws.shuffled(branches);
    if (isFrugal) {
      const heights = new Map(shuffled.map((branch) => [branch, this.#heights().ofAll(branch)]));
      return shuffled.sort((one, other) => compare(heights.get(one) as number, heights.get(other) as number));
    }
    const nulls = shuffled.filter(isNull);
    if (nulls.length === 0) return shuffled;
    const others = shuffled.filter((branch) => !isNull(branch));
    return this.#draws.chance(NULL_FIRST) ? [...nulls, ...others] : [...others, ...nulls];
  }

  #mergeAll(facets: Draft, schemas: readonly Schema[], depth: number): void {
    for (const schema of schemas) this.#merge(facets, schema, depth);
  }

  #merge(facets: Draft, schema: Schema, depth: number): void {
    if (schema === true) return;
    if (--this.#effort.work < 0 || depth > IN_PLACE_DEPTH_MAX) {
      facets.isPartial = true;
    } else if (schema === false) {
      facets.types = 0;
    } else {
      for (const keyword of Object.keys(schema)) {
        const change = KEYWORDS.get(keyword)?.(facets, schema[keyword], schema);
        if (change !== undefined) Object.assign(facets, change);
      }
      const propertyRule = propertyRuleOf(schema);
      if (propertyRule !== undefined) facets.propertyRules = [...facets.propertyRules, propertyRule];
      const itemRule = itemRuleOf(schema);
      if (itemRule !== undefined) facets.itemRules = [...facets.itemRules, itemRule];
      this.#mergeApplied(facets, schema, depth);
    }
  }

  #mergeApplied(facets: Draft, schema: SchemaObject, depth: number): void {
    for (const reference of referencesIn(schema)) {
      const target = this.#index.resolve(reference, schema);
      // What holds already need not be said twice, which ends circles of references and makes those that double harmless.
      if (target === undefined || (isObject(target) && facets.targets.includes(target))) continue;
      if (isObject(target)) facets.targets = [...facets.targets, target];
      this.#merge(facets, target, depth + 1);
    }
    this.#mergeAll(facets, schemasIn(schema.allOf), depth + 1);
    this.#offer(facets, schemasIn(schema.anyOf).map(alone));
    const alternatives = schemasIn(schema.oneOf).map(alone);
    this.#offer(facets, alternatives);
    if (isSchema(schema.if) && (isSchema(schema.then) || isSchema(schema.else))) {
      const { if: condition } = schema;
      this.#offer(facets, [
        [condition, ...schemasIn([schema.then])],
        [{ not: condition }, ...schemasIn([schema.else])],
      ]);
      facets.isPartial = true;
    }
    if (isSchema(schema.not)) this.#exclude(facets, schema.not, depth);
    if (alternatives.length > 1) facets.isPartial = true;
  }

  #offer(facets: Draft, branches: Choice['branches']): void {
    if (branches.length > 0) facets.choices = [...facets.choices, { branches }];
  }

  /** What a value has to be in order not to satisfy the schema, where facets can say it. */
  #exclude(facets: Draft, schema: Schema, depth: number): void {
    facets.isPartial = true;
    if (schema === false) return;
    if (schema === true) {
      facets.types = 0;
      return;
    }
    const { const: value, enum: values, required, properties } = schema;
    const names = textsIn(required);
    if (isOnly(schema, 'const')) facets.excludedValues = [...facets.excludedValues, value];
    else if (isOnly(schema, 'enum') && Array.isArray(values))
      facets.excludedValues = [...facets.excludedValues, ...values];
    else if (isOnly(schema, 'type')) facets.types &= ~maskOf(schema.type);
    else if (isOnly(schema, 'required') && names.length === 1) facets.forbidden = [...facets.forbidden, ...names];
    else if (isOnly(schema, 'not')) this.#mergeAll(facets, schemasIn([schema.not]), depth + 1);
    else if (isOnly(schema, 'anyOf'))
      for (const branch of schemasIn(schema.anyOf)) this.#exclude(facets, branch, depth + 1);
    else if (isObject(properties)) this.#excludeProperties(facets, properties, names);
  }

  /** One of the properties has to violate its schema, and to be there in order to do so unless its absence is a violation, too. */
  #excludeProperties(facets: Draft, properties: SchemaObject, required: readonly string[]): void {
    const names = Object.keys(properties).filter((name) => isSchema(properties[name]));
    if (names.length === 0) return;
    const name = this.#draws.pick(names);
    const rule = {
      properties: Object.fromEntries([[name, { not: properties[name] }]]),
      patterns: [],
      additional: undefined,
    };
    facets.propertyRules = [...facets.propertyRules, rule];
    if (!required.includes(name)) facets.required = [...new Set([...facets.required, name])];
  }
}

function alone(schema: Schema): Schema[] {
  return [schema];
}

function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function isOnly(schema: SchemaObject, keyword: string): boolean {
  return Object.keys(schema).every((key) => key === keyword) && keyword in schema;
}

function isNull(branch: readonly Schema[]): boolean {
  const [schema] = branch;
  return isObject(schema) && (schema.type === 'null' || ('const' in schema && schema.const === null));
}
