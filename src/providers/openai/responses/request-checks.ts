/**
 * The checks of a Responses request that need nothing but the request, in the real API's order: the model is named, the input is there,
 * every parameter is known, every parameter has a value that it may have, and no two contradict each other.
 */
import { distance } from 'fastest-levenshtein';
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { ApiError } from '../../contract.js';
import { httpError, invalidRequest, shown } from '../errors.js';
import { missing, wrongType } from '../field-rules.js';
import { exclusive } from './exclusive-parameters.js';
import type { Rules } from './shape-rules.js';

/** Parameters of chat completions that have another name here. */
const MOVED: { readonly [name: string]: string } = {
  messages: 'input',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
  max_completion_tokens: 'max_output_tokens',
};
/** What a request may build on instead of saying something. */
const PARENTS = ['previous_response_id', 'conversation', 'prompt'];
/** A name so many edits from a known one is taken for a slip. */
const SLIP_EDITS_MAX = 2;

/**
 * The body as an object whose fields follow the rules. Throws ApiError with the real API's wording at the first problem.
 * @param input whether a request that builds on nothing has to have one
 */
export function checkRequest(body: unknown, fields: Rules, input: 'required' | 'optional' = 'required'): JsonObject {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  if (body.model === undefined) throw missing('model');
  // The real API takes null for a failed string.
  if (typeof body.model !== 'string') throw wrongType('model', 'a string', body.model ?? {});
  const needsInput = input === 'required' && PARENTS.every((name) => !isGiven(body[name]));
  if (needsInput && body.input === undefined) throw missing('input');
  checkNames(body, fields);
  for (const name of Object.keys(fields)) {
    const value = body[name];
    if (value !== undefined && value !== null) fields[name](value, name);
  }
  if (isGiven(body.previous_response_id) && isGiven(body.conversation)) {
    throw exclusive('', ['previous_response_id', 'conversation'], null);
  }
  return body;
}

function checkNames(body: JsonObject, fields: Rules): void {
  for (const name of Object.keys(body)) {
    if (Object.hasOwn(fields, name)) continue;
    if (Object.hasOwn(MOVED, name)) throw moved(name);
    const suggestion = suggestionFor(name, body, fields);
    throw invalidRequest(`Unknown parameter: '${shown(name)}'.${suggestion}`, shown(name), 'unknown_parameter');
  }
}

function moved(name: string): Error {
  return invalidRequest(
    `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${MOVED[name]}'. Try again with the new ` +
      'parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.',
    null,
    'unsupported_parameter',
  );
}

/** Known names that are near and not in the body yet, the nearest first. */
function suggestionFor(name: string, body: JsonObject, fields: Rules): string {
  // The lengths first: a name may be as long as a body, and the distance is quadratic.
  const near = Object.keys(fields)
    .filter((known) => Math.abs(known.length - name.length) <= SLIP_EDITS_MAX && !Object.hasOwn(body, known))
    .map((known) => ({ known, edits: distance(known, name) }))
    .filter(({ edits }) => edits <= SLIP_EDITS_MAX)
    .sort((a, b) => a.edits - b.edits || (a.known < b.known ? -1 : 1));
  return near.length === 0 ? '' : ` Did you mean ${near.map(({ known }) => `'${known}'`).join(' or ')}?`;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Throws ApiError when there is nothing to answer to. @param continued whether the request continues a conversation */
export function checkInputIsGiven(items: readonly JsonObject[], continued: boolean): void {
  if (items.length > 0 || continued) return;
  throw invalidRequest(
    'One of "input" or "previous_response_id" or \'prompt\' or \'conversation\' must be provided.',
    null,
    'missing_required_parameter',
  );
}
