/**
 * What a moderation request may say, checked as the real API checks it. Fields: CreateModerationRequest of OpenAI's published OpenAPI
 * document.
 */
import { ApiError } from '../../contract.js';
import { errorReply, httpError, invalidRequest, shown } from '../errors.js';
import {
  anything,
  aString,
  checkFields,
  checkLength,
  type FieldRule,
  isObject,
  missing,
  unsupportedValue,
  wrongType,
} from '../field-rules.js';

/** The model of a request that names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';
const PART_TYPES = ['text', 'image_url'];
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

const FIELDS: { readonly [field: string]: FieldRule } = { model: aString, input: anything };

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
    if (!isObject(part)) throw wrongType(path, 'an object', part);
    if (part.type === undefined || part.type === null) throw missing(`${path}.type`);
    if (typeof part.type !== 'string') throw wrongType(`${path}.type`, 'a string', part.type);
    if (!PART_TYPES.includes(part.type)) throw unsupportedValue(`${path}.type`, part.type, PART_TYPES);
    if (part.type === 'text') texts.push(stringAt(part.text, `${path}.text`));
    else imageUrls.push(imageUrlOf(part.image_url, `${path}.image_url`));
  });
  if (imageUrls.length > IMAGES_MAX) throw tooManyImages(imageUrls.length);
  return { texts, imageUrls };
}

function imageUrlOf(image: unknown, path: string): string {
  if (image === undefined || image === null) throw missing(path);
  if (!isObject(image)) throw wrongType(path, 'an object', image);
  const url = stringAt(image.url, `${path}.url`);
  if (URL_FORMAT.test(url)) return url;
  throw invalidRequest(
    `Invalid '${path}.url'. Expected a valid URL, but got a value with an invalid format.`,
    `${path}.url`,
    'invalid_value',
  );
}

function stringAt(value: unknown, path: string): string {
  if (value === undefined || value === null) throw missing(path);
  if (typeof value !== 'string') throw wrongType(path, 'a string', value);
  return value;
}

function tooManyImages(images: number): ApiError {
  const message = `Number of images (${images}) exceeds maximum of ${IMAGES_MAX}`;
  return invalidRequest(message, 'input', 'too_many_images');
}

/** @param tokens of one input. Sentence assumed: that of embeddings. */
export function inputTooLong(tokens: number, tokensMax: number): ApiError {
  return invalidRequest(
    `This model's maximum context length is ${tokensMax} tokens, however you requested ${tokens} tokens. Please reduce your input.`,
    'input',
    'context_length_exceeded',
  );
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
