/** Where two complete configurations differ, and what of a difference a running server cannot take. */
import { isPlainObject, type PlainObject, valueAt } from './plain-data.js';
import type { Path } from './problems.js';
import { restartPaths } from './schema/marks.js';

/** Whether both are the same plain data. */
function isEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
  );
}

/**
 * The paths of what differs: the deepest mappings that both have are compared key by key, what only one of them has is one path, and so is
 * a list.
 */
export function changedPaths(before: unknown, after: unknown, path: Path = []): Path[] {
  if (!isPlainObject(before) || !isPlainObject(after)) return isEqual(before, after) ? [] : [path];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changedPaths(before[key], after[key], [...path, key]),
  );
}

/**
 * Gives what needs a restart the values that the server runs with.
 * @param wanted changed in place
 * @returns the paths at which it wanted something else
 */
export function keepUntilRestart(wanted: object, running: unknown): Path[] {
  const kept = restartPaths().filter((path) => !isEqual(valueAt(wanted, path), valueAt(running, path)));
  for (const path of kept) {
    const parent = valueAt(wanted, path.slice(0, -1)) as PlainObject;
    parent[path[path.length - 1] as string] = valueAt(running, path);
  }
  return kept;
}
