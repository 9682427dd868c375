/**
 * What a model refuses: parameters that it does not know, models that are none of this API's, inputs that are larger than its context.
 * Sentences, codes and params are the real API's. A model whose name is of no known family refuses nothing.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ModelFacts, Simulation } from '../../contract.js';
import { INPUT_EXCEEDS_WINDOW } from '../context-errors.js';
import { invalidRequest, shown } from '../errors.js';
import { listOf } from '../field-rules.js';
import { familyOf } from '../model-families.js';
import { textsOf } from './item-texts.js';

/** What a model that reasons takes at its default only. */
const SAMPLING_DEFAULTS: { readonly [field: string]: number } = {
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
};

/** The chat model of the name, for which the request counts from here on. Throws ApiError when there is none. */
export function serveBy(name: string, simulation: Simulation): ModelFacts {
  const model = simulation.findModel(name, 'chat');
  if (model === undefined) {
    throw invalidRequest(`The requested model '${shown(name)}' does not exist.`, 'model', 'model_not_found');
  }
  if (model.kind === 'chat') {
    // Set before anything else can be rejected, so that a rejection is counted for its model.
    simulation.plan.modelIndex = model.index;
    return model;
  }
  throw invalidRequest(`The requested model '${shown(name)}' is not supported with the Responses API.`, 'model', null);
}

/** Throws ApiError for the first parameter that the model does not support. @param body checked */
export function checkCapabilities(body: JsonObject, model: ModelFacts): void {
  if (body.background === true && body.store === false) {
    throw invalidRequest("Background mode requires 'store' to be true.", 'background', 'unsupported_parameter');
  }
  const family = familyOf(model.name);
  if (family === undefined) return;
  if (family.efforts === undefined && !model.reasons) {
    checkPlainModel(body);
    return;
  }
  const asked = isObject(body.reasoning) ? body.reasoning.effort : undefined;
  if (typeof asked === 'string' && family.efforts !== undefined) checkEffort(asked, family.efforts, String(body.model));
  const refused = family.sampling === 'free' ? [] : Object.keys(SAMPLING_DEFAULTS);
  if ((asked ?? model.defaultEffort) !== 'none') checkSampling(body, refused);
}

function checkEffort(effort: string, efforts: readonly string[], model: string): void {
  if (efforts.includes(effort)) return;
  throw invalidRequest(
    `Unsupported value: '${effort}' is not supported with the '${shown(model)}' model. Supported values are: ${listOf(efforts)}.`,
    'reasoning.effort',
    'unsupported_value',
  );
}

function checkSampling(body: JsonObject, refused: readonly string[]): void {
  for (const name of refused) {
    const value = body[name];
    if (typeof value === 'number' && value !== SAMPLING_DEFAULTS[name]) throw unsupported(name, null);
  }
  const listed = typeof body.top_logprobs === 'number' && body.top_logprobs > 0 ? 'top_logprobs' : undefined;
  const param = includes(body, 'message.output_text.logprobs') ? 'include' : listed;
  if (param === undefined) return;
  throw invalidRequest('logprobs are not supported with reasoning models.', param, 'unsupported_parameter');
}

function checkPlainModel(body: JsonObject): void {
  if (isObject(body.reasoning)) {
    for (const name of ['effort', 'summary', 'generate_summary']) {
      if (typeof body.reasoning[name] === 'string') throw unsupported(`reasoning.${name}`, 'unsupported_parameter');
    }
  }
  if (includes(body, 'reasoning.encrypted_content')) {
    throw invalidRequest('Encrypted content is not supported with this model.', 'include', null);
  }
}

/** A reply that has to be JSON needs the word in the conversation. @param continued whether there is more of it than the items */
export function checkJsonIsAskedFor(body: JsonObject, items: readonly JsonObject[], continued: boolean): void {
  const format = isObject(body.text) ? body.text.format : undefined;
  if (!isObject(format) || format.type !== 'json_object' || continued) return;
  if (items.some((item) => textsOf(item.content ?? item.output).some((said) => /json/i.test(said)))) return;
  throw invalidRequest(
    "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
    'input',
    null,
  );
}

/** The most tokens that may be generated. Throws ApiError when the model never generates as many as asked for. */
export function boundOfTokens(
  asked: unknown,
  { maxOutputTokens, contextWindowTokens }: ModelFacts,
  inputTokens: number,
): number {
  if (typeof asked === 'number' && asked > maxOutputTokens) {
    throw invalidRequest(
      `Invalid 'max_output_tokens': integer above maximum value. Expected a value <= ${maxOutputTokens}, but got ${asked} instead.`,
      'max_output_tokens',
      'integer_above_max_value',
    );
  }
  return Math.min(typeof asked === 'number' ? asked : maxOutputTokens, contextWindowTokens - inputTokens);
}

export function contextExceeded(): Error {
  const { message, param, code } = INPUT_EXCEEDS_WINDOW;
  return invalidRequest(message, param, code);
}

function includes(body: JsonObject, what: string): boolean {
  return Array.isArray(body.include) && body.include.includes(what);
}

function unsupported(param: string, code: string | null): Error {
  return invalidRequest(`Unsupported parameter: '${param}' is not supported with this model.`, param, code);
}
