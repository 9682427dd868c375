/**
 * OpenAI's published schemas as assertions. Objects are closed: OpenAI's document leaves them open for later fields, but a field of
 * ours that it does not know is a slip of the pen.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type OpenAiSchema =
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'ErrorResponse';

/** Seconds since 1970 that a program of our time may see: 2001 to 2286. A time in milliseconds is not one. */
const UNIX_TIME = { type: 'number', validate: (value: number) => value >= 1e9 && value < 1e10 } as const;

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('unixtime', UNIX_TIME);
ajv.addSchema(close(JSON.parse(readFileSync(new URL('../../schemas/openai.json', import.meta.url), 'utf8'))) as object);

/** Fails with every violation when the value is not what the schema says. */
export function assertOpenAi(schema: OpenAiSchema, value: unknown): void {
  const validate = ajv.getSchema(`openai#/$defs/${schema}`) as ValidateFunction;
  assert.ok(
    validate(value),
    `not a ${schema}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)?.slice(0, 2_000)}`,
  );
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, close(value)]));
  const isObjectSchema = closed.type === 'object' && typeof closed.properties === 'object';
  return isObjectSchema && closed.additionalProperties === undefined
    ? { ...closed, additionalProperties: false }
    : closed;
}
