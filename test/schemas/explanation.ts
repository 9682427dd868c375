/**
 * Says what is wrong with a value in a reader's words: one line a problem, each with the path of the value. Of a union's alternatives it
 * explains the one that was most likely meant, where a validator lists the complaints of all. Runs only when a value is known to be invalid.
 */
import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { Schema } from './closed-schema.js';

/** Properties by which the alternatives of a union are told apart: a difference here means that another alternative was meant. */
const DISCRIMINATORS = ['type', 'object', 'role', 'event'];
const VALUE_LENGTH_MAX = 80;

interface Problem {
  /** "choices[0].message". */
  readonly path: string;
  readonly text: string;
  /** How deep in the value: of two alternatives the one that fails further in is nearer. */
  readonly depth: number;
  /** The depth of the value that, by this problem, was meant to be something else altogether; -1 when none was. */
  readonly otherAt: number;
}

export class Explainer {
  readonly #ajv: Ajv2020;
  readonly #definitions: { readonly [name: string]: Schema };
  /** A schema's own demands on a value, compiled without those on its parts. */
  readonly #shallow = new WeakMap<Schema, Schema>();

  constructor(ajv: Ajv2020, definitions: { readonly [name: string]: Schema }) {
    this.#ajv = ajv;
    this.#definitions = definitions;
  }

  /** Every problem, as "path: what is wrong". Empty when the value is valid. */
  explain(definition: string, value: unknown): string[] {
    const problems = this.#problems(this.#definitions[definition], value, '', 0);
    return [...new Set(problems.map(({ path, text }) => `${path === '' ? 'the whole' : path}: ${text}`))];
  }

  #problems(schema: unknown, value: unknown, path: string, depth: number): Problem[] {
    if (schema === true || schema === undefined) return [];
    if (schema === false) return [{ path, text: 'must not be there', depth, otherAt: -1 }];
    const source = schema as Schema;
    const own = this.#ownProblems(source, value, path, depth);
    const inPlace = [...this.#referred(source), ...((source.allOf ?? []) as Schema[])];
    const nested = inPlace.flatMap((part) => this.#problems(part, value, path, depth));
    const alternatives = (source.anyOf ?? source.oneOf) as Schema[] | undefined;
    const chosen = alternatives === undefined ? [] : this.#nearest(alternatives, value, path, depth);
    return [...own, ...nested, ...chosen, ...this.#partProblems(source, value, path, depth)];
  }

  #referred({ $ref }: Schema): Schema[] {
    return typeof $ref === 'string'
      ? [this.#definitions[decodeURIComponent($ref.slice($ref.lastIndexOf('/') + 1))]]
      : [];
  }

  /** The problems of the alternative that the value is nearest to. */
  #nearest(alternatives: readonly Schema[], value: unknown, path: string, depth: number): Problem[] {
    const candidates = alternatives.map((alternative) => this.#problems(alternative, value, path, depth));
    const isMeant = (problems: readonly Problem[]) => !problems.some(({ otherAt }) => otherAt === depth);
    const meant = candidates.filter(isMeant);
    const [best] = (meant.length > 0 ? meant : candidates).sort(
      (left, right) => distance(left, depth) - distance(right, depth),
    );
    if (best.length === 0 || meant.length > 0) return best;
    return [{ path, text: `is none of the ${alternatives.length} alternatives: ${show(value)}`, depth, otherAt: -1 }];
  }

  #partProblems(schema: Schema, value: unknown, path: string, depth: number): Problem[] {
    if (Array.isArray(value))
      return value.flatMap((item, index) => this.#problems(schema.items, item, `${path}[${index}]`, depth + 1));
    if (typeof value !== 'object' || value === null) return [];
    const properties = (schema.properties ?? {}) as Schema;
    return Object.entries(value).flatMap(([name, item]) => {
      const part = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
      // A property that must not be there is one of the object's own problems, which names it.
      return part === false ? [] : this.#problems(part, item, path === '' ? name : `${path}.${name}`, depth + 1);
    });
  }

  #ownProblems(schema: Schema, value: unknown, path: string, depth: number): Problem[] {
    const validate = this.#ajv.compile(this.#ownDemands(schema));
    if (validate(value)) return [];
    const name = path.slice(path.lastIndexOf('.') + 1);
    return (validate.errors ?? []).map(({ keyword, params, message }) => {
      const otherAt = otherDepth(keyword, name, depth);
      if (params.unevaluatedProperty !== undefined || params.additionalProperty !== undefined) {
        const unknown = String(params.unevaluatedProperty ?? params.additionalProperty);
        const shown = show((value as Schema)[unknown]);
        return { path, text: `has the unknown property ${JSON.stringify(unknown)} (${shown})`, depth, otherAt };
      }
      const allowed = params.allowedValues ?? params.allowedValue;
      const suffix = allowed === undefined ? '' : ` (${JSON.stringify(allowed)})`;
      const shown = keyword === 'required' ? '' : `, but is ${show(value)}`;
      return { path, text: `${message}${suffix}${shown}`, depth, otherAt };
    });
  }

  /** The schema with its properties named but not judged, and without its alternatives. */
  #ownDemands(schema: Schema): Schema {
    const known = this.#shallow.get(schema);
    if (known !== undefined) return known;
    const { properties, items, anyOf, oneOf, allOf, $ref, additionalProperties, unevaluatedProperties, ...demands } =
      schema;
    const names = unevaluatedProperties === false ? this.#namesOf(schema) : Object.keys((properties ?? {}) as Schema);
    const closed = additionalProperties === false || unevaluatedProperties === false;
    const own = {
      ...demands,
      ...(names.length > 0 && { properties: Object.fromEntries(names.map((name) => [name, true])) }),
      ...(closed && { additionalProperties: false }),
    };
    this.#shallow.set(schema, own);
    return own;
  }

  /** The properties that a schema knows, in whichever of its parts. */
  #namesOf(schema: Schema): string[] {
    const parts = [
      ...this.#referred(schema),
      ...[schema.allOf, schema.anyOf, schema.oneOf].flatMap((list) => (list ?? []) as Schema[]),
    ];
    return [...Object.keys((schema.properties ?? {}) as Schema), ...parts.flatMap((part) => this.#namesOf(part))];
  }
}

/** Few problems, deep in the value, make an alternative near. A wrong type of the value as a whole makes it far. */
function distance(problems: readonly Problem[], depth: number): number {
  return problems.reduce((sum, problem) => sum + (problem.depth === depth ? 100 : 1), 0);
}

/** Another type is another alternative, and so is another `type` for the object that holds it. */
function otherDepth(keyword: string, name: string, depth: number): number {
  if (keyword === 'type') return depth;
  return (keyword === 'enum' || keyword === 'const') && DISCRIMINATORS.includes(name) ? depth - 1 : -1;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
