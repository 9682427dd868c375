/** Reading a JSON Schema that nobody has checked: every keyword may hold any JSON value, and what has the wrong type counts as absent. */
import { isObject } from '../../kernel/json-object.js';

export interface SchemaObject {
  readonly [keyword: string]: unknown;
}
export type Schema = boolean | SchemaObject;

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isObject(value);
}

/** The schemas in a list; none when it is no list. */
export function schemasIn(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** A finite number; undefined for anything else. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count: a whole number >= 0; undefined for anything else. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** The own entry of an object, whatever its prototype has under the name. */
export function ownEntry(record: { readonly [key: string]: unknown }, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Sets an own entry: plain assignment of "__proto__" would set the prototype. */
export function setEntry(record: { [key: string]: unknown }, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[name] = value;
  }
}
