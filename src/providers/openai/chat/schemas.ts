/**
 * The JSON Schemas of a chat request, which calls and replies are written by: each has to be one that the API takes. What the API asks
 * beyond the rules of JSON Schema is checked with the other fields; this is about schemas that are none.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Simulation } from '../../contract.js';
import { invalidRequest, shown } from '../errors.js';
import type { ChatRequest } from './chat-request.js';

/** @throws ApiError for the first schema that no document can be written for */
export function checkSchemas({ body, tools }: ChatRequest, simulation: Simulation): void {
  for (const [index, { kind, name, parameters }] of tools.tools.entries()) {
    const problem = kind === 'function' && parameters !== undefined ? simulation.schemaProblem(parameters) : undefined;
    if (problem === undefined) continue;
    const path = tools.legacy ? `functions[${index}].parameters` : `tools[${index}].function.parameters`;
    const message = `Invalid schema for function '${name}': ${shown(problem.message)}.`;
    throw invalidRequest(message, path, 'invalid_function_parameters');
  }
  const format = body.response_format;
  if (!isObject(format) || !isObject(format.json_schema) || !isObject(format.json_schema.schema)) return;
  checkReplySchema(format.json_schema, simulation);
}

function checkReplySchema({ name, schema }: JsonObject, simulation: Simulation): void {
  const problem = simulation.schemaProblem(schema);
  if (problem === undefined) return;
  const message = `Invalid schema for response_format '${name}': ${shown(problem.message)}.`;
  throw invalidRequest(message, 'response_format', null);
}
