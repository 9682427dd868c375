/**
 * What an embedding request may say, checked as the real API checks it. Fields and limits: CreateEmbeddingRequest of OpenAI's published
 * OpenAPI document. An input that is not of one of the four kinds gets one sentence for whatever is wrong with it, as it does there.
 */

import { isObject } from '../../../kernel/json-object.js';
import { ApiError } from '../../contract.js';
import { promptExceedsWindow } from '../context-errors.js';
import { errorReply, httpError, invalidRequest, shown } from '../errors.js';
import { anything, aString, type FieldRule, type FieldRules, integer, missing, wrongType } from '../field-rules.js';
import { checkModelAndFields } from '../request-fields.js';

/** The API takes at most so many inputs, or token ids of a single input. */
const INPUT_ITEMS_MAX = 2_048;

export type EncodingFormat = 'float' | 'base64';

/** A text, or the ids of its tokens. */
export type EmbeddingInput = string | readonly number[];

export interface EmbeddingRequest {
  readonly model: string;
  /** At least one; none of them empty. */
  readonly inputs: readonly EmbeddingInput[];
  readonly format: EncodingFormat;
  /** Undefined: the model's own. */
  readonly dimensions: number | undefined;
}

const encodingFormatRule: FieldRule = (value, path) => {
  if (typeof value !== 'string') throw wrongType(path, "one of 'float' or 'base64'", value);
  if (value === 'float' || value === 'base64') return;
  throw invalidRequest(
    `Invalid value for '${path}' = ${shown(value)}. Supported values: ['float', 'base64'].`,
    null,
    null,
  );
};

const FIELDS: FieldRules = {
  model: aString,
  input: anything,
  encoding_format: encodingFormatRule,
  dimensions: integer(1),
  user: aString,
};

/** Checks the body. @throws ApiError with the real API's wording at the first problem */
export function parseEmbeddingRequest(body: unknown): EmbeddingRequest {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  checkModelAndFields(body, FIELDS);
  if (body.input === undefined || body.input === null) throw missing('input');
  return {
    model: body.model as string,
    inputs: inputsOf(body.input),
    format: (body.encoding_format as EncodingFormat | null | undefined) ?? 'float',
    dimensions: (body.dimensions as number | null | undefined) ?? undefined,
  };
}

function inputsOf(input: unknown): readonly EmbeddingInput[] {
  if (isText(input)) return [input];
  if (!Array.isArray(input) || input.length === 0 || input.length > INPUT_ITEMS_MAX) throw invalidInput();
  const items: readonly unknown[] = input;
  if (isTokens(items)) return [items];
  if (items.every(isText) || items.every(isTokens)) return items;
  throw invalidInput();
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => Number.isSafeInteger(id) && id >= 0);
}

export function invalidInput(): ApiError {
  return invalidRequest(
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    null,
    null,
  );
}

export function inputTooLong(tokens: number, tokensMax: number): ApiError {
  const { message, param, code } = promptExceedsWindow(tokensMax, tokens);
  return invalidRequest(message, param, code);
}

export function tooManyTokens(tokens: number, tokensMax: number): ApiError {
  const name = 'max_tokens_per_request';
  const message = `Requested ${tokens} tokens, max ${tokensMax} tokens per request`;
  return new ApiError(errorReply(400, { message, type: name, code: name }));
}

export function dimensionsNotSupported(): ApiError {
  return invalidRequest('This model does not support specifying dimensions.', null, null);
}

export function tooManyDimensions(dimensions: number, dimensionsMax: number): ApiError {
  const message = `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${dimensionsMax}.`;
  return invalidRequest(message, null, null);
}

export function notAnEmbeddingModel(): ApiError {
  const message = 'You are not allowed to generate embeddings from this model';
  return new ApiError(errorReply(403, { message, type: 'invalid_request_error' }));
}
