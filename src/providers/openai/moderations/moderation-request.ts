/**
 * What a moderation request may say, checked as the real API checks it. Fields: CreateModerationRequest of OpenAI's published OpenAPI
 * document.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { ApiError } from '../../contract.js';
import { moderatedInputExceedsWindow } from '../context-errors.js';
import { errorReply, httpError, invalidRequest, shown } from '../errors.js';
import {
  anything,
  aString,
  checkFields,
  checkKnownFields,
  checkLength,
  type FieldRule,
  type FieldRules,
  missing,
  tagOf,
  wrongType,
} from '../field-rules.js';

/** The model of a request that names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';
const IMAGES_MAX = 1;
/** Assumed: that of embeddings. None is published. */
const INPUT_ITEMS_MAX = 2_048;
const URL_FORMAT = /^(?:https?:\/\/[^\s/]|data:[^\s,]*,)/i;

/** What one result of the reply judges. */
export interface ModerationInput {
  readonly texts: readonly string[];
  readonly imageUrls: readonly string[];
}

export interface ModerationRequest {
  readonly model: string;
  /** At least one. */
  readonly inputs: readonly ModerationInput[];
  /** The input is a list of typed parts, which only multi-modal models take. */
  readonly isMultiModal: boolean;
}

const FIELDS: FieldRules = { model: aString, input: anything };

const urlRule: FieldRule = (value, path) => {
  aString(value, path);
  if (URL_FORMAT.test(value as string)) return;
  const message = `Invalid '${path}'. Expected a valid URL, but got a value with an invalid format.`;
  throw invalidRequest(message, path, 'invalid_value');
};

const imageRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { url: urlRule }, ['url']);
};

const PART_RULES: { readonly [type: string]: FieldRules } = {
  text: { text: aString },
  image_url: { image_url: imageRule },
};

/** Checks the body. @throws ApiError with the real API's wording at the first problem */
export function parseModerationRequest(body: unknown): ModerationRequest {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  checkFields(body, FIELDS);
  if (body.input === undefined || body.input === null) throw missing('input');
  const { input } = body;
  return {
    model: (body.model as string | null | undefined) ?? DEFAULT_MODEL,
    inputs: inputsOf(input),
    isMultiModal: Array.isArray(input) && isObject(input[0]),
  };
}

function inputsOf(input: unknown): readonly ModerationInput[] {
  if (typeof input === 'string') return [{ texts: [input], imageUrls: [] }];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of strings or objects', input);
  checkLength(input, 'input', 1, INPUT_ITEMS_MAX);
  if (isObject(input[0])) return [parts(input)];
  return input.map((text, index) => {
    if (typeof text !== 'string') throw wrongType(`input[${index}]`, 'a string', text);
    return { texts: [text], imageUrls: [] };
  });
}

function parts(input: readonly unknown[]): ModerationInput {
  const texts: string[] = [];
  const imageUrls: string[] = [];
  input.forEach((part, index) => {
    const path = `input[${index}]`;
    const type = tagOf(part, path, Object.keys(PART_RULES));
    checkKnownFields(part as JsonObject, path, PART_RULES[type], [type]);
    const { text, image_url: image } = part as { readonly text: string; readonly image_url: { readonly url: string } };
    if (type === 'text') texts.push(text);
    else imageUrls.push(image.url);
  });
  if (imageUrls.length > IMAGES_MAX) throw tooManyImages(imageUrls.length);
  return { texts, imageUrls };
}

function tooManyImages(images: number): ApiError {
  const message = `Number of images (${images}) exceeds maximum of ${IMAGES_MAX}`;
  return invalidRequest(message, 'input', 'too_many_images');
}

/** @param tokens of one input */
export function inputTooLong(tokens: number, tokensMax: number): ApiError {
  const { message, param, code } = moderatedInputExceedsWindow(tokensMax, tokens);
  return invalidRequest(message, param, code);
}

/** Also for a model that exists and moderates nothing. */
export function noModerationModel(model: string): ApiError {
  return new ApiError(
    errorReply(400, {
      message: `Invalid value for 'model' = ${shown(model)}. Please check the OpenAI documentation and try again.`,
      type: 'invalid_request_error',
      param: 'model',
    }),
  );
}
