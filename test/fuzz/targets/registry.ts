/** All targets. A new one is a line here; it then runs with the others. */
import type { FuzzTarget } from '../contract.js';
import { adminTarget } from './admin.js';
import { bodyTarget } from './bodies.js';
import { ringTarget } from './rings.js';
import { schemaTarget } from './schemas.js';
import { socketTarget } from './sockets.js';
import { textTarget } from './texts.js';
import { threadTarget } from './threads.js';
import { yamlTarget } from './yaml.js';

export const targets = [
  socketTarget('node'),
  socketTarget('uws'),
  bodyTarget,
  adminTarget,
  yamlTarget,
  ringTarget,
  threadTarget,
  textTarget,
  schemaTarget,
] as readonly FuzzTarget[];

/** @throws Error for a name that no target has */
export function targetNamed(name: string): FuzzTarget {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target is named ${name}`);
  return target;
}
