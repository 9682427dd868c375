/**
 * What some models refuse of the fields that chat completions has: reasoning models take no sampling parameters and no `max_tokens`, and
 * each family thinks with efforts of its own. Sources: OpenAI's guides "Reasoning models", "Structured model outputs" and "Audio", and the
 * API's replies. A model whose name is of no known family refuses nothing.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ModelFacts } from '../../contract.js';
import { invalidRequest, unknownParameter, unsupportedModelValue, unsupportedParameter } from '../errors.js';
import { listOf, missing } from '../field-rules.js';
import { type Family, familyOf } from '../model-families.js';
import { AUDIO_FORMATS } from './audio.js';
import type { ChatMessage } from './messages.js';

/** Fields that a model takes only while it does not reason, and what they may say even so. */
const SAMPLING: { readonly [field: string]: unknown } = { temperature: 1, top_p: 1, logprobs: false, top_logprobs: 0 };

const AUDIO_MODELS = /audio/;
const SEARCH_MODELS = /search/;
const WITHOUT_IMAGES = /^(gpt-3\.5|gpt-4(-0|-1106|-32k|$)|o1-mini|o3-mini)/;
const WITHOUT_JSON_MODE = /^gpt-4(-0613|-0314|-32k|$)/;
const WITHOUT_JSON_SCHEMA = /^(gpt-3\.5|gpt-4(-0|-1106|-32k|-turbo|$)|gpt-4o-2024-05-13)/;
const STREAMED_AUDIO_FORMAT = 'pcm16';

/** @throws ApiError for a field of the checked body that the model refuses. `name` is the model's as the request gives it. */
export function checkModelRules(
  body: JsonObject,
  messages: readonly ChatMessage[],
  model: ModelFacts,
  name: string,
): void {
  const family = familyOf(model.name);
  if (family !== undefined) checkFamily(body, family, model);
  checkFormat(body, name);
  checkModalities(body, messages, model.name, family !== undefined);
}

function checkFamily(body: JsonObject, family: Family, model: ModelFacts): void {
  const { efforts, sampling, refuses = [] } = family;
  const effort = body.reasoning_effort ?? model.defaultEffort;
  if (efforts === undefined) {
    if (isGiven(body, 'reasoning_effort') && !model.reasons) {
      throw invalidRequest('Unrecognized request argument supplied: reasoning_effort', null, null);
    }
    checkVerbosity(body);
  } else {
    checkEffort(body.reasoning_effort, efforts);
    if (isGiven(body, 'max_tokens')) {
      throw unsupportedParameter('max_tokens', " Use 'max_completion_tokens' instead.");
    }
  }
  for (const field of refuses) {
    if (isGiven(body, field) && !isDefault(field, body[field])) throw unsupportedParameter(field);
  }
  if (sampling !== 'free' && effort !== 'none') checkSampling(body, sampling);
  checkSearch(body, model.name, efforts !== undefined);
}

function checkEffort(effort: unknown, efforts: readonly string[]): void {
  if (typeof effort !== 'string' || efforts.includes(effort)) return;
  throw unsupportedModelValue('reasoning_effort', `'${effort}'`, `Supported values are: ${listOf(efforts)}.`);
}

function checkVerbosity({ verbosity }: JsonObject): void {
  if (typeof verbosity !== 'string' || verbosity === 'medium') return;
  throw unsupportedModelValue('verbosity', `'${verbosity}'`, "Supported values are: 'medium'.");
}

function isGiven(body: JsonObject, field: string): boolean {
  return body[field] !== undefined && body[field] !== null;
}

function isDefault(field: string, value: unknown): boolean {
  if (field.endsWith('_penalty')) return value === 0;
  return field === 'logit_bias' && isObject(value) && Object.keys(value).length === 0;
}

function checkSampling(body: JsonObject, sampling: 'default' | 'unknown'): void {
  for (const [field, usual] of Object.entries(SAMPLING)) {
    const value = body[field];
    if (!isGiven(body, field) || (sampling === 'default' && value === usual)) continue;
    if (field !== 'temperature' || sampling === 'unknown') throw unsupportedParameter(field);
    throw unsupportedModelValue(field, String(value), 'Only the default (1) value is supported.');
  }
}

function checkSearch(body: JsonObject, model: string, reasons: boolean): void {
  if (!isGiven(body, 'web_search_options') || SEARCH_MODELS.test(model)) return;
  if (reasons) throw unknownParameter('web_search_options');
  throw invalidRequest('Web search options not supported with this model.', null, null);
}

function checkFormat({ response_format: format }: JsonObject, name: string): void {
  if (!isObject(format)) return;
  const refused =
    (format.type === 'json_object' && WITHOUT_JSON_MODE.test(name)) ||
    (format.type === 'json_schema' && WITHOUT_JSON_SCHEMA.test(name));
  if (!refused) return;
  const hint =
    format.type === 'json_schema'
      ? ' Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs'
      : '';
  const message = `Invalid parameter: 'response_format' of type '${format.type}' is not supported with this model.${hint}`;
  throw invalidRequest(message, 'response_format', null);
}

function checkModalities(body: JsonObject, messages: readonly ChatMessage[], model: string, isKnown: boolean): void {
  const speaks = Array.isArray(body.modalities) && body.modalities.includes('audio');
  const isAudioModel = AUDIO_MODELS.test(model);
  checkMedia(messages, model, isAudioModel || !isKnown);
  if (speaks && isKnown && !isAudioModel) {
    throw unsupportedModelValue('modalities', "'audio'", "Supported values are: 'text'.");
  }
  if (isAudioModel && !speaks && !messages.some(({ media }) => media.some(({ kind }) => kind === 'audio'))) {
    const message = 'This model requires that either input content or output modality contain audio.';
    throw invalidRequest(message, 'model', 'invalid_value');
  }
  if (speaks) checkSpeech(body);
}

function checkSpeech(body: JsonObject): void {
  if (!isObject(body.audio)) throw missing('audio');
  if (typeof body.n === 'number' && body.n > 1) {
    throw unsupportedModelValue('n', String(body.n), 'Only the default (1) value is supported.');
  }
  const { format } = body.audio;
  if (typeof format === 'string' && !AUDIO_FORMATS.includes(format)) {
    throw unsupportedModelValue('audio.format', `'${format}'`, `Supported values are: ${listOf(AUDIO_FORMATS)}.`);
  }
  if (body.stream === true && format !== STREAMED_AUDIO_FORMAT) {
    throw invalidRequest(
      `Unsupported value: 'audio.format' does not support '${format}' when stream=true. Supported values are: 'pcm16'.`,
      'audio.format',
      'unsupported_value',
    );
  }
}

function checkMedia(messages: readonly ChatMessage[], model: string, hears: boolean): void {
  const sees = !WITHOUT_IMAGES.test(model);
  for (const [index, { media }] of messages.entries()) {
    const refused = media.find(({ kind }) => (kind === 'image' && !sees) || (kind === 'audio' && !hears));
    if (refused === undefined) continue;
    const type = refused.kind === 'image' ? 'image_url' : 'input_audio';
    throw invalidRequest(
      `Invalid content type. ${type} is only supported by certain models.`,
      `messages.[${index}].content.[${refused.part}].type`,
      null,
    );
  }
}
