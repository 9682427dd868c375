/**
 * Rules of fields that several endpoints have: stop sequences, token biases, stream options, metadata and who asks. Shapes:
 * ModelResponseProperties, StopConfiguration and ChatCompletionStreamOptions of OpenAI's published OpenAPI document.
 */

import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { invalidRequest, shown } from './errors.js';
import {
  aBoolean,
  arrayOf,
  aString,
  checkFields,
  decimal,
  type FieldRule,
  type FieldRules,
  objectOf,
  oneOf,
  stringOf,
  wrongType,
} from './field-rules.js';

const STOPS_MAX = 4;
const METADATA_PAIRS_MAX = 16;
const METADATA_KEY_LENGTH_MAX = 64;
const METADATA_VALUE_LENGTH_MAX = 512;
const IDENTIFIER_LENGTH_MAX = 64;
/** Tokens of all texts of a reply: two million take a thread some seconds, and as a stream half a gigabyte of the client's network. */
const REPLY_TOKENS_MAX = 2 ** 21;
/** Probabilities that a reply lists: a million take some 80 MB, and a plan no more than 128 MB. */
const REPLY_LOGPROBS_MAX = 2 ** 20;

export const stopRule: FieldRule = (value, path) => {
  if (typeof value === 'string') return;
  if (!Array.isArray(value)) throw wrongType(path, 'one of a string or array of strings', value);
  arrayOf(aString, 1, STOPS_MAX)(value, path);
};

const TOKEN_ID = /^\d+$/;
const aBias = decimal(-100, 100);

export const logitBiasRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  for (const [token, bias] of Object.entries(value)) {
    if (!TOKEN_ID.test(token)) {
      const message = `Invalid key in '${path}': ${shown(token)}. You should only be submitting non-negative integers.`;
      throw invalidRequest(message, path, null);
    }
    aBias(bias, `${path}.${token}`);
  }
};

export const streamOptionsRule = objectOf({ include_usage: aBoolean, include_obfuscation: aBoolean });

const metadataValue = stringOf({ maxLength: METADATA_VALUE_LENGTH_MAX });

export const metadataRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  const entries = Object.entries(value);
  if (entries.length > METADATA_PAIRS_MAX) {
    throw invalidRequest(
      `Invalid '${path}': too many properties. Expected an object with at most ${METADATA_PAIRS_MAX} properties, but got an object with ` +
        `${entries.length} properties instead.`,
      path,
      'object_above_max_properties',
    );
  }
  for (const [key, text] of entries) {
    if (key.length > METADATA_KEY_LENGTH_MAX) {
      throw invalidRequest(
        `Invalid '${path}': property name too long. Expected a property name with maximum length ${METADATA_KEY_LENGTH_MAX}, but got a ` +
          `property name with length ${key.length} instead.`,
        path,
        'string_above_max_length',
      );
    }
    metadataValue(text, `${path}.${key}`);
  }
};

/** Who asks, and what may be cached for whom. */
export const CALLER_FIELDS: FieldRules = {
  user: aString,
  safety_identifier: stringOf({ maxLength: IDENTIFIER_LENGTH_MAX }),
  prompt_cache_key: stringOf({ maxLength: IDENTIFIER_LENGTH_MAX }),
  prompt_cache_retention: oneOf('in_memory', '24h'),
  prompt_cache_options: objectOf({ ttl: oneOf('30m', '12h'), mode: oneOf('implicit', 'explicit') }),
};

/** @throws ApiError for a body without a model, which the real API says before anything else */
export function checkModelAndFields(body: JsonObject, rules: FieldRules): void {
  if (body.model === undefined || body.model === null || body.model === '') {
    throw invalidRequest('you must provide a model parameter', null, null);
  }
  checkFields(body, rules);
}

/** @throws ApiError for options of a stream where none is asked for */
export function checkStreamOptions(body: JsonObject): void {
  if (!isObject(body.stream_options) || body.stream === true) return;
  throw invalidRequest(
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    'stream_options',
    null,
  );
}

/**
 * Keeps one request from asking for more than a thread can write; the real API, which is paid by the token, has no such limits.
 * @param tokens of all texts of the reply, where they run to the request's limit
 * @param topLogprobs how many alternatives each token lists; undefined when no probabilities are asked for
 * @param param the field that multiplies
 * @throws ApiError above either limit
 */
export function checkReplySize(tokens: number, topLogprobs: number | undefined, param: string): void {
  if (tokens > REPLY_TOKENS_MAX) throw tooMuch('tokens', REPLY_TOKENS_MAX, tokens, param);
  const logprobs = topLogprobs === undefined ? 0 : tokens * (1 + topLogprobs);
  if (logprobs > REPLY_LOGPROBS_MAX) throw tooMuch('probabilities of tokens', REPLY_LOGPROBS_MAX, logprobs, param);
}

function tooMuch(what: string, most: number, asked: number, param: string): Error {
  const message = `Invalid '${param}': too many ${what}. Expected at most ${most} over all choices, but got ${asked} instead.`;
  return invalidRequest(message, param, 'invalid_value');
}

/** The stop sequences of a checked `stop`. */
export function stopsOf(stop: unknown): readonly string[] {
  return typeof stop === 'string' ? [stop] : ((stop ?? []) as readonly string[]);
}
