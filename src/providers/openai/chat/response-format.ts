/**
 * What a chat request wants its text to look like. Shapes: ResponseFormatText, ResponseFormatJsonObject and ResponseFormatJsonSchema of
 * OpenAI's published OpenAPI document.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ReplyFormat } from '../../generation.js';
import { promptedSchema } from '../../prompted-schema.js';
import { invalidRequest } from '../errors.js';
import { aBoolean, anObject, aString, type FieldRule, objectOf, stringOf, tagOf } from '../field-rules.js';
import { schemaObjection } from '../structured-schema.js';
import { functionName } from './messages.js';

const TYPES = ['json_object', 'json_schema', 'text'];

const schemaFields = { name: functionName, description: stringOf({}), schema: anObject, strict: aBoolean };

const jsonSchemaRule: FieldRule = (value, path) => {
  objectOf(schemaFields, ['name'])(value, path);
  const { name, schema, strict } = value as JsonObject;
  if (schema === undefined || schema === null) return;
  const objection = schemaObjection(schema, strict === true);
  if (objection !== undefined) {
    throw invalidRequest(`Invalid schema for response_format '${name}': ${objection}`, 'response_format', null);
  }
};

export const responseFormatRule: FieldRule = (value, path) => {
  const type = tagOf(value, path, TYPES);
  if (type === 'json_schema') objectOf({ type: aString, json_schema: jsonSchemaRule }, ['json_schema'])(value, path);
  else objectOf({ type: aString })(value, path);
};

/** The format of a request whose field follows the rule. `texts` are those of its messages, in which JSON mode looks for its name. */
export function parseResponseFormat(value: unknown, texts: readonly string[]): ReplyFormat {
  const format = (value ?? { type: 'text' }) as { type: string; json_schema: { schema?: unknown } };
  if (format.type === 'text') return { kind: 'text' };
  if (format.type === 'json_schema') {
    const { schema } = format.json_schema;
    return isObject(schema) ? { kind: 'json_schema', schema } : { kind: 'json' };
  }
  if (!texts.some((text) => /json/i.test(text))) {
    throw invalidRequest(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
      null,
    );
  }
  return { kind: 'json', schema: promptedSchema(texts) };
}
