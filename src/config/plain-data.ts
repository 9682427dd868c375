/**
 * Plain data: what configuration files, variables and options are made of before they are validated. Copies are bounded in
 * depth (which also ends cycles) and hold no key that could reach a prototype.
 */
import type { Finding, Path } from './problems.js';

export interface PlainObject {
  [key: string]: unknown;
}

/** The deepest key of the schema lies 5 levels down; anything far beyond is a mistake or an attack. */
export const depthMax = 32;

/** An object literal or its like; no array, no Date, no class instance. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether the value has something at the path, through own properties only. */
export function hasPath(value: unknown, path: Path): boolean {
  let node = value;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return false;
    node = (node as PlainObject)[segment];
  }
  return true;
}

/** The value at the path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return hasPath(value, path) ? path.reduce((node, segment) => (node as PlainObject)[segment], value) : undefined;
}

/** A copy made of plain objects, arrays and scalars only; what cannot be copied is left out and reported in findings. */
export function copyPlain(value: unknown, findings: Finding[], path: Path = []): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint') return value;
    findings.push({ path, part: 'value', message: `must be plain data, not a ${typeof value}` });
    return undefined;
  }
  if (path.length >= depthMax) {
    findings.push({ path: path.slice(0, 4), part: 'value', message: `is nested more than ${depthMax} levels deep` });
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item, index) => copyPlain(item, findings, [...path, String(index)]));
  if (!isPlainObject(value)) {
    findings.push({ path, part: 'value', message: 'must be plain data, not an instance of a class' });
    return undefined;
  }
  const copy: PlainObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (key === '__proto__') {
      findings.push({ path: [...path, key], part: 'key', message: 'is not a known key' });
    } else {
      copy[key] = copyPlain(item, findings, [...path, key]);
    }
  }
  return copy;
}
