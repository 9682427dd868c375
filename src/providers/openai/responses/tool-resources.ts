/** Tools as the API gives them back: with the members that their schema requires, and without what only the API itself may know. */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';

/** A tool of a request that was checked. */
export function toolResource(tool: JsonObject): JsonObject {
  if (tool.type === 'function') return functionResource(tool);
  return withoutNulls(tool.type === 'mcp' ? withoutSecrets(tool) : tool);
}

/** Members that are null count as absent in a request; a reply may not have them. */
export function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function functionResource({ strict, parameters, ...tool }: JsonObject): JsonObject {
  return { ...withoutNulls(tool), parameters: parameters ?? null, strict: strict ?? isStrict(parameters) };
}

function withoutSecrets({ authorization: _authorization, headers: _headers, ...tool }: JsonObject): JsonObject {
  return tool;
}

/** Whether a schema can be followed strictly as it stands: the API makes a function strict then, unless the request says otherwise. */
function isStrict(schema: unknown): boolean {
  if (!isObject(schema) || schema.additionalProperties !== false) return false;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return isObject(schema.properties) && Object.keys(schema.properties).every((name) => required.includes(name));
}
