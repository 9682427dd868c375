/** Errors about members of which exactly one may be given, or has to be. */
import { invalidRequest } from '../errors.js';
import { abbreviate, alternatives } from './shape-rules.js';

/** More than one was given. @param param null where the sentence is about the whole request */
export function exclusive(path: string, given: readonly string[], param: string | null = path): Error {
  const names = given.map((name) => `'${abbreviate(name)}'`).join(' or ');
  return invalidRequest(
    `Mutually exclusive parameters: '${path}'. Ensure you are only providing one of: ${names}.`,
    param,
    'mutually_exclusive_parameters',
  );
}

/** None was given. */
export function missingOneOf(path: string, names: readonly string[]): Error {
  return invalidRequest(
    `Missing mutually exclusive parameters: '${path}'. Ensure you are providing exactly one of: ${alternatives(names)}.`,
    path,
    'missing_mutually_exclusive_parameters',
  );
}
